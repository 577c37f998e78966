use super::cookies::Cookies;
use crate::{
    authenticators::{code::EMAIL_CODE, identity::E_ID},
    config::{self, BankId, Config, HostMethod, Jitsi, Mode, OidcProvider, Reminder, Room},
    rooms::Reach,
    rules::{
        assurance::{Level, admit},
        invitation::MeetingLimits,
        limits::CodeLimits,
        session::SessionLimits,
    },
};
use app::{
    fields::EmailAddress,
    wire::{Accessibility, Organisation, Privacy, SmsCompany},
};
use std::time::Duration;

/// The path of the organisation's logo.
pub const LOGO: &str = "/brand/logo";

/// The path of the organisation's logo for dark pages.
pub const LOGO_DARK: &str = "/brand/logo-dark";

/// The methods and rooms that the configuration makes available.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct Offered {
    /// Codes by SMS.
    pub sms: bool,
    /// E-ID where nothing less suffices.
    pub e_id: bool,
    /// E-ID where a code would suffice.
    pub e_id_instead: bool,
    /// The addresses that rooms may have.
    pub rooms: Reach,
    /// Built-in rooms.
    pub builtin: bool,
    /// Rooms whose media go through LiveKit.
    pub livekit: bool,
    /// Rooms in Jitsi Meet.
    pub jitsi: bool,
    /// The limits of rooms that have hosts.
    pub hosting: Hosting,
}

/// The limits of rooms that have hosts, and the hosts' way in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hosting {
    /// The most people in a room, hosts included.
    pub people: usize,
    /// The method of hosts.
    pub host_method: &'static str,
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
    pub reminding: Reminder,
    /// The data requested from and kept about a person who identifies by e-ID.
    pub e_id: EIdSettings,
    /// Retention of personal data after a meeting's end.
    pub kept: Duration,
    /// The methods beside codes by e-mail, and the rooms, that senders may choose.
    pub offered: Offered,
    /// The built-in rooms.
    pub room: Room,
    /// The Jitsi Meet that has rooms.
    pub jitsi: Option<Jitsi>,
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

impl Settings {
    /// Returns the origin of this server's signalling.
    pub fn signal_origin(&self) -> String {
        web_socket(self.room.signal_url.as_str())
    }
}

/// Returns the origin of web sockets at an origin.
pub(super) fn web_socket(origin: &str) -> String {
    // https becomes wss, and http ws.
    origin.replacen("http", "ws", 1)
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        let offered = Offered::from(config);
        let sms = if offered.sms { config.reminder.sms.clone() } else { Vec::new() };
        Self {
            origin: config.http.public_url.as_str().to_owned(),
            sender: config.mail.from.as_str().to_owned(),
            organisation: organisation(&config.organisation),
            accessibility: accessibility(&config.statement),
            privacy: privacy(config),
            code: config.code.clone(),
            session: config.session.clone(),
            meeting: config.meeting.clone(),
            reminding: Reminder { sms, ..config.reminder.clone() },
            e_id: config.bankid.as_ref().map(EIdSettings::from).unwrap_or_default(),
            kept: config.retention.duration(),
            offered,
            room: config.room.clone(),
            jitsi: config.jitsi.clone(),
            cookies: Cookies::of(&config.http.public_url),
        }
    }
}

impl From<&Config> for Offered {
    fn from(config: &Config) -> Self {
        let reaches = |level| {
            let mut proven = config.oidc.iter().flat_map(OidcProvider::levels);
            config.bankid.is_some() || proven.any(|proven| admit(Some(proven), level).is_some())
        };
        Self {
            // A demo only captures them.
            sms: config.sms.is_some() || config.mode == Mode::Demo,
            e_id: reaches(Level::Loa3),
            e_id_instead: reaches(Level::Loa2),
            rooms: match config.mode {
                Mode::Product => Reach::Https,
                Mode::Demo => Reach::Loopback,
            },
            builtin: config.room.media.is_some(),
            livekit: config.livekit.is_some(),
            jitsi: config.jitsi.is_some(),
            hosting: Hosting::from(&config.room),
        }
    }
}

impl From<&Room> for Hosting {
    fn from(room: &Room) -> Self {
        Self {
            people: room.people.into(),
            host_method: match room.host {
                HostMethod::EmailCode => EMAIL_CODE,
                HostMethod::Provider(_) => E_ID,
            },
        }
    }
}

impl From<&BankId> for EIdSettings {
    fn from(bankid: &BankId) -> Self {
        Self {
            ask_for_number: bankid.ask_for_number,
            keep_number: bankid.keep_number,
            same_address: bankid.same_address,
            simulated: bankid.simulated,
        }
    }
}

fn organisation(organisation: &config::Organisation) -> Organisation {
    Organisation {
        name: organisation.name.clone(),
        phone: organisation.phone.clone(),
        logo: organisation.logo.as_ref().map(|_| LOGO.to_owned()),
        logo_dark: organisation.logo_dark.as_ref().map(|_| LOGO_DARK.to_owned()),
    }
}

fn accessibility(statement: &config::Statement) -> Accessibility {
    Accessibility {
        email: statement.accessibility_email.as_ref().map(text),
        conformance: statement.conformance,
        shortcomings: statement.shortcomings.clone(),
        assessed: statement.assessed.map(|day| day.to_string()),
        assessor: statement.assessor.clone(),
        reviewed: statement.reviewed.map(|day| day.to_string()),
        typed: String::new(),
    }
}

fn privacy(config: &Config) -> Privacy {
    let bankid = config.bankid.iter().map(|_| "BankID".to_owned());
    let kept = |bankid: &BankId| bankid.keep_number || bankid.ask_for_number;
    Privacy {
        officer: config.privacy.officer.as_ref().map(text),
        kept_days: config.retention.days,
        idle: u32::try_from(config.session.idle.as_secs()).unwrap_or(u32::MAX),
        sms: config.sms.as_ref().map(|sms| SmsCompany {
            name: sms.provider.name().to_owned(),
            in_usa: sms.provider.is_in_usa(),
        }),
        e_ids: bankid.chain(config.oidc.iter().map(|provider| provider.name.clone())).collect(),
        keeps_numbers: config.bankid.as_ref().is_some_and(kept),
        reports: config.statement.accessibility_email.is_some(),
    }
}

fn text(address: &EmailAddress) -> String {
    address.as_str().to_owned()
}
