//! `statement.*`: the installation's facts for the accessibility statement.

use super::{Error, keys::Keys, read};
use app::{fields::EmailAddress, wire::Conformance};
use jiff::civil::Date;

pub(super) const KEYS: [&str; 4] = [
    "statement.accessibility_email",
    "statement.conformance",
    "statement.shortcomings",
    "statement.reviewed",
];

/// The installation's facts for the accessibility statement.
#[derive(Debug)]
pub struct Statement {
    /// The address for reports of accessibility problems.
    pub accessibility_email: Option<EmailAddress>,
    /// The degree to which the service meets the legal requirements.
    pub conformance: Conformance,
    /// The known shortcomings.
    pub shortcomings: Vec<String>,
    /// The date of the last review.
    pub reviewed: Option<Date>,
}

impl Statement {
    pub(super) fn take(keys: &mut Keys) -> Result<Self, Error> {
        let statement = Self {
            accessibility_email: keys.take("statement.accessibility_email", read::email)?,
            conformance: keys.take_or(
                "statement.conformance",
                Conformance::default(),
                |value| match read::text(value)?.trim() {
                    "full" => Ok(Conformance::Full),
                    "partial" => Ok(Conformance::Partial),
                    "none" => Ok(Conformance::None),
                    _ => Err("must be full, partial or none".into()),
                },
            )?,
            shortcomings: keys
                .take("statement.shortcomings", |value| {
                    read::list(value)?
                        .into_iter()
                        .map(|item| read::line(super::keys::Value::Text(item), 1000))
                        .collect()
                })?
                .unwrap_or_default(),
            reviewed: keys.take("statement.reviewed", |value| {
                let text = read::text(value)?;
                text.trim()
                    .parse::<Date>()
                    .ok()
                    .filter(|date| date.to_string() == text.trim())
                    .ok_or_else(|| "must be a date such as 2026-01-31, in quotes".into())
            })?,
        };
        statement.contradiction().map_or(Ok(statement), Err)
    }

    /// Returns an error if the conformance contradicts the list of shortcomings.
    fn contradiction(&self) -> Option<Error> {
        let wrong = match (self.conformance, self.shortcomings.is_empty()) {
            (Conformance::Full, false) => {
                "full contradicts statement.shortcomings, which lists some"
            }
            (Conformance::Partial, true) => {
                "partial needs statement.shortcomings, which lists none"
            }
            _ => return None,
        };
        Some(Error::key("statement.conformance", wrong))
    }
}
