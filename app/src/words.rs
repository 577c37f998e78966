//! Every text that people see, one file a language. A missing text doesn't compile.

mod dates;
mod en;
#[cfg(feature = "ssr")]
pub mod messages;
mod phone;
mod sv;

pub use phone::readable as readable_phone;

use crate::wire::{Language, Moment};

/// The texts of a language.
pub fn words(language: Language) -> &'static Words {
    match language {
        Language::Swedish => &sv::WORDS,
        Language::English => &en::WORDS,
    }
}

/// A text that holds one other.
pub type With = fn(&str) -> String;

/// All texts of one language.
pub struct Words {
    /// How times are written.
    pub time: Time,
}

/// How times are written.
pub struct Time {
    /// `kl. 09.00`
    pub clock: fn(&Moment) -> String,
    /// `tisdag 1 december kl. 09.00`
    pub point: fn(&Moment) -> String,
    /// `tisdag 1 december 2026 kl. 09.00–09.45`
    pub span: fn(&Moment, &Moment) -> String,
    /// `2 minuter`, `40 sekunder`
    pub length: fn(u32) -> String,
    /// The name of a time zone, from its IANA name.
    pub zone: With,
}
