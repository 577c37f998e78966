use crate::{
    http::session_cookie::Cookies,
    rules::{invitation::MeetingLimits, limits::CodeLimits, session::SessionLimits},
};
use app::wire::{Accessibility, Organisation, Privacy};
use std::time::Duration;

/// What the organisation decided, in the desk's terms.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origin that every link begins with, without a slash at its end.
    pub origin: String,
    /// Who invites, as pages show it.
    pub organisation: Organisation,
    /// What the accessibility statement says.
    pub accessibility: Accessibility,
    /// What the privacy notice says.
    pub privacy: Privacy,
    /// The limits around codes.
    pub code: CodeLimits,
    /// The limits around sessions.
    pub session: SessionLimits,
    /// The times around meetings.
    pub meeting: MeetingLimits,
    /// How long after a meeting's end its personal data is kept.
    pub kept: Duration,
    /// How our cookies are called and written.
    pub cookies: Cookies,
}
