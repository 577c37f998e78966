//! Readers of values. Each converts a value, or returns what is wrong with it without repeating it.

use super::keys::Value;
use crate::rules::text;
use app::fields::EmailAddress;
use jiff::SignedDuration;
use std::{fmt::Display, ops::RangeInclusive};
use toml::Value as Toml;

/// Reads text without changes.
pub(super) fn text(value: Value) -> Result<String, String> {
    match value {
        Value::Text(text) | Value::Toml(Toml::String(text)) => Ok(text),
        Value::Toml(_) => Err("must be text in quotes".into()),
    }
}

/// Reads text that is not empty, fits on one line and holds no deceptive characters.
pub(super) fn line(value: Value, most: usize) -> Result<String, String> {
    text::line(&text(value)?, most)
}

/// Reads a list: an array of texts in TOML, or a text with commas where everything is text.
pub(super) fn list(value: Value) -> Result<Vec<String>, String> {
    match value {
        Value::Text(text) => Ok(text
            .split(',')
            .map(|item| item.trim().to_owned())
            .filter(|item| !item.is_empty())
            .collect()),
        Value::Toml(Toml::Array(items)) => items
            .into_iter()
            .map(|item| text(Value::Toml(item)))
            .collect::<Result<_, _>>()
            .map_err(|_| "must be a list of texts in quotes".into()),
        Value::Toml(_) => Err("must be a list such as [\"one\", \"two\"]".into()),
    }
}

/// Reads a whole number within bounds.
pub(super) fn whole<T>(bounds: RangeInclusive<T>) -> impl FnOnce(Value) -> Result<T, String>
where
    T: TryFrom<i64> + PartialOrd + Display,
{
    move |value| {
        let number = match value {
            Value::Text(text) => text.trim().parse::<i64>().ok(),
            Value::Toml(Toml::Integer(number)) => Some(number),
            Value::Toml(_) => None,
        };
        number
            .and_then(|number| T::try_from(number).ok())
            .filter(|number| bounds.contains(number))
            .ok_or_else(|| {
                format!("must be a whole number from {} to {}", bounds.start(), bounds.end())
            })
    }
}

/// Reads a boolean.
pub(super) fn yes_or_no(value: Value) -> Result<bool, String> {
    match value {
        Value::Toml(Toml::Boolean(yes)) => Ok(yes),
        Value::Text(text) if text.trim() == "true" => Ok(true),
        Value::Text(text) if text.trim() == "false" => Ok(false),
        Value::Text(_) | Value::Toml(_) => Err("must be true or false".into()),
    }
}

/// Reads a duration within bounds, such as `10m` or `24 h`. The bounds are in seconds.
pub(super) fn duration(
    bounds: RangeInclusive<i64>,
) -> impl FnOnce(Value) -> Result<SignedDuration, String> {
    move |value| {
        let (least, most) =
            (SignedDuration::from_secs(*bounds.start()), SignedDuration::from_secs(*bounds.end()));
        text(value)
            .ok()
            .and_then(|text| text.trim().parse::<SignedDuration>().ok())
            .filter(|duration| (least..=most).contains(duration))
            .ok_or_else(|| {
                format!("must be a time such as \"10m\", from \"{least:#}\" to \"{most:#}\"")
            })
    }
}

/// Reads an e-mail address without a name.
pub(super) fn email(value: Value) -> Result<EmailAddress, String> {
    EmailAddress::booked(&text(value)?)
        .map_err(|_| "must be an e-mail address without a name, such as name@kommun.example".into())
}
