//! `meeting.*`: the times when a room opens and an invitation closes.

use super::{Error, keys::Keys, read, retention::Retention};
use jiff::SignedDuration;

pub(super) const KEYS: [&str; 2] = ["meeting.room_opens_before", "meeting.closes_after"];

const DAY: i64 = 24 * 3600;

/// The times when a meeting's room opens and its invitation closes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Time from the room's opening to the meeting's start.
    pub room_opens_before: SignedDuration,
    /// Time from the meeting's end to the invitation's closing.
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
