//! Readers of single values in the API's JSON.

use crate::rules::text;
use app::fields::{EmailAddress, hidden::is_hidden};
use serde_json::Value;
use url::Url;

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

/// Reads an https address that a browser can be redirected to. At most `longest` characters.
pub(super) fn https(value: &Value, longest: usize) -> Result<String, String> {
    let bad = || "must be an https address".to_owned();
    let text = string(value)?;
    if text.chars().count() > longest {
        return Err(format!("must not be longer than {longest} characters"));
    }
    let url = Url::parse(text).map_err(|_| bad())?;
    let plain = url.username().is_empty() && url.password().is_none();
    if url.scheme() == "https" && url.host().is_some() && plain {
        Ok(url.into())
    } else {
        Err(bad())
    }
}
