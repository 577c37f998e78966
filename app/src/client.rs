//! The browser's part: fetch, history, focus and title. Nothing else touches the document.
//!
//! A page that others have changed (a translation, a password manager, a proxy) is not redrawn, because its nodes
//! are no longer where the app left them. It stays or becomes a plain page, whose forms the browser sends.
//!
//! On the server and in the gallery there is no service to ask: `still` takes its place.

#[cfg(feature = "hydrate")]
mod document;
#[cfg(any(feature = "hydrate", feature = "room"))]
mod fetch;
#[cfg(feature = "hydrate")]
mod foreign;
mod live_text;
#[cfg(feature = "hydrate")]
mod navigation;
#[cfg(feature = "browser")]
mod own_time;
#[cfg(feature = "hydrate")]
mod progress;
#[cfg(feature = "hydrate")]
mod rescue;
#[cfg(feature = "hydrate")]
mod running;
#[cfg(not(feature = "hydrate"))]
mod still;

#[cfg(feature = "room")]
pub(crate) use fetch::{get, post};
pub(crate) use live_text::write;
#[cfg(feature = "browser")]
pub(crate) use own_time::own_time;
#[cfg(feature = "hydrate")]
pub use running::start;
#[cfg(not(feature = "hydrate"))]
pub(crate) use still::*;
#[cfg(feature = "hydrate")]
pub(crate) use {
    navigation::{follow, poll, poll_mail, submit},
    progress::follow_identification,
    running::Client,
};
