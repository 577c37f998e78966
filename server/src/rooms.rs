//! Meeting rooms: each kind turns somebody who was admitted into a way in.

use crate::{rules::assurance::Admitted, store::records::Meeting};

/// A room that is somewhere else and is reached by its address.
pub const LINK: &str = "link";

/// The address that leads into the room.
pub fn way_in(_: &Admitted, meeting: &Meeting) -> String {
    meeting.room_url.clone()
}
