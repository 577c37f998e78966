//! Readers of values that several sections share.

use crate::rules::text;
use app::fields::EmailAddress;
use serde::{Deserialize, Deserializer, de::Error};
use std::fmt::Display;

/// Reads text and parses it.
pub(super) fn parsed<'de, D: Deserializer<'de>, T, E: Display>(
    value: D,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, D::Error> {
    parse(&String::deserialize(value)?).map_err(D::Error::custom)
}

/// Reads a list of texts and parses each.
pub(super) fn list<'de, D: Deserializer<'de>, T, E: Display>(
    value: D,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Vec<T>, D::Error> {
    let items = Vec::<String>::deserialize(value)?;
    items.iter().map(|item| parse(item)).collect::<Result<_, _>>().map_err(D::Error::custom)
}

/// Reads text that is not empty, fits on one line and holds no deceptive characters.
pub(super) fn line<'de, D: Deserializer<'de>, T: From<String>, const MOST: usize>(
    value: D,
) -> Result<T, D::Error> {
    parsed(value, |line| text::line(line, MOST)).map(T::from)
}

/// The fewest characters of a secret that signs with HS256. RFC 7518 section 3.2 asks for as many bytes.
const SHORTEST_SECRET: usize = 32;

/// Reads a secret that signs with HS256.
pub(super) fn signing_secret<'de, D: Deserializer<'de>, T>(
    value: D,
    of: impl FnOnce(&str) -> T,
) -> Result<Option<T>, D::Error> {
    parsed(value, |text| match text.trim() {
        text if text.chars().count() < SHORTEST_SECRET => Err("must have 32 characters or more"),
        text if text.contains(char::is_control) => Err("must be a single line"),
        text => Ok(Some(of(text))),
    })
}

/// Reads an e-mail address without a name.
pub(super) fn email<'de, D: Deserializer<'de>, T: From<EmailAddress>>(
    value: D,
) -> Result<T, D::Error> {
    let wrong = "must be an e-mail address without a name, such as name@kommun.example";
    parsed(value, |text| EmailAddress::booked(text).map_err(|_| wrong)).map(T::from)
}
