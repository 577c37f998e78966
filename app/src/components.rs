//! Components of the pages.

pub(crate) mod facts;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod icon;
#[cfg(not(feature = "hydrate"))]
pub(crate) mod in_app;
pub(crate) mod layout;
pub(crate) mod live_text;
pub(crate) mod meeting_time;
pub(crate) mod message;
pub(crate) mod names;
pub(crate) mod qr;
pub(crate) mod session;
pub(crate) mod slow_mail;
pub(crate) mod stepper;
pub(crate) mod text;

/// The attribute by which the whole document says that the app has taken it over.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) const LIVE: &str = "data-live";
