//! The ends of a visit to the meeting.

/// The reason why the visitor is no longer in the meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The visitor left.
    Left,
    /// The meeting has ended.
    Ended,
    /// The host removed the visitor.
    Removed,
    /// The host did not admit the visitor.
    Refused,
    /// Another window of the same session has the seat.
    TakenOver,
    /// The session or the admission is over.
    SignedOut,
    /// The media of the room can't be reached.
    Unreachable,
}
