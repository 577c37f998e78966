use super::cookies::Cookies;
use crate::rules::{invitation::MeetingLimits, limits::CodeLimits, session::SessionLimits};
use app::wire::{Accessibility, Organisation, Privacy};
use std::time::Duration;

/// The path of the organisation's logo.
pub const LOGO: &str = "/brand/logo";

/// The methods that the configuration makes available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Codes by SMS.
    pub sms: bool,
    /// E-ID where nothing less suffices.
    pub e_id: bool,
    /// E-ID where a code would suffice.
    pub e_id_instead: bool,
}

/// Times of reminders before the start, the shortest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reminding {
    /// By e-mail.
    pub mail: Vec<Duration>,
    /// By SMS.
    pub sms: Vec<Duration>,
}

/// The organisation's settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origin of every link, without a trailing slash.
    pub origin: String,
    /// The address that the organisation sends from.
    pub sender: String,
    /// The organisation, as pages show it.
    pub organisation: Organisation,
    /// The content of the accessibility statement.
    pub accessibility: Accessibility,
    /// The content of the privacy notice.
    pub privacy: Privacy,
    /// The limits of codes.
    pub code: CodeLimits,
    /// The limits of sessions.
    pub session: SessionLimits,
    /// The times around meetings.
    pub meeting: MeetingLimits,
    /// The times of reminders.
    pub reminding: Reminding,

    /// The data requested from and kept about a person who identifies by e-ID.
    pub e_id: EIdSettings,
    /// Retention of personal data after a meeting's end.
    pub kept: Duration,
    /// The methods beside codes by e-mail that senders may choose.
    pub offered: Offered,
    /// The names and attributes of cookies.
    pub cookies: Cookies,
}

/// The data requested from and kept about a person who identifies by e-ID.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct EIdSettings {
    /// `true` if BankID is asked for the sender's personal number, which is then kept sealed.
    pub ask_for_number: bool,
    /// `true` if the identified personal number is kept sealed, rather than as a keyed hash only.
    pub keep_number: bool,
    /// `true` if BankID on the same device is refused when the app reached it from another network address
    /// than the browser reached us.
    pub same_address: bool,
    /// `true` if the app is the demo's simulated phone.
    pub simulated: bool,
}
