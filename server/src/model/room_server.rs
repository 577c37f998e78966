//! Servers that hold built-in rooms.

/// A server that holds built-in rooms, as it registers itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomServer {
    /// Its name, in the address of its signalling.
    pub name: String,
    /// The process that has the name. Another one after each start.
    pub process: String,
    /// The origin of its signalling.
    pub signal_url: String,
    /// `true` if it has an SFU, for built-in rooms. Rooms at LiveKit need none.
    pub media: bool,
    /// Number of people in its rooms.
    pub people: i64,
}
