use super::Reminding;
use crate::{
    http::session_cookie::Cookies,
    rules::{invitation::MeetingLimits, limits::CodeLimits, session::SessionLimits},
};
use app::wire::{Accessibility, Organisation, Privacy};
use std::time::Duration;

/// What can be chosen here, since what it needs is configured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Codes by SMS.
    pub sms: bool,
    /// E-identification where nothing less is enough.
    pub e_id: bool,
    /// E-identification where a code would do.
    pub e_id_instead: bool,
}

/// What the organisation decided, in the desk's terms.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The origin that every link begins with, without a slash at its end.
    pub origin: String,
    /// The address that the organisation sends from.
    pub sender: String,
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
    /// When recipients are reminded.
    pub reminding: Reminding,
    /// What is asked and kept of who identifies with an e-identification.
    pub e_id: EIdSettings,
    /// How long after a meeting's end its personal data is kept.
    pub kept: Duration,
    /// The ways of identifying that senders may choose beside codes by e-mail.
    pub offered: Offered,
    /// How our cookies are called and written.
    pub cookies: Cookies,
}

/// What is asked and kept of who identifies with an e-identification.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct EIdSettings {
    /// Whether BankID is asked for the personal number that the sender gave, which is then kept sealed.
    pub ask_for_number: bool,
    /// Whether the number that was identified with is kept sealed, rather than as a keyed hash only.
    pub keep_number: bool,
    /// Whether an identification on this device is refused that reached BankID from another network
    /// address than ours.
    pub same_address: bool,
    /// Whether the app is the demo's simulated phone.
    pub simulated: bool,
}
