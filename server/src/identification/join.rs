//! Joining: from an opened invitation into the room, or into the waiting room of a built-in one.

use super::context::FlowContext;
use crate::{
    keys::new_id,
    model::{InvitationStage, Knock, MeetingRoom, MessageKind},
    rules::{
        assurance::Admitted,
        invitation::RoomState,
        room::{self, KnockState},
        session,
    },
    state::{AppState, InternalError},
    store::Tx,
};
use app::{
    steps::Step,
    wire::{Equipment, Problem, Role},
};

impl AppState {
    /// Lets an admitted visitor join the room, if it is open. At a built-in room a guest knocks, and a host opens
    /// it.
    pub(crate) async fn join(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        admitted: &Admitted,
        equipment: Equipment,
    ) -> Result<(), InternalError> {
        ctx.enter()?;
        match ctx.room_state(self) {
            RoomState::Open if ctx.meeting.room.has_lobby() => {
                Self::join_with(tx, ctx, equipment).await?;
                let room = tx.lock_room(&ctx.meeting.id, ctx.now).await?;
                match ctx.invitation.role {
                    Role::Guest => self.knock(tx, ctx, admitted, &room).await,
                    Role::Host => self.open(tx, ctx, admitted, &room).await,
                }
            }
            RoomState::Open => {
                ctx.join(tx).await?;
                self.note(tx, ctx, "joined").await
            }
            RoomState::OpensAt(_) => ctx.set_problem(Step::Meeting, Problem::RoomClosed),
            RoomState::Closed => Ok(()),
        }
    }

    /// Takes over the result of a device check, days ahead, too. Hosts see it beside the guest's name.
    pub(crate) async fn equip(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        equipment: Equipment,
    ) -> Result<(), InternalError> {
        if !ctx.meeting.room.has_lobby() || equipment == Equipment::default() {
            return Ok(());
        }
        let (invitation, generation) = (ctx.invitation.id.as_str(), ctx.invitation.generation);
        tx.keep_equipment(invitation, generation, equipment).await?;
        let new = ctx.equip(equipment)?;
        tell_equipment(tx, ctx, new).await
    }

    /// Takes over with which equipment somebody joins.
    async fn join_with(
        tx: &mut Tx,
        ctx: &mut FlowContext,
        chosen: Equipment,
    ) -> Result<(), InternalError> {
        let earlier = tx.equipment(&ctx.invitation.id, ctx.invitation.generation).await?;
        let new = ctx.join_with(chosen, earlier)?;
        tell_equipment(tx, ctx, new).await
    }

    /// Adds a guest's knock to the room, which the caller has locked. A second one changes nothing.
    async fn knock(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        admitted: &Admitted,
        room: &MeetingRoom,
    ) -> Result<(), InternalError> {
        let (invitation, generation) = (ctx.invitation.id.clone(), ctx.invitation.generation);
        let session = ctx.session_id()?.to_owned();
        let earlier = tx.knock(&invitation, generation, &session).await?;
        let earlier = earlier.filter(|knock| room.counts(knock.since)).map(|knock| knock.state);
        // The page says why not.
        if room::knock(admitted, earlier, self.room_status(&ctx.meeting, Some(room), ctx.now))
            != Ok(true)
        {
            return Ok(());
        }
        let knock = Knock {
            id: new_id()?,
            meeting_id: ctx.meeting.id.clone(),
            invitation_id: invitation,
            session_id: session,
            generation,
            state: KnockState::Waiting,
            since: ctx.now,
            decided_at: None,
            message: String::new(),
        };
        tx.put_knock(&knock).await?;
        self.metrics.knock(knock.state);
        ctx.mark_reached(tx, InvitationStage::Waited).await?;
        self.note(tx, ctx, "waiting").await?;
        ctx.change_lobby(tx).await?;
        self.call_hosts(tx, ctx, room).await
    }

    /// Enqueues a message to each host, once a meeting, if a guest waits and no host is there.
    async fn call_hosts(
        &self,
        tx: &mut Tx,
        ctx: &FlowContext,
        room: &MeetingRoom,
    ) -> Result<(), InternalError> {
        let id = ctx.meeting.id.as_str();
        if room.told_at.is_some() || room::is_host_here(room.host_seen_at, ctx.now) {
            return Ok(());
        }
        // One who looks at the waiting room is there too.
        let lately = ctx.now - session::listens_within(&self.settings.session);
        if tx.hosts(id, lately).await?.iter().any(|host| host.method.is_some()) {
            return Ok(());
        }
        tx.set_hosts_told(id, ctx.now).await?;
        let hosts = tx.invitations(id).await?.into_iter();
        for host in hosts.filter(|it| it.role == Role::Host && it.withdrawn_at.is_none()) {
            self.enqueue_message(tx, &ctx.meeting, &host, MessageKind::Waiting, ctx.now).await?;
        }
        Ok(())
    }

    /// Opens the room, which the caller has locked, for a host. A second time changes nothing.
    async fn open(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        admitted: &Admitted,
        room: &MeetingRoom,
    ) -> Result<(), InternalError> {
        let status = self.room_status(&ctx.meeting, Some(room), ctx.now);
        if room::lead(admitted, ctx.invitation.role, status).is_err() {
            return Ok(());
        }
        ctx.open()?;
        if room.opened_at.is_some() && room.ended_at.is_none() {
            return Ok(());
        }
        if let Some(ended_at) = room.ended_at {
            // A guest who was admitted before the end knocks again.
            tx.forget_knocks(&ctx.meeting.id, ended_at).await?;
        }
        tx.open_room(&ctx.meeting.id, ctx.now).await?;
        ctx.change_lobby(tx).await
    }
}

/// Counts a change of the waiting room if something is new about the equipment of somebody in it.
async fn tell_equipment(
    tx: &mut Tx,
    ctx: &mut FlowContext,
    new: bool,
) -> Result<(), InternalError> {
    let knocks = ctx.lobby().is_some_and(|lobby| lobby.knock.is_some());
    if new && knocks {
        ctx.change_lobby(tx).await?;
    }
    Ok(())
}
