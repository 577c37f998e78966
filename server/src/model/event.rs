//! Events of a meeting.

use crate::clock::Time;

/// An event of a meeting.
#[derive(Clone, Debug)]
pub struct Event {
    /// Number. It grows.
    pub number: i64,
    /// The invitation, if the event belongs to one.
    pub invitation_id: Option<String>,
    /// Time.
    pub at: Time,
    /// Kind.
    pub kind: String,
    /// Level of assurance of the proof.
    pub level: Option<String>,
    /// Method of the proof.
    pub method: Option<String>,
    /// Name of the person, if the method gives one.
    pub name: Option<String>,
    /// `true` if the identity is the one that the sender named. `None` if the sender named nobody.
    pub identity_matched: Option<bool>,
    /// Keyed hash of the personal identity number that was used.
    pub personal_number_hash: Option<Vec<u8>>,
    /// The sealed number, if it is to be kept.
    pub personal_number_sealed: Option<Vec<u8>>,
    /// The step of a visitor who wished to be called.
    pub step: Option<String>,
}

impl Event {
    /// Creates an event without a proof. The store numbers it.
    pub fn new(kind: &str, invitation: Option<&str>, at: Time) -> Self {
        Self {
            number: 0,
            invitation_id: invitation.map(str::to_owned),
            at,
            kind: kind.to_owned(),
            level: None,
            method: None,
            name: None,
            identity_matched: None,
            personal_number_hash: None,
            personal_number_sealed: None,
            step: None,
        }
    }
}
