//! Every screen in every state, and every message, for designers and for picture tests; not in the product.
//!
//! The address after `#` says what is shown: `#code-wrong` within the gallery's frame,
//! `#code-wrong/bare/en/dark` alone, in English and dark, and `#sheet/code` all states of a group side by side.
//! Links with `data-screen` name all screens.

#[cfg(feature = "csr")]
mod brand;
pub(crate) mod conferences;
#[cfg(feature = "csr")]
mod frame;
#[cfg(feature = "csr")]
mod groups;
#[cfg(feature = "csr")]
mod hash;
#[cfg(feature = "csr")]
mod messages;
mod qr;
mod samples;
#[cfg(feature = "csr")]
mod show;
pub(crate) mod states;

#[cfg(feature = "csr")]
pub use show::start;
