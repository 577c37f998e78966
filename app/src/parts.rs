//! What pages are made of.
//!
//! Each part is a plain function that gives an [`AnyView`]: pages are lists of parts, so that the
//! code of an element stands in the bundle once, however many pages show it.

pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod layout;
pub(crate) mod message;
pub(crate) mod qr;
pub(crate) mod session;
pub(crate) mod stepper;
pub(crate) mod text;
pub(crate) mod whole;

/// The attribute by which the whole document says that the app has taken it over.
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) const LIVE: &str = "data-live";

/// The ids of elements that the loaded app finds again.
pub(crate) mod ids {
    /// The page's matter, target of the skip link.
    pub(crate) const MAIN: &str = "main";
    /// The page's heading, focused on a new page.
    pub(crate) const HEADING: &str = "heading";
    /// A polite live region.
    pub(crate) const SAID: &str = "said";
    /// Says that the service could not be reached.
    pub(crate) const OFFLINE: &str = "offline";
    /// The meeting's time where the visitor is.
    pub(crate) const OWN_TIME: &str = "own-time";
    /// How long the code is valid.
    pub(crate) const VALID: &str = "valid";
    /// That mail is slow just now.
    pub(crate) const SLOW: &str = "slow";
    /// When another code can be had.
    pub(crate) const RESEND: &str = "resend";
    /// The warning before the session's end.
    pub(crate) const WARNING: &str = "warning";
    /// How long is left in that warning.
    pub(crate) const WARNING_TIME: &str = "warning-time";
    /// How an identification goes.
    pub(crate) const STATUS: &str = "status";
    /// The QR code with how to read it.
    pub(crate) const QR_PART: &str = "qr-part";
    /// The QR code.
    pub(crate) const QR: &str = "qr";
    /// Its dark modules.
    pub(crate) const QR_PATH: &str = "qr-path";
    /// What holds the link that opens the app.
    pub(crate) const START_PART: &str = "start-part";
    /// The link that opens the app.
    pub(crate) const START: &str = "start";
    /// What holds the form that goes on when an identification is done.
    pub(crate) const FINISH: &str = "finish";
    /// What was wrong, where it belongs to no field.
    pub(crate) const PROBLEM: &str = "problem";
}
