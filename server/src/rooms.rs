//! Meeting rooms: each kind gives an admitted visitor the way in.

use crate::{model::Meeting, rules::assurance::Admitted};

/// A room in another service, reached by its address.
pub const LINK: &str = "link";

/// Returns the address of the room.
pub fn way_in(_: &Admitted, meeting: &Meeting) -> String {
    meeting.room_url.clone()
}
