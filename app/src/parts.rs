//! What pages are made of.
//!
//! Each part is a plain function that gives an [`AnyView`]: pages are lists of parts, so that the
//! code of an element stands in the bundle once, however many pages show it.

pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod help;
pub(crate) mod layout;
pub(crate) mod message;
pub(crate) mod session;
pub(crate) mod stepper;
pub(crate) mod text;
pub(crate) mod whole;

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
    /// When another code can be had.
    pub(crate) const RESEND: &str = "resend";
    /// The warning before the session's end.
    pub(crate) const WARNING: &str = "warning";
    /// How long is left in that warning.
    pub(crate) const WARNING_TIME: &str = "warning-time";
    /// What was wrong, where it belongs to no field.
    pub(crate) const PROBLEM: &str = "problem";
}
