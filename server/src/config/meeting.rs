//! `meeting.*`: when a meeting's doors open and close.

use super::{Error, keys::Keys, read, retention::Retention};
use jiff::SignedDuration;

pub(super) const KEYS: [&str; 2] = ["meeting.room_opens_before", "meeting.closes_after"];

const DAY: i64 = 24 * 3600;

/// When a meeting's doors open and close.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// The room opens this long before the start.
    pub room_opens_before: SignedDuration,
    /// The invitation closes this long after the end.
    pub closes_after: SignedDuration,
}

impl Default for Meeting {
    fn default() -> Self {
        Self {
            room_opens_before: SignedDuration::from_mins(15),
            closes_after: SignedDuration::from_hours(24),
        }
    }
}

impl Meeting {
    pub(super) fn take(keys: &mut Keys, retention: &Retention) -> Result<Self, Error> {
        let d = Self::default();
        let meeting = Self {
            room_opens_before: keys.take_or(
                "meeting.room_opens_before",
                d.room_opens_before,
                read::duration(0..=DAY),
            )?,
            closes_after: keys.take_or(
                "meeting.closes_after",
                d.closes_after,
                read::duration(0..=30 * DAY),
            )?,
        };
        if meeting.closes_after > SignedDuration::from_hours(24 * i64::from(retention.days)) {
            return Err(Error::key(
                "meeting.closes_after",
                "must not be longer than retention.days, after which the invitation is erased",
            ));
        }
        Ok(meeting)
    }
}
