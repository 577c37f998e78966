//! Built-in rooms, as all servers see them.

use crate::clock::Time;

/// The built-in room of a meeting. It exists from the first knock, or from when a host opens it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingRoom {
    /// The meeting.
    pub meeting_id: String,
    /// The server that holds it. `None` before the first.
    pub server: Option<String>,
    /// Number of times that the holder changed.
    pub epoch: i64,
    /// End of the holder's lease.
    pub leased_until: Time,
    /// `true` if nobody else can knock.
    pub locked: bool,
    /// Time at which a host opened it.
    pub opened_at: Option<Time>,
    /// Time at which the meeting was ended.
    pub ended_at: Option<Time>,
    /// Time at which a host was last inside. `None` if none is.
    pub host_seen_at: Option<Time>,
    /// Time at which hosts were notified that somebody waits.
    pub told_at: Option<Time>,
    /// Number of changes that its waiting room has seen.
    pub version: i64,
}

/// A room that a server holds, as its upkeep renews it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRoom {
    /// The meeting.
    pub meeting_id: String,
    /// The epoch in which the server holds it.
    pub epoch: i64,
    /// `true` if a host is connected.
    pub has_host: bool,
}

/// The right of a server to hold a room, as of when it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomLease {
    /// The server that holds the room.
    pub server: String,
    /// Number of times that the holder changed.
    pub epoch: i64,
}
