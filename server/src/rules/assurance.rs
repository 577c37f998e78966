//! Levels of assurance, and the only decision whether a proof suffices.

use std::{fmt, str::FromStr};

/// Level of assurance, on the organisation's own scale. A one-time code is the lower level here. It is no
/// reviewed e-ID of any level.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub enum Level {
    /// A one-time code sent to the address that the sender knows.
    Loa2,
    /// A Swedish e-ID.
    Loa3,
}

impl Level {
    /// Returns the name in the API and in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loa2 => "loa2",
            Self::Loa3 => "loa3",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Level {
    type Err = UnknownLevel;
    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        [Self::Loa2, Self::Loa3].into_iter().find(|level| level.name() == name).ok_or(UnknownLevel)
    }
}

/// Error for a name that no level has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLevel;

/// Witness that a proof sufficed. Only [`admit`] creates one, so that code that asks for one can't be reached
/// without the check.
#[derive(Debug)]
pub struct Admitted(());

/// Returns the witness if the level `proven` suffices where `required` is asked for.
pub fn admit(proven: Option<Level>, required: Level) -> Option<Admitted> {
    proven.is_some_and(|proven| proven >= required).then_some(Admitted(()))
}

#[cfg(test)]
mod tests {
    use super::{Level::*, *};

    #[test]
    fn only_the_same_level_or_a_higher_one_suffices() {
        for (proven, required, opens) in [
            (None, Loa2, false),
            (None, Loa3, false),
            (Some(Loa2), Loa2, true),
            (Some(Loa2), Loa3, false),
            (Some(Loa3), Loa2, true),
            (Some(Loa3), Loa3, true),
        ] {
            assert_eq!(admit(proven, required).is_some(), opens, "{proven:?} for {required:?}");
        }
    }
}
