//! Joining: from an opened invitation into the room.

use super::{context::FlowContext, page::Flash};
use crate::{
    model::{IdentificationFlow, InvitationStage},
    rules::{assurance::Admitted, invitation::RoomState},
    state::{AppState, InternalError},
    store::Transaction,
};
use app::{steps::Step, wire::Problem};

impl AppState {
    /// Records that an admitted visitor continues to the meeting page.
    pub(crate) fn enter(ctx: &FlowContext, flow: &mut IdentificationFlow, _: &Admitted) {
        flow.flash = None;
        flow.entered_at = flow.entered_at.or(Some(ctx.now));
    }

    /// Lets an admitted visitor join the room, if it is open.
    pub(crate) async fn join(
        &self,
        tx: &mut dyn Transaction,
        ctx: &FlowContext,
        flow: &mut IdentificationFlow,
        admitted: &Admitted,
    ) -> Result<(), InternalError> {
        Self::enter(ctx, flow, admitted);
        match ctx.room_state(self) {
            RoomState::Open => {
                flow.joined_at = Some(ctx.now);
                ctx.mark_reached(tx, InvitationStage::Joined).await?;
                self.note(tx, ctx, "joined").await
            }
            RoomState::OpensAt(_) => {
                flow.flash = Flash::problem(Step::Meeting, Problem::RoomClosed).written();
                Ok(())
            }
            RoomState::Closed => Ok(()),
        }
    }
}
