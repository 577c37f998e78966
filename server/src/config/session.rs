//! `session.*`: the duration of sessions.

use super::{Error, keys::Keys, read};
use jiff::SignedDuration;

pub(super) const KEYS: [&str; 3] = ["session.idle", "session.after_meeting", "session.warning"];

const DAY: i64 = 24 * 3600;

/// The duration of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Maximum time without activity.
    pub idle: SignedDuration,
    /// Maximum time after the meeting's end.
    pub after_meeting: SignedDuration,
    /// Time from the warning to the session's end.
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
            // WCAG 2.2.1 requires at least 20 seconds to answer a warning.
            warning: keys.take_or("session.warning", d.warning, read::duration(20..=3600))?,
        };
        if session.warning >= session.idle {
            return Err(Error::key("session.warning", "must be shorter than session.idle"));
        }
        Ok(session)
    }
}
