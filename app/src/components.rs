//! Components of the pages.
//!
//! Each component is a plain function that returns an [`AnyView`], and a page is a list of them. So the
//! bundle contains the code of an element once, however many pages show it.

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

/// Ids of elements that the loaded app looks up.
pub(crate) mod ids {
    /// The page's content, target of the skip link.
    pub(crate) const MAIN: &str = "main";
    /// The page's heading, focused on a new page.
    pub(crate) const HEADING: &str = "heading";
    /// A polite live region.
    pub(crate) const SAID: &str = "said";
    /// The text for an unreachable service.
    pub(crate) const OFFLINE: &str = "offline";
    /// The meeting's time in the visitor's time zone.
    pub(crate) const OWN_TIME: &str = "own-time";
    /// The remaining validity of the code.
    pub(crate) const VALID: &str = "valid";
    /// The text about slow mail.
    pub(crate) const SLOW: &str = "slow";
    /// The message that the mail with the code was never sent.
    pub(crate) const UNSENT: &str = "unsent";
    /// The time at which another code can be sent.
    pub(crate) const RESEND: &str = "resend";
    /// The warning before the session's end.
    pub(crate) const WARNING: &str = "warning";
    /// The time left in that warning.
    pub(crate) const WARNING_TIME: &str = "warning-time";
    /// The progress of an identification.
    pub(crate) const STATUS: &str = "status";
    /// The QR code with its instructions.
    pub(crate) const QR_PART: &str = "qr-part";
    /// The QR code.
    pub(crate) const QR: &str = "qr";
    /// The dark modules of the QR code.
    pub(crate) const QR_PATH: &str = "qr-path";
    /// The part with the link that opens the app.
    pub(crate) const START_PART: &str = "start-part";
    /// The link that opens the app.
    pub(crate) const START: &str = "start";
    /// The part with the form that continues when an identification is done.
    pub(crate) const FINISH: &str = "finish";
    /// A problem that belongs to no field.
    pub(crate) const PROBLEM: &str = "problem";
}
