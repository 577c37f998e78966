//! Joining: from an opened invitation into the room.

use super::context::FlowContext;
use crate::{
    rules::{assurance::Admitted, invitation::RoomState},
    state::{AppState, InternalError},
    store::Tx,
};
use app::{steps::Step, wire::Problem};

impl AppState {
    /// Lets an admitted visitor join the room, if it is open.
    pub(crate) async fn join(
        &self,
        tx: &mut Tx,
        ctx: &mut FlowContext,
        _: &Admitted,
    ) -> Result<(), InternalError> {
        ctx.enter()?;
        match ctx.room_state(self) {
            RoomState::Open => {
                ctx.join(tx).await?;
                self.note(tx, ctx, "joined").await
            }
            RoomState::OpensAt(_) => ctx.set_problem(Step::Meeting, Problem::RoomClosed),
            RoomState::Closed => Ok(()),
        }
    }
}
