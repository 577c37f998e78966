//! Reasons why a sender's request is refused or fails.

use crate::{state::InternalError, store::StoreError};
use app::wire::Role;

/// A reason why a meeting can't be booked or changed.
#[derive(Debug, thiserror::Error)]
pub enum MeetingError {
    /// There is no such meeting.
    #[error("no such meeting")]
    NoMeeting,
    /// Nobody with this id is invited to it in this role.
    #[error("nobody such is invited")]
    NotInvited(Role),
    /// The meeting was cancelled.
    #[error("the meeting was cancelled")]
    Cancelled,
    /// The recipient or host was removed.
    #[error("the invitation was withdrawn")]
    Withdrawn(Role),
    /// Somebody has joined, so the kind of room stays.
    #[error("somebody has joined")]
    Entered,
    /// Its room is another service's.
    #[error("the room is another service's")]
    NotBuiltIn,
    /// Its room has not opened yet.
    #[error("the room has not opened")]
    NotOpen,
    /// The required personal number was stored with a key that is no longer configured.
    #[error("the personal number's key is no longer configured")]
    NumberLost,
    /// The invitations have closed.
    #[error("the meeting is over")]
    Over,
    /// A recipient or host was invited too often.
    #[error("somebody was invited too often")]
    TooOften {
        /// Seconds until a new invitation is allowed.
        wait: u32,
    },
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The meeting is not in the state that the caller expects.
    #[error("the meeting has changed")]
    Changed,
    /// The service failed.
    #[error(transparent)]
    Internal(#[from] InternalError),
}

impl From<StoreError> for MeetingError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}
