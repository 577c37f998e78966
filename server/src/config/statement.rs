//! `statement.*`: the installation's facts for the accessibility statement.

use super::{
    Error,
    keys::Keys,
    read::{email, list, parsed},
    reference::{Key, Section},
};
use crate::rules::text;
use app::{fields::EmailAddress, wire::Conformance};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

pub(super) const SECTION: Section = Section {
    name: "statement",
    about: "The accessibility statement (lagen om tillgänglighet till digital offentlig service).",
    keys: &[
        Key::optional(
            "statement.accessibility_email",
            "tillganglighet@kommun.example",
            "accessibility statement: address for reports of barriers",
        ),
        Key::new(
            "statement.conformance",
            "none",
            "accessibility statement: how far the requirements are met, `full`, `partial` or `none` (not fully \
             tested yet)",
        ),
        Key::optional(
            "statement.shortcomings",
            "[]",
            "accessibility statement: list of known failures, in whole sentences. `partial` needs at least one, \
             and `full` allows none",
        ),
        Key::optional(
            "statement.reviewed",
            "2026-01-31",
            "accessibility statement: date of the last review, as `\"2026-01-31\"`",
        ),
    ],
};

/// The installation's facts for the accessibility statement.
#[derive(Debug, Deserialize)]
pub struct Statement {
    /// The address for reports of accessibility problems.
    #[serde(default, deserialize_with = "email")]
    pub accessibility_email: Option<EmailAddress>,
    /// The degree to which the service meets the legal requirements.
    pub conformance: Conformance,
    /// The known shortcomings.
    #[serde(default, deserialize_with = "sentences")]
    pub shortcomings: Vec<String>,
    /// The date of the last review.
    #[serde(default, deserialize_with = "date")]
    pub reviewed: Option<Date>,
}

impl Statement {
    /// Reads the section.
    pub(super) fn read(keys: &mut Keys) -> Result<Self, Error> {
        let statement: Self = keys.section(SECTION.name)?;
        let wrong = match (statement.conformance, statement.shortcomings.is_empty()) {
            (Conformance::Full, false) => {
                "full contradicts statement.shortcomings, which lists some"
            }
            (Conformance::Partial, true) => {
                "partial needs statement.shortcomings, which lists none"
            }
            _ => return Ok(statement),
        };
        Err(Error::key("statement.conformance", wrong))
    }
}

fn sentences<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    list(value, |item| text::line(item, 1000))
}

fn date<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Date>, D::Error> {
    parsed(value, |text| {
        let date = text.trim().parse::<Date>().ok();
        date.filter(|date| date.to_string() == text.trim())
            .map(Some)
            .ok_or("must be a date such as 2026-01-31, in quotes")
    })
}
