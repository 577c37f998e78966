//! Wishes to be called: from somebody who does not come in, whichever step that is.

use super::context::FlowContext;
use crate::{
    clock::Time,
    model::Event,
    rules::room::CALLS_PASSED_ON,
    state::{AppState, InternalError},
    store::Tx,
};
use app::{steps::Step, wire::Notice};

impl AppState {
    /// Passes on that a visitor wishes to be called, from that step. It proves nothing, so that a session has one
    /// wish and an invitation a few. Further ones get the same answer.
    pub(crate) async fn ring_me(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        step: Option<Step>,
    ) -> Result<(), InternalError> {
        let step = step.unwrap_or_else(|| ctx.reached());
        ctx.set_notice(step, Notice::CallWanted)?;
        let before = tx.happened_since(&ctx.invitation, "call-wanted", Time(i64::MIN)).await?;
        if !ctx.call()? || before.len() >= CALLS_PASSED_ON {
            return Ok(());
        }
        let event = Event {
            step: Some(step.slug().to_owned()),
            ..Event::new("call-wanted", Some(&ctx.invitation.id), ctx.now)
        };
        tx.add_event(&ctx.meeting.id, &event).await?;
        if ctx.meeting.room.has_lobby() {
            tx.lock_room(&ctx.meeting.id, ctx.now).await?;
            ctx.change_lobby(tx).await?;
        }
        Ok(())
    }
}
