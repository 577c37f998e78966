//! The names of rooms, seats and media sections.

use std::fmt::{self, Display, Formatter};

/// Name of a room, given by the caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomId(pub String);

impl From<&str> for RoomId {
    fn from(room: &str) -> Self {
        Self(room.to_owned())
    }
}

/// Number of a seat, given by the caller. Unique in the process, across all rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeatId(pub u64);

/// Name of a media section of an offer (`a=mid`). At most 16 characters. RFC 8843.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mid(pub String);

impl From<&str> for Mid {
    fn from(mid: &str) -> Self {
        Self(mid.to_owned())
    }
}

impl Display for Mid {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
