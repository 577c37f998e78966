//! Wire format: the views that cross from the server to the pages.
//!
//! All types are closed: a page can show only what they contain. Neither the text of a fault nor another
//! person's data can get onto a page.

#[cfg(not(feature = "hydrate"))]
mod conference;
#[cfg(feature = "ssr")]
mod consistency;
mod e_id;
#[cfg(not(feature = "hydrate"))]
mod machine;
#[cfg(any(feature = "hydrate", feature = "room", all(test, feature = "ssr")))]
mod reader;
#[cfg(not(feature = "hydrate"))]
pub mod signal;

#[cfg(not(feature = "hydrate"))]
pub use conference::{
    Call, Conference, DeviceTest, Equipment, Guest, GuestLobby, HostLobby, Identified, Knock,
    Lobby, Participant, Presence, Role, TestedRoom,
};
#[cfg(feature = "ssr")]
pub use consistency::contradictions;
pub use e_id::{BankId, Choice, Failure, Progress, Provider, Qr, Redirect, Stage};
#[cfg(not(feature = "hydrate"))]
pub use machine::{Browser, Machine, System};
#[cfg(any(feature = "hydrate", feature = "room", all(test, feature = "ssr")))]
pub(crate) use reader::read;

use crate::steps::{Step, Track};
use serde::{Deserialize, Serialize};

/// A language of pages and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Swedish.
    #[default]
    #[serde(rename = "sv")]
    Swedish,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Every language, in the order in which pages offer them.
    pub const ALL: [Self; 2] = [Self::Swedish, Self::English];

    /// Returns the BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// Returns the language with this BCP 47 tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

/// Everything that one page shows: the response to a request for a page or to an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageView {
    /// The language of the page.
    pub language: Language,
    /// The address of the page. It may be of an earlier step than the one asked for.
    pub path: String,
    /// The link token for the page's forms. `None` outside an invitation.
    pub token: Option<String>,
    /// The organisation that runs the service.
    pub organisation: Organisation,
    /// The order of the steps.
    pub track: Track,
    /// The sender, for help. `None` outside an invitation.
    pub help: Option<Help>,
    /// The session, once it has a proof.
    pub session: Option<Session>,
    /// A notice under the heading, or at the button that it answers.
    pub notice: Option<Notice>,
    /// The problem with what the visitor sent last.
    pub problem: Option<Problem>,
    /// The invitation's link, for the browser in which its built-in room works. `None` if the visitor's browser is no
    /// part of another app, and on every page but the invitation's first.
    #[cfg(not(feature = "hydrate"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The content.
    pub screen: Screen,
}

/// The organisation that runs the service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name, shown on every page.
    pub name: String,
    /// The number of its switchboard.
    pub phone: Option<String>,
    /// The address of its logo.
    pub logo: Option<String>,
    /// The address of its logo for dark pages. Without one, they show the logo on a light plate.
    pub logo_dark: Option<String>,
}

/// The sender of the invitation, whom visitors call for help.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Help {
    /// The sender's name.
    pub name: String,
    /// The sender's phone number in E.164.
    pub phone: String,
}

/// An identified session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Seconds until it ends without activity.
    pub ends_in: u32,
    /// Seconds before the end at which the visitor is warned.
    pub warned_before: u32,
    /// `true` if activity extends it.
    pub can_stay: bool,
    /// `true` if it is inside another invitation than the page's.
    pub elsewhere: bool,
}

/// A point in time as the meeting's time zone shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTime {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub unix: i64,
    /// The zone's offset from UTC at that time, in minutes, positive to the east.
    pub offset: i16,
    /// Year.
    pub year: i16,
    /// Month, from 1.
    pub month: u8,
    /// Day of the month, from 1.
    pub day: u8,
    /// Day of the week, from 1 for Monday.
    pub weekday: u8,
    /// Hour.
    pub hour: u8,
    /// Minute.
    pub minute: u8,
}

/// The content of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Screen {
    /// Information about the method.
    Method(MethodPage),
    /// The form for the e-mail address.
    Address(Address),
    /// The form for the code.
    Code(Code),
    /// The choice of an e-ID.
    Choice(Choice),
    /// An identification with BankID in progress.
    BankId(BankId),
    /// Redirect to another e-ID provider.
    Provider(Redirect),
    /// The opened invitation.
    Invitation(Invitation),
    /// The test of camera, microphone and connection. It has the room's bundle, and the wizard's does not know it.
    #[cfg(not(feature = "hydrate"))]
    Check(DeviceTest),
    /// The meeting page, from which one joins the room.
    Meeting(Meeting),
    /// Redirect to the room.
    Room(Room),
    /// The attempts of the invitation, or of this session, are used up.
    Locked(Locked),
    /// The meeting is over and the invitation has ended.
    #[serde(rename = "over")]
    Closed,
    /// The sender has cancelled the meeting.
    Cancelled,
    /// The visitor has ended the session.
    Ended,
    /// The callback of an e-ID arrived in another browser than the flow's.
    #[serde(rename = "elsewhere")]
    WrongBrowser,
    /// The browser keeps no cookies, so that it is not known again at the next step.
    NoCookies,
    /// The address is unknown.
    NotFound,
    /// The request can't be parsed or is not allowed.
    #[serde(rename = "refused")]
    BadRequest,
    /// The service has a fault.
    #[serde(rename = "trouble")]
    Unavailable,
    /// The accessibility statement. The statements are served without the bundle, which does not know them.
    #[cfg(not(feature = "hydrate"))]
    Accessibility(Accessibility),
    /// A report of an accessibility problem was taken.
    #[cfg(not(feature = "hydrate"))]
    Reported,
    /// The privacy notice.
    #[cfg(not(feature = "hydrate"))]
    Privacy(Privacy),
}

impl Screen {
    /// Seconds before the room opens at which its meeting page starts to poll.
    const WAITED_AT_DOOR: u32 = 12 * 60 * 60;

    /// Seconds before the room opens at which the invitation page starts to poll.
    const WAITED_OUTSIDE: u32 = 30 * 60;

    /// `true` if the page polls for the end of an identification or for the opening of the room. That counts
    /// as activity of the session. A page that is open long before the meeting does not poll, so that its
    /// session ends.
    pub const fn waits(&self) -> bool {
        let (opens_in, from) = match self {
            Self::BankId(_) => return true,
            Self::Meeting(meeting) => (meeting.when.opens_in, Self::WAITED_AT_DOOR),
            Self::Invitation(invitation) => (invitation.when.opens_in, Self::WAITED_OUTSIDE),
            _ => return false,
        };
        opens_in > 0 && opens_in <= from
    }

    /// `true` for a statement: a text to read, without anything that the loaded app would do.
    #[cfg(not(feature = "hydrate"))]
    pub const fn is_statement(&self) -> bool {
        matches!(self, Self::Accessibility(_) | Self::Reported | Self::Privacy(_))
    }

    /// `true` for a page that may use camera and microphone: of an open built-in room, or of the test before it.
    #[cfg(not(feature = "hydrate"))]
    pub const fn uses_devices(&self) -> bool {
        matches!(self, Self::Check(_) | Self::Meeting(Meeting { conference: Some(_), .. }))
    }

    /// `true` for a page that loads LiveKit's client.
    #[cfg(not(feature = "hydrate"))]
    pub fn uses_livekit(&self) -> bool {
        match self {
            Self::Check(test) => test.conference.livekit,
            Self::Meeting(meeting) => meeting.conference.as_ref().is_some_and(|it| it.livekit),
            _ => false,
        }
    }

    /// Returns the step of this screen, if it is one.
    pub const fn step(&self) -> Option<Step> {
        match self {
            Self::Method(_) => Some(Step::Method),
            Self::Address(_) => Some(Step::Address),
            Self::Code(_) => Some(Step::Code),
            Self::Choice(_) => Some(Step::Choice),
            Self::BankId(BankId { here: false, .. }) => Some(Step::BankIdElsewhere),
            Self::BankId(BankId { here: true, .. }) => Some(Step::BankIdHere),
            Self::Provider(_) => Some(Step::Provider),
            Self::Invitation(_) => Some(Step::Invitation),
            #[cfg(not(feature = "hydrate"))]
            Self::Check(_) => Some(Step::Check),
            Self::Meeting(_) => Some(Step::Meeting),
            Self::Room(_) => Some(Step::Room),
            _ => None,
        }
    }
}

/// The method of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// A code sent to the e-mail address.
    EmailCode,
    /// A code sent to the phone.
    SmsCode,
    /// A Swedish e-ID.
    EId,
}

/// The method page: what happens in the next steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodPage {
    /// The method that the sender chose.
    pub way: Method,
    /// Number of digits of the code.
    pub code_length: u8,
    /// The phone number for the code, with most digits hidden.
    pub phone: Option<String>,
    /// `true` if an e-ID may be used instead.
    pub e_id: bool,
}

/// The form for the e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The text typed before.
    pub typed: String,
    /// The method for which the address is needed.
    pub way: Method,
    /// `true` if an e-ID may be used instead of a code.
    pub e_id: bool,
}

/// The form for the code, with the code's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The address that the visitor typed.
    pub address: String,
    /// The phone number that the code went to, with most digits hidden. `None` for a code by e-mail.
    pub phone: Option<String>,
    /// The check word, which is also in the message.
    pub word: String,
    /// Number of digits of the code.
    pub length: u8,
    /// Time at which it expires.
    pub valid_until: LocalTime,
    /// Seconds until then. 0 if it has expired.
    pub valid_for: u32,
    /// Time from which another one can be sent.
    pub resend_at: LocalTime,
    /// Seconds until then.
    pub resend_in: u32,
    /// Wrong attempts that remain for this code. 0 if it is exhausted.
    pub tries_left: u8,
    /// `true` if mail is slow at the moment. It is the same for everybody and says nothing about this code.
    pub slow: bool,
    /// `true` if the code has expired and its mail was never sent, because the mail server accepted no
    /// connection in that time. It is the same whichever address was given.
    pub unsent: bool,
    /// `true` if an e-ID may be used instead.
    pub e_id: bool,
}

impl Code {
    /// `true` if it no longer works: it has expired, or has no attempts left.
    pub const fn is_over(&self) -> bool {
        self.valid_for == 0 || self.tries_left == 0
    }
}

/// A locked method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// The method that is locked.
    pub way: Method,
    /// `true` if an e-ID may still be used.
    pub e_id: bool,
}

/// The opened invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The meeting's title.
    pub title: String,
    /// The sender's description. May be empty.
    pub description: String,
    /// The meeting's time.
    pub when: Schedule,
    /// The recipient's name, if the sender gave one.
    pub recipient: Option<String>,
    /// The visitor's name according to the e-ID. `None` after a code.
    pub identified_as: Option<String>,
    /// `true` if camera and microphone can be tested: the meeting is in a built-in room and not over.
    pub tests: bool,
}

/// The times of a meeting and its room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Its start.
    pub starts: LocalTime,
    /// Its end.
    pub ends: LocalTime,
    /// The IANA name of its time zone.
    pub zone: String,
    /// Time at which the room opens.
    pub opens: LocalTime,
    /// Seconds until then. 0 if it is open.
    pub opens_in: u32,
}

/// The meeting page, from which one joins the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// The meeting's title.
    pub title: String,
    /// The meeting's time.
    pub when: Schedule,
    /// The built-in room, while it is open. `None` for a room in another service.
    pub conference: Option<Conference>,
}

/// The built-in room of an open meeting. The wizard's bundle knows only that there is one, and loads its page, which
/// has its own bundle.
#[cfg(feature = "hydrate")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conference {}

/// Redirect to the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The room's address.
    pub url: String,
}

/// The organisation's part of the accessibility statement (lagen om tillgänglighet till digital offentlig
/// service, 2018:1937).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accessibility {
    /// The e-mail address for reports of accessibility problems. With it the page has a form to report them.
    pub email: Option<String>,
    /// The degree of conformance.
    pub conformance: Conformance,
    /// Known shortcomings.
    pub shortcomings: Vec<Shortcoming>,
    /// Date of the last assessment, as `YYYY-MM-DD`.
    pub assessed: Option<String>,
    /// Name of the assessor. `None` if the organisation has assessed the service itself.
    pub assessor: Option<String>,
    /// Date of the statement's last update, as `YYYY-MM-DD`.
    pub reviewed: Option<String>,
    /// The text of a report that was not taken. Empty otherwise.
    pub typed: String,
}

/// A known shortcoming, in the organisation's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortcoming {
    /// The content that is not accessible.
    pub text: String,
    /// The reason for it.
    pub reason: Option<String>,
}

/// The degree of conformance to the law, in the terms of the EU's model statement (decision 2018/1523).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conformance {
    /// All requirements are met.
    Full,
    /// Most requirements are met. The others are listed.
    Partial,
    /// Most requirements are not met, or nobody has assessed it.
    #[default]
    None,
}

/// A company that carries SMS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsCompany {
    /// Its name.
    pub name: String,
    /// `true` if it is in the USA.
    pub in_usa: bool,
}

/// The organisation's part of the privacy notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// The e-mail address of the data protection officer.
    pub officer: Option<String>,
    /// Retention of personal data after the meeting's end, in days.
    pub kept_days: u16,
    /// Retention of a session after its last activity, in seconds.
    pub idle: u32,
    /// The company that carries SMS. `None` if no codes or reminders are sent by SMS.
    pub sms: Option<SmsCompany>,
    /// The names of the e-IDs that can be used.
    pub e_ids: Vec<String>,
    /// `true` if personal identity numbers are kept, encrypted. Otherwise only a keyed hash is.
    pub keeps_numbers: bool,
    /// `true` if accessibility problems can be reported by a form.
    pub reports: bool,
}

/// A notice under the heading, or at the button that it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// The requested step lies ahead and this browser has no session. It has timed out, the flow is in
    /// another browser, or the browser rejects cookies.
    StartHere,
    /// The code's link was opened in another browser than the one that requested the code.
    OtherBrowser,
    /// The requested step lies ahead of the one reached.
    NotYet,
    /// The meeting's time has passed. The invitation can still be read.
    MeetingOver,
    /// A code was sent again.
    SentAgain,
    /// The code that was sent is still valid, so it was not sent again.
    StillValid,
    /// The session's proof does not suffice for this invitation.
    StepUp,
    /// The sender can see that the visitor wishes to be called.
    CallWanted,
}

/// The problem with what a visitor sent, in terms of what the visitor can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// No address was typed.
    AddressMissing,
    /// The typed text is no e-mail address.
    AddressMalformed,
    /// No code was typed.
    CodeMissing,
    /// The typed text is no code of this many digits.
    CodeMalformed {
        /// Number of digits of a code.
        length: u8,
    },
    /// The code is wrong.
    CodeWrong {
        /// Wrong attempts that remain.
        left: u8,
    },
    /// The code has expired.
    CodeExpired,
    /// The code has no attempts left. Another must be requested.
    CodeDead,
    /// A code was sent a moment ago. Another can be sent later.
    TooSoon {
        /// Time from which it can be sent.
        at: LocalTime,
        /// Seconds until then.
        wait: u32,
    },
    /// The quota of codes for this period is used up. Another can be sent later.
    TooMany {
        /// Time from which it can be sent.
        at: LocalTime,
    },
    /// The limit of different addresses for this period is reached. Another can be given later.
    TooManyAddresses {
        /// Time from which it can be given.
        at: LocalTime,
    },
    /// No code can be sent for this invitation, whatever address is given, because its key is gone.
    NoCode,
    /// The limit of started e-ID identifications for this period is reached. Another can be started later.
    TooManyIdentifications {
        /// Time from which it can be started.
        at: LocalTime,
    },
    /// The room has not opened yet.
    RoomClosed,
    /// The report of an accessibility problem is empty.
    #[cfg(not(feature = "hydrate"))]
    ReportMissing,
    /// The report is too long.
    #[cfg(not(feature = "hydrate"))]
    ReportTooLong {
        /// Number of characters over the limit.
        by: u32,
    },
    /// No more reports are taken in this hour.
    #[cfg(not(feature = "hydrate"))]
    TooManyReports,
    /// The identification by e-ID failed.
    EId(Failure),
}

/// A field that can have a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The e-mail address.
    Address,
    /// The code.
    Code,
    /// The report of an accessibility problem.
    #[cfg(not(feature = "hydrate"))]
    Report,
}

impl Problem {
    /// Returns the field of the problem on this screen.
    pub const fn field(&self, screen: &Screen) -> Option<Field> {
        match (self, screen) {
            (
                Self::NoCode
                | Self::RoomClosed
                | Self::EId(_)
                | Self::TooManyIdentifications { .. },
                _,
            ) => None,
            (_, Screen::Address(_)) => Some(Field::Address),
            #[cfg(not(feature = "hydrate"))]
            (_, Screen::Accessibility(_)) => Some(Field::Report),
            (_, Screen::Code(_)) if !self.is_resend_error(screen) => Some(Field::Code),
            _ => None,
        }
    }

    /// `true` if the problem belongs to the button that requests the code again. The code's field is then not
    /// wrong.
    pub const fn is_resend_error(&self, screen: &Screen) -> bool {
        let waits = matches!(
            self,
            Self::TooSoon { .. }
                | Self::TooMany { .. }
                | Self::TooManyAddresses { .. }
                | Self::NoCode
        );
        waits && matches!(screen, Screen::Code(_))
    }
}
