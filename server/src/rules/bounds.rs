//! Bounds of limits: readers of numbers and durations for serde. An error names the bounds and never the value.

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, de::Error};
use std::time::Duration;

/// A day, in seconds.
pub const DAY: i64 = 24 * 3600;

/// Reads a whole number from `LEAST` to `MOST`.
pub fn whole<'de, D, T, const LEAST: i64, const MOST: i64>(value: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: TryFrom<i64>,
{
    let number = i64::deserialize(value).ok().filter(|number| (LEAST..=MOST).contains(number));
    number
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| D::Error::custom(format!("must be a whole number from {LEAST} to {MOST}")))
}

/// Reads a duration such as `10m` or `24 h`. The bounds are in seconds.
pub fn duration<'de, D, const LEAST: i64, const MOST: i64>(value: D) -> Result<Duration, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(value).ok();
    text.and_then(|text| duration_within(&text, LEAST, MOST)).ok_or_else(|| {
        let [least, most] = [LEAST, MOST].map(SignedDuration::from_secs);
        D::Error::custom(format!(
            "must be a time such as \"10m\", from \"{least:#}\" to \"{most:#}\""
        ))
    })
}

/// Parses a duration. The bounds are in seconds. `None` if it is no duration or out of bounds.
pub fn duration_within(text: &str, least: i64, most: i64) -> Option<Duration> {
    let duration = text.trim().parse::<SignedDuration>().ok()?;
    let bounds = SignedDuration::from_secs(least)..=SignedDuration::from_secs(most);
    bounds.contains(&duration).then(|| duration.unsigned_abs())
}
