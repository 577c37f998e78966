//! `privacy.*`: the installation's facts for the privacy notice.

use super::{
    read::email,
    reference::{Key, Section},
};
use app::fields::EmailAddress;
use serde::Deserialize;

pub(super) const SECTION: Section = Section {
    name: "privacy",
    about: "",
    keys: &[Key::optional(
        "privacy.officer",
        "dataskydd@kommun.example",
        "privacy notice: e-mail address of the data protection officer",
    )],
};

/// The installation's facts for the privacy notice.
#[derive(Debug, Deserialize)]
pub struct Privacy {
    /// The data protection officer's address.
    #[serde(default, deserialize_with = "email")]
    pub officer: Option<EmailAddress>,
}
