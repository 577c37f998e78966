//! Challenges: requests for one-time codes.

use crate::clock::Time;

/// A challenge: the request for a one-time code, or a decoy.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Id, from which the code is derived.
    pub id: String,
    /// The session that requested it.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// The typed address.
    pub address: String,
    /// `true` for a decoy: nothing was sent. The address was not the recipient's, or a rate limit was
    /// reached.
    pub decoy: bool,
    /// Id of the key that the code is derived with.
    pub key_id: String,
    /// Time of the request.
    pub made_at: Time,
    /// Time at which the code was last sent.
    pub sent_at: Time,
    /// Time at which the code expires.
    pub expires_at: Time,
    /// Number of times that the code was sent.
    pub sends: i64,
    /// Number of attempts.
    pub attempts: i64,
    /// Time at which the code was consumed.
    pub consumed_at: Option<Time>,
    /// Time at which the code was seen to have expired. It then stays expired, even if the clock is set back.
    pub expired_at: Option<Time>,
}
