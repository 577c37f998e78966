//! Authenticators: each checks one method and ends in a proof. Nothing else creates one.

pub mod bankid;
pub mod code;
pub mod identity;
pub mod oidc;
pub mod word;

use crate::rules::assurance::Level;

/// The result of a successful identification, made only from responses that were checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    level: Level,
    how: String,
    who: Option<String>,
    matched: Option<bool>,
}

impl Evidence {
    /// Returns the level of assurance.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// Returns the name of the method.
    pub fn how(&self) -> &str {
        &self.how
    }

    /// Returns the person's name, if the method gives one.
    pub fn who(&self) -> Option<&str> {
        self.who.as_deref()
    }

    /// `true` if the identity is the one that the sender named. `None` if the sender named nobody.
    pub const fn matched(&self) -> Option<bool> {
        self.matched
    }
}
