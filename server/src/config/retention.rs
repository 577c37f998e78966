//! `retention.*`: the retention of personal data.

use super::{Error, keys::Keys, read};

pub(super) const KEYS: [&str; 1] = ["retention.days"];

/// The retention of personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Time after the meeting's end, in days.
    pub days: u16,
}

impl Default for Retention {
    fn default() -> Self {
        Self { days: 30 }
    }
}

impl Retention {
    pub(super) fn take(keys: &mut Keys) -> Result<Self, Error> {
        let days = Self::default().days;
        Ok(Self { days: keys.take_or("retention.days", days, read::whole(1..=3650))? })
    }
}
