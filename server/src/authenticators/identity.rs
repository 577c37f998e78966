//! Identities from e-IDs, and their match with an invitation.

use super::Proof;
use crate::{
    keys::{DecryptError, Keys, Purpose, constant_time_eq},
    model::Invitation,
    rules::assurance::Level,
};
use app::{fields::comparable, wire::Role};
use serde::{Deserialize, Serialize};

/// Method name of an e-ID identification in the booking.
pub const E_ID: &str = "e-id";

/// Name of BankID as a method.
pub const BANKID: &str = "bankid";

/// The identity that an e-ID provider asserts, after its response was checked. Only authenticators create
/// one.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    pub(crate) level: Level,
    pub(crate) method: String,
    pub(crate) name: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) address: Option<String>,
}

impl Identity {
    /// Returns the level of assurance of the identification.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Returns the person's name.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Returns the personal identity or coordination number, 12 digits.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// Returns the e-mail address that the provider has verified.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// Returns the name of the e-ID.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the IP address of the device that was used. `None` if the provider doesn't report it.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Seals the identity, to be kept until the session continues.
    pub fn seal(&self, keys: &Keys, about: &str) -> Result<Vec<u8>, DecryptError> {
        keys.seal(about, &serde_json::to_vec(self).map_err(|_| DecryptError)?)
    }

    /// Opens a sealed identity.
    pub fn unseal(keys: &Keys, about: &str, sealed: &[u8]) -> Result<Self, DecryptError> {
        serde_json::from_slice(&keys.unseal(about, sealed)?).map_err(|_| DecryptError)
    }
}

/// The match of an identity with an invitation.
pub enum IdentityMatch {
    /// Invited, with the proof.
    Invited(Proof),
    /// Another person, or one who did not know the invitation's address.
    NotInvited {
        /// `true` if the identity is the one that the sender named. `None` if the sender named nobody.
        matched: Option<bool>,
    },
}

/// Returns the keyed hash of a personal identity number, as it is stored and compared. `None` if the key is
/// no longer configured.
///
/// The key is the invitation's own, and the hash differs for each invitation. Nobody can be followed from one
/// to the next.
pub fn personal_number_hash(
    keys: &Keys,
    key_id: &str,
    invitation: &str,
    number: &str,
) -> Option<Vec<u8>> {
    let parts = [invitation.as_bytes(), number.as_bytes()];
    keys.derive(key_id, Purpose::Person, &parts).map(|mark| mark.to_vec())
}

/// Matches an identity with an invitation: by the personal number that the sender named, or by the address of a
/// host. `may_pass` is `true` if the person named the invitation's address, and it is not locked for e-IDs.
///
/// Both parts are always compared, so that a failure never shows which part was wrong. The caller counts the
/// attempt before.
pub fn match_identity(
    keys: &Keys,
    invitation: &Invitation,
    may_pass: bool,
    identity: &Identity,
) -> IdentityMatch {
    let matched = match invitation.role {
        Role::Guest => has_number(keys, invitation, identity),
        // A host is whoever the provider says has the invited address.
        Role::Host => Some(identity.email().is_some_and(|email| {
            let hash = |email| keys.address_hash(&comparable(email));
            constant_time_eq(hash(email), hash(&invitation.email))
        })),
    };
    if matched.unwrap_or(true) && may_pass {
        IdentityMatch::Invited(Proof {
            level: identity.level,
            method: identity.method.clone(),
            name: identity.name.clone(),
            identity_matched: matched,
        })
    } else {
        IdentityMatch::NotInvited { matched }
    }
}

/// `true` if an identity has the personal number that the sender named. `None` if the sender named none.
fn has_number(keys: &Keys, invitation: &Invitation, identity: &Identity) -> Option<bool> {
    let expected = invitation.personal_number_hash.as_ref()?;
    let key_id = invitation.personal_number_key_id.as_ref().unwrap_or(&invitation.key_id);
    let number = identity.number.as_deref();
    let mark = number.and_then(|number| personal_number_hash(keys, key_id, &invitation.id, number));
    Some(mark.is_some_and(|mark| constant_time_eq(mark, expected)))
}
