//! `session.*`: how long a browser stays known.

use super::{Error, keys::Keys, read};
use jiff::SignedDuration;

pub(super) const KEYS: [&str; 3] = ["session.idle", "session.after_meeting", "session.warning"];

const DAY: i64 = 24 * 3600;

/// How long a browser stays known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Without anything being done.
    pub idle: SignedDuration,
    /// After the meeting's end, at most.
    pub after_meeting: SignedDuration,
    /// How long before its end people are warned.
    pub warning: SignedDuration,
}

impl Default for Session {
    fn default() -> Self {
        Self {
            idle: SignedDuration::from_mins(30),
            after_meeting: SignedDuration::from_hours(2),
            warning: SignedDuration::from_mins(2),
        }
    }
}

impl Session {
    pub(super) fn take(keys: &mut Keys) -> Result<Self, Error> {
        let d = Self::default();
        let session = Self {
            idle: keys.take_or("session.idle", d.idle, read::duration(60..=DAY))?,
            after_meeting: keys.take_or(
                "session.after_meeting",
                d.after_meeting,
                read::duration(0..=DAY),
            )?,
            // WCAG 2.2.1 wants 20 seconds at least to answer a warning.
            warning: keys.take_or("session.warning", d.warning, read::duration(20..=3600))?,
        };
        if session.warning >= session.idle {
            return Err(Error::key("session.warning", "must be shorter than session.idle"));
        }
        Ok(session)
    }
}
