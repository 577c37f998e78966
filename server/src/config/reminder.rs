//! `reminder.*`: the times of reminders.

use super::{
    Error,
    keys::{Keys, Value},
    read,
};
use jiff::SignedDuration;

pub(super) const KEYS: [&str; 2] = ["reminder.mail", "reminder.sms"];

/// Minimum time from a reminder to the start, in seconds. A later one is of no use.
const LEAST: i64 = 5 * 60;

/// Maximum time from a reminder to the start, in seconds.
const MOST: i64 = 14 * 24 * 3600;

/// Maximum number of reminders of one kind for a meeting.
const COUNT: usize = 5;

/// The times of reminders before a meeting's start, the shortest first. Empty if there are none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Reminders by e-mail.
    pub mail: Vec<SignedDuration>,
    /// Reminders by SMS, if there is a gateway and the recipient has a number.
    pub sms: Vec<SignedDuration>,
}

impl Default for Reminder {
    fn default() -> Self {
        Self {
            mail: vec![SignedDuration::from_hours(24)],
            sms: vec![SignedDuration::from_hours(2)],
        }
    }
}

impl Reminder {
    pub(super) fn take(keys: &mut Keys) -> Result<Self, Error> {
        let d = Self::default();
        Ok(Self {
            mail: keys.take_or("reminder.mail", d.mail, times)?,
            sms: keys.take_or("reminder.sms", d.sms, times)?,
        })
    }
}

fn times(value: Value) -> Result<Vec<SignedDuration>, String> {
    let wrong = "must be a list of at most 5 times such as [\"24h\"], each from \"5m\" to \"336h\"";
    let time = |text| read::duration(LEAST..=MOST)(Value::Text(text)).ok();
    let items = read::list(value).map_err(|_| wrong)?;
    let times: Option<Vec<_>> = items.into_iter().map(time).collect();
    let mut times = times.filter(|times| times.len() <= COUNT).ok_or(wrong)?;
    times.sort();
    times.dedup();
    Ok(times)
}
