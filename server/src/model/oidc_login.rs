//! Logins with OpenID Connect providers.

use crate::clock::Time;

/// A login with an OpenID Connect provider, until its callback.
#[derive(Clone, Debug)]
pub struct OidcLogin {
    /// Id, from which its secrets are derived.
    pub id: String,
    /// The session that started it.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link.
    pub generation: i64,
    /// The address that was named before.
    pub address: String,
    /// Id of the provider.
    pub provider: String,
    /// Id of the key that its secrets are derived with.
    pub key_id: String,
    /// Hash of its `state`.
    pub state_hash: Vec<u8>,
    /// The address at the provider, sealed.
    pub url: Vec<u8>,
    /// Time of the start.
    pub begun_at: Time,
    /// Time of the callback.
    pub used_at: Option<Time>,
    /// Keyed hash of the network that it was started from.
    pub network: Option<Vec<u8>>,
}
