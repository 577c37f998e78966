//! Browsers' sessions.

use crate::clock::Time;

/// A browser's session.
#[derive(Clone, Debug)]
pub struct Session {
    /// Id. It never leaves the server.
    pub id: String,
    /// Time of the last activity.
    pub last_active_at: Time,
    /// `true` if it has a proof, for any invitation.
    pub identified: bool,
}
