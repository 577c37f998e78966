//! Who somebody turned out to be by an e-identification, against who was invited.

use super::Evidence;
use crate::{
    keys::{Keys, Purpose, Unsealed, same},
    rules::assurance::Level,
    store::records::Invitation,
};
use serde::{Deserialize, Serialize};

/// The name of these ways in the booking.
pub const E_ID: &str = "e-id";

/// How BankID is called where it is said by which way somebody identified.
pub const BANKID: &str = "bankid";

/// What an e-identification says of a person, once we have checked that it does. Only the ways of
/// proving make one.
#[derive(Clone, Serialize, Deserialize)]
pub struct Identity {
    pub(super) level: Level,
    pub(super) how: String,
    pub(super) name: Option<String>,
    pub(super) number: Option<String>,
    pub(super) address: Option<String>,
}

impl Identity {
    /// The level that it was made at.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The name of the person.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The personal identity or coordination number, 12 digits.
    pub fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }

    /// By which e-identification.
    pub fn how(&self) -> &str {
        &self.how
    }

    /// The network address of the device that it was made on, where that is told.
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    /// Seals it, to be kept until the session goes on.
    pub fn seal(&self, keys: &Keys, about: &str) -> Result<Vec<u8>, Unsealed> {
        keys.seal(about, &serde_json::to_vec(self).map_err(|_| Unsealed)?)
    }

    /// Opens one that was sealed.
    pub fn unseal(keys: &Keys, about: &str, sealed: &[u8]) -> Result<Self, Unsealed> {
        serde_json::from_slice(&keys.unseal(about, sealed)?).map_err(|_| Unsealed)
    }
}

/// How an identity compares with an invitation.
pub enum Judgement {
    /// Whoever identified may go on.
    Invited(Evidence),
    /// Somebody else, or who did not know where the invitation went.
    NotInvited {
        /// Whether it was who the sender named; none when the sender named nobody.
        matched: Option<bool>,
    },
}

/// The keyed form in which a personal number is kept and compared: with the invitation's own key, and
/// another for each invitation, so that nobody can be followed from one to the next.
pub fn person_mark(keys: &Keys, key_id: &str, invitation: &str, number: &str) -> Option<Vec<u8>> {
    let parts = [invitation.as_bytes(), number.as_bytes()];
    keys.derive(key_id, Purpose::Person, &parts).map(|mark| mark.to_vec())
}

/// Judges who identified. `may_pass` says whether they named the address that the invitation went to, and
/// the way is not locked. Both are always looked at: what failed shows in nothing. That it is counted is
/// seen to by the caller, before.
pub fn judge(
    keys: &Keys,
    invitation: &Invitation,
    may_pass: bool,
    identity: &Identity,
) -> Judgement {
    let matched = invitation.person_mark.as_ref().map(|expected| {
        let key_id = invitation.person_key_id.as_ref().unwrap_or(&invitation.key_id);
        let mark = identity
            .number
            .as_deref()
            .and_then(|number| person_mark(keys, key_id, &invitation.id, number));
        mark.is_some_and(|mark| same(mark, expected))
    });
    if matched.unwrap_or(true) && may_pass {
        Judgement::Invited(Evidence {
            level: identity.level,
            how: identity.how.clone(),
            who: identity.name.clone(),
            matched,
        })
    } else {
        Judgement::NotInvited { matched }
    }
}
