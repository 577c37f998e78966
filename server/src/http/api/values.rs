//! What the values of members may be.

use crate::clock::Time;
use app::fields::{EmailAddress, is_e164};
use jiff::tz::TimeZone;
use serde_json::Value;
use url::Url;

pub(super) fn text(value: &Value) -> Result<&str, String> {
    value.as_str().ok_or_else(|| "must be a string".to_owned())
}

/// A text of one line that says something.
pub(super) fn line(value: &Value, longest: usize) -> Result<String, String> {
    let text = text(value)?.trim();
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line without control characters".to_owned());
    }
    fitting(text, longest)
}

/// A text of any number of lines.
pub(super) fn prose(value: &Value, longest: usize) -> Result<String, String> {
    let text = text(value)?.trim();
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err("must not hold control characters".to_owned());
    }
    fitting(text, longest)
}

fn fitting(text: &str, longest: usize) -> Result<String, String> {
    if text.chars().count() > longest {
        return Err(format!("must not be longer than {longest} characters"));
    }
    Ok(text.to_owned())
}

/// A point in time with its offset (RFC 3339), within the years that calendars can show.
pub(super) fn time(value: &Value) -> Result<Time, String> {
    let time = text(value)?
        .parse::<jiff::Timestamp>()
        .map_err(|_| "must be a time such as 2026-12-01T09:00:00+01:00".to_owned())?;
    let year = time.to_zoned_datetime(TimeZone::UTC).year();
    if (2000..2100).contains(&year) {
        Ok(time.into())
    } else {
        Err("must be a time in this century".to_owned())
    }
}

pub(super) fn zone(value: &Value) -> Result<String, String> {
    let name = text(value)?;
    let zone = TimeZone::get(name).ok().and_then(|zone| zone.iana_name().map(str::to_owned));
    zone.ok_or_else(|| "must be an IANA time zone such as Europe/Stockholm".to_owned())
}

pub(super) fn email(value: &Value) -> Result<String, String> {
    EmailAddress::parse(text(value)?)
        .map(|address| address.as_str().to_owned())
        .map_err(|_| "must be an e-mail address".to_owned())
}

/// A phone number in E.164.
pub(super) fn phone(value: &Value) -> Result<String, String> {
    let text = text(value)?;
    if is_e164(text) {
        Ok(text.to_owned())
    } else {
        Err("must be E.164, such as +46300834000".to_owned())
    }
}

/// An https address that a browser can be sent to.
pub(super) fn https(value: &Value) -> Result<String, String> {
    let bad = || "must be an https address".to_owned();
    let text = fitting(text(value)?, 2_000)?;
    let url = Url::parse(&text).map_err(|_| bad())?;
    let plain = url.username().is_empty() && url.password().is_none();
    if url.scheme() == "https" && url.host().is_some() && plain {
        Ok(url.into())
    } else {
        Err(bad())
    }
}
