//! API tokens.

use crate::clock::Time;

/// An API token, without its secret.
#[derive(Clone, Debug)]
pub struct ApiToken {
    /// Id.
    pub id: String,
    /// Name of its owner.
    pub name: String,
    /// Time of creation.
    pub created_at: Time,
    /// Time of the last use, to within some minutes.
    pub used_at: Option<Time>,
    /// Time of revocation.
    pub revoked_at: Option<Time>,
}
