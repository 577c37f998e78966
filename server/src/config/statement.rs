//! `statement.*`: the installation's facts for the accessibility statement.

use super::{
    Error,
    keys::Keys,
    read::{email, line, parsed},
    reference::{Key, Section},
    value::items,
};
use crate::rules::text;
use app::{
    fields::EmailAddress,
    wire::{Conformance, Shortcoming},
};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, de::Error as _};
use toml::Value as Toml;

pub(super) const SECTION: Section = Section {
    name: "statement",
    about: "The accessibility statement (lagen om tillgänglighet till digital offentlig service).",
    keys: &[
        Key::optional(
            "statement.accessibility_email",
            "tillganglighet@kommun.example",
            "accessibility statement: address for reports of problems. With it the statement has a form to report them",
        ),
        Key::new(
            "statement.conformance",
            "none",
            "accessibility statement: how far the requirements are met, `full` (helt förenlig), `partial` (delvis \
             förenlig) or `none` (inte förenlig)",
        ),
        Key::optional(
            "statement.shortcomings",
            "[]",
            "accessibility statement: list of known failures, in whole sentences. Give the reason for each, by a \
             table such as `{ text = \"…\", reason = \"…\" }`: for example that a change would be \
             disproportionate (oskäligt betungande), or that the law does not apply. `partial` needs at least one \
             failure, and `full` allows none",
        ),
        Key::optional(
            "statement.assessed",
            "2026-01-15",
            "accessibility statement: date of the last assessment, as `\"2026-01-15\"`",
        ),
        Key::optional(
            "statement.assessor",
            "Granskarna AB",
            "accessibility statement: name of the company that made the assessment. If it is not set, the \
             organisation has made it itself",
        ),
        Key::optional(
            "statement.reviewed",
            "2026-01-31",
            "accessibility statement: date of its last update, as `\"2026-01-31\"`",
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
    #[serde(default, deserialize_with = "shortcomings")]
    pub shortcomings: Vec<Shortcoming>,
    /// The date of the last assessment.
    #[serde(default, deserialize_with = "date")]
    pub assessed: Option<Date>,
    /// The company that made it. `None` if the organisation did.
    #[serde(default, deserialize_with = "line::<_, _, 200>")]
    pub assessor: Option<String>,
    /// The date of the statement's last update.
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
            _ if statement.assessor.is_some() && statement.assessed.is_none() => {
                return Err(Error::key("statement.assessor", "is set without statement.assessed"));
            }
            _ => return Ok(statement),
        };
        Err(Error::key("statement.conformance", wrong))
    }
}

fn shortcomings<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<Shortcoming>, D::Error> {
    let wrong = || {
        D::Error::custom(
            "must be a list of texts, or of tables such as { text = \"…\", reason = \"…\" }",
        )
    };
    let items = match Toml::deserialize(value)? {
        // From the environment, where everything is text.
        Toml::String(texts) => items(&texts).map(|text| Toml::String(text.to_owned())).collect(),
        Toml::Array(items) => items,
        _ => return Err(wrong()),
    };
    let sentence = |text: &str| text::line(text, 1000).map_err(D::Error::custom);
    let shortcoming = |item| {
        let (text, reason) = match item {
            Toml::String(text) => (text, None),
            Toml::Table(mut table) => match (table.remove("text"), table.remove("reason")) {
                (Some(Toml::String(text)), None) if table.is_empty() => (text, None),
                (Some(Toml::String(text)), Some(Toml::String(reason))) if table.is_empty() => {
                    (text, Some(sentence(&reason)?))
                }
                _ => return Err(wrong()),
            },
            _ => return Err(wrong()),
        };
        Ok(Shortcoming { text: sentence(&text)?, reason })
    };
    items.into_iter().map(shortcoming).collect()
}

fn date<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Date>, D::Error> {
    parsed(value, |text| {
        let date = text.trim().parse::<Date>().ok();
        date.filter(|date| date.to_string() == text.trim())
            .map(Some)
            .ok_or("must be a date such as 2026-01-31, in quotes")
    })
}
