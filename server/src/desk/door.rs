//! Joining: from an opened invitation into the room.

use super::{Desk, Fault, show::Remark, situation::Situation};
use crate::{
    rules::{assurance::Admitted, invitation::Door},
    store::{Stage, Tx, records::Visit},
};
use app::{steps::Step, wire::Problem};

impl Desk {
    /// Records that an admitted visitor continues to the meeting page.
    pub(super) fn enter(at: &Situation, visit: &mut Visit, _: &Admitted) {
        visit.remark = None;
        visit.entered_at = visit.entered_at.or(Some(at.now));
    }

    /// Lets an admitted visitor join the room, if it is open.
    pub(super) async fn join(
        &self,
        tx: &mut dyn Tx,
        at: &Situation,
        visit: &mut Visit,
        admitted: &Admitted,
    ) -> Result<(), Fault> {
        Self::enter(at, visit, admitted);
        match at.door(self) {
            Door::Open => {
                visit.joined_at = Some(at.now);
                at.reach(tx, Stage::Joined).await?;
                self.note(tx, at, "joined").await
            }
            Door::OpensAt(_) => {
                visit.remark = Remark::problem(Step::Meeting, Problem::RoomClosed).written();
                Ok(())
            }
            Door::Closed => Ok(()),
        }
    }
}
