//! Authenticators: each checks one method and ends in a proof. Nothing else creates one.

pub mod bankid;
pub mod check_word;
pub mod code;
pub mod identity;
pub mod oidc;

use crate::rules::assurance::Level;

/// The result of a successful identification, made only from responses that were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    level: Level,
    method: String,
    name: Option<String>,
    identity_matched: Option<bool>,
}

impl Proof {
    /// Returns the level of assurance.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Returns the name of the method.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Returns the person's name, if the method gives one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// `true` if the identity is the one that the sender named. `None` if the sender named nobody.
    pub const fn identity_matched(&self) -> Option<bool> {
        self.identity_matched
    }
}
