//! How somebody proves who they are: each way ends in evidence, and only these ways make it.

pub mod code;
pub mod oidc;
pub mod word;

use crate::rules::assurance::Level;

/// What was proven, by whom and how: from what came back to us and we checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    level: Level,
    how: &'static str,
    who: Option<String>,
}

impl Evidence {
    /// The level that was proven.
    pub const fn level(&self) -> Level {
        self.level
    }

    /// The name of the way.
    pub const fn how(&self) -> &'static str {
        self.how
    }

    /// Who it is, as far as the way tells.
    pub fn who(&self) -> Option<&str> {
        self.who.as_deref()
    }
}
