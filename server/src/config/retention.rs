//! `retention.*`: the retention of personal data.

use super::reference::{Key, Section};
use crate::rules::bounds::whole;
use serde::Deserialize;
use std::time::Duration;

pub(super) const SECTION: Section = Section {
    name: "retention",
    about: "",
    keys: &[Key::new(
        "retention.days",
        "30",
        "days after a meeting's end until everything about it is erased",
    )],
};

/// The retention of personal data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Retention {
    /// Time after the meeting's end, in days.
    #[serde(deserialize_with = "whole::<_, _, 1, 3650>")]
    pub days: u16,
}

impl Retention {
    /// Returns the time after the meeting's end.
    pub fn duration(&self) -> Duration {
        Duration::from_hours(24 * u64::from(self.days))
    }
}
