//! English.

#[cfg(feature = "ssr")]
pub(super) mod messages;
mod time;

use super::Words;

pub(super) static WORDS: Words = Words { time: time::TIME };
