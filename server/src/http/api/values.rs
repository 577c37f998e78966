//! Readers of single values in the API's JSON.

use crate::{
    rooms::{Link, Reach},
    rules::text,
};
use app::fields::{EmailAddress, hidden::is_hidden};
use serde_json::Value;

/// Reads a string.
pub(super) fn string(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be a string".to_owned())
}

/// Reads a text of one line that is not blank. At most `longest` characters.
pub(super) fn line(value: &Value, longest: usize) -> Result<String, String> {
    text::line(string(value)?, longest)
}

/// Reads a text of any number of lines. At most `longest` characters.
pub(super) fn prose(value: &Value, longest: usize) -> Result<String, String> {
    text::prose(string(value)?, longest)
}

/// Reads an e-mail address without invisible characters.
pub(super) fn email(value: &Value) -> Result<String, String> {
    let text = string(value)?;
    if text.contains(is_hidden) {
        return Err("must not hold what can't be seen".to_owned());
    }
    EmailAddress::booked(text)
        .map(|address| address.as_str().to_owned())
        .map_err(|_| "must be an e-mail address".to_owned())
}

/// Reads the address of a room. At most `longest` characters.
pub(super) fn room(value: &Value, longest: usize, reach: Reach) -> Result<Link, String> {
    let text = string(value)?;
    if text.chars().count() > longest {
        return Err(format!("must not be longer than {longest} characters"));
    }
    Link::parse(text, reach)
}
