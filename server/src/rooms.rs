//! Meeting rooms: each kind has an address for an admitted visitor.

use crate::{model::Meeting, rules::assurance::Admitted};

/// A room in another service, reached by its address.
pub const LINK: &str = "link";

/// Returns the address of the room.
pub fn way_in(_: &Admitted, meeting: &Meeting) -> String {
    meeting.room_url.clone()
}
