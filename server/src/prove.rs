//! How somebody proves who they are: each way ends in evidence, and only these ways make it.

pub mod bankid;
pub mod code;
pub mod identity;
pub mod oidc;
pub mod word;

use crate::rules::assurance::Level;

/// What was proven, by whom and how: from what came back to us and we checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    level: Level,
    how: String,
    who: Option<String>,
    matched: Option<bool>,
}

impl Evidence {
    /// The level that was proven.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The name of the way.
    pub fn how(&self) -> &str {
        &self.how
    }

    /// Who it is, as far as the way tells.
    pub fn who(&self) -> Option<&str> {
        self.who.as_deref()
    }

    /// Whether it is who the sender named; none when the sender named nobody.
    pub const fn matched(&self) -> Option<bool> {
        self.matched
    }
}
