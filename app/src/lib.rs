//! The pages that people see on their way from the link to the meeting room.
//!
//! A page is a pure function of a [`wire::View`]. The server renders the first one, the browser
//! the ones that follow; both from the same code.

pub mod calls;
pub mod fields;
#[cfg(feature = "ssr")]
pub mod gate;
pub mod steps;
pub mod wire;
pub mod words;
