//! `reminder.*`: the times of reminders.

use super::reference::{Key, Section};
use crate::rules::bounds::duration_within;
use serde::{Deserialize, Deserializer, de::Error};
use std::time::Duration;

pub(super) const SECTION: Section = Section {
    name: "reminder",
    about: "No reminder goes out for a time that was already past at the booking or the last change.",
    keys: &[
        Key::new(
            "reminder.mail",
            "[\"24h\"]",
            "how long before the start recipients are reminded by e-mail. A list of at most five times, each from \
             `5m` to `336h`. `[]` means never",
        ),
        Key::new(
            "reminder.sms",
            "[\"2h\"]",
            "the same by SMS, if there is a gateway, to recipients whose number takes text messages",
        ),
    ],
};

/// Minimum time from a reminder to the start, in seconds. A later one is of no use.
const LEAST: i64 = 5 * 60;

/// Maximum time from a reminder to the start, in seconds.
const MOST: i64 = 14 * 24 * 3600;

/// Maximum number of reminders of one kind for a meeting.
const COUNT: usize = 5;

/// The times of reminders before a meeting's start, the shortest first. Empty if there are none.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Reminder {
    /// Reminders by e-mail.
    #[serde(deserialize_with = "times")]
    pub mail: Vec<Duration>,
    /// Reminders by SMS, if there is a gateway and the recipient has a number.
    #[serde(deserialize_with = "times")]
    pub sms: Vec<Duration>,
}

fn times<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<Duration>, D::Error> {
    let wrong = || {
        D::Error::custom(
            "must be a list of at most 5 times such as [\"24h\"], each from \"5m\" to \"336h\"",
        )
    };
    let items = Vec::<String>::deserialize(value).map_err(|_| wrong())?;
    let times: Option<Vec<_>> =
        items.iter().map(|text| duration_within(text, LEAST, MOST)).collect();
    let mut times = times.filter(|times| times.len() <= COUNT).ok_or_else(wrong)?;
    times.sort();
    times.dedup();
    Ok(times)
}
