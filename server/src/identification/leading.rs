//! Actions of hosts in a built-in room: admit, refuse, remove, write, lock, end.

use super::context::FlowContext;
use crate::{
    model::{Event, Knock, MeetingRoom},
    rules::{
        assurance::Admitted,
        room::{self, KnockState, Lead},
        text,
    },
    state::{AppState, InternalError},
    store::Tx,
};
use app::backend::{Decision, HostAction};

/// The status of an action that came too late: what it is about is not as it was.
const CONFLICT: u16 = 409;

/// The status of a message that can't be sent.
const INVALID: u16 = 422;

impl AppState {
    /// Applies an action of a host. The caller has checked that the visitor is one.
    pub(crate) async fn lead(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        admitted: &Admitted,
        action: HostAction,
    ) -> Result<(), InternalError> {
        // Decisions about one meeting are taken one after another.
        let room = tx.lock_room(&ctx.meeting.id, ctx.now).await?;
        let status = self.room_status(&ctx.meeting, Some(&room), ctx.now);
        let Ok(lead) = room::lead(admitted, ctx.invitation.role, status) else {
            // A second end finds what it wishes.
            if !(status.ended && action == HostAction::End) {
                ctx.refuse(CONFLICT);
            }
            return Ok(());
        };
        match action {
            HostAction::Decide { guest, decision } => {
                self.decide(tx, ctx, &lead, &room, &guest, decision).await
            }
            HostAction::Tell { guest, text } => {
                self.tell(tx, ctx, &lead, &room, &guest, &text).await
            }
            HostAction::Lock(locked) if locked != room.locked => {
                tx.set_room_locked(&ctx.meeting.id, locked).await?;
                ctx.change_lobby(tx).await
            }
            HostAction::Lock(_) => Ok(()),
            HostAction::End => {
                tx.end_room(&ctx.meeting.id, ctx.now).await?;
                tx.add_event(&ctx.meeting.id, &Event::new("ended", None, ctx.now)).await?;
                ctx.change_lobby(tx).await
            }
        }
    }

    async fn decide(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        lead: &Lead,
        room: &MeetingRoom,
        guest: &str,
        decision: Decision,
    ) -> Result<(), InternalError> {
        let (state, event) = match decision {
            Decision::Admit => (KnockState::Admitted, "admitted"),
            Decision::Refuse => (KnockState::Refused, "refused"),
            Decision::Wait => (KnockState::Waiting, "waiting"),
            Decision::Remove => (KnockState::Removed, "removed"),
        };
        let Some(knock) = knock_of(tx, ctx, lead, room, guest).await? else {
            ctx.refuse(CONFLICT);
            return Ok(());
        };
        if knock.state == state {
            return Ok(());
        }
        if !room::can_become(knock.state, state) {
            ctx.refuse(CONFLICT);
            return Ok(());
        }
        tx.decide_knock(&knock.id, state, ctx.now).await?;
        self.metrics.knock(state);
        if (knock.state, state) == (KnockState::Waiting, KnockState::Admitted) {
            self.metrics.waited(ctx.now.since(knock.since));
        }
        let event = Event::new(event, Some(&knock.invitation_id), ctx.now);
        tx.add_event(&ctx.meeting.id, &event).await?;
        ctx.change_lobby(tx).await
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        lead: &Lead,
        room: &MeetingRoom,
        guest: &str,
        typed: &str,
    ) -> Result<(), InternalError> {
        let Ok(message) = text::line(typed, HostAction::MESSAGE) else {
            ctx.refuse(INVALID);
            return Ok(());
        };
        let Some(knock) = knock_of(tx, ctx, lead, room, guest).await? else {
            ctx.refuse(CONFLICT);
            return Ok(());
        };
        tx.tell_knock(&knock.id, &message).await?;
        ctx.change_lobby(tx).await
    }
}

/// Locks and returns a knock of the host's meeting, if it still counts: with the guest's current link, and since
/// the last end.
async fn knock_of(
    tx: &mut Tx,
    ctx: &FlowContext,
    _: &Lead,
    room: &MeetingRoom,
    guest: &str,
) -> Result<Option<Knock>, InternalError> {
    let knock = tx.lock_knock(&ctx.meeting.id, guest).await?;
    let Some(knock) = knock.filter(|knock| room.counts(knock.since)) else { return Ok(None) };
    let invitation = tx.invitation(&knock.invitation_id).await?;
    let current = invitation.is_some_and(|invitation| {
        invitation.generation == knock.generation && invitation.withdrawn_at.is_none()
    });
    Ok(current.then_some(knock))
}
