//! What crosses the gate: the view of the step that a visitor has reached.
//!
//! Closed types: a page can show only what is spelled here, so that neither a fault's text nor
//! another person's data has a way onto a page.

mod e_id;

pub use e_id::{BankId, Choice, Failure, Leaving, Progress, Provider, Qr, Stage};

use crate::steps::{Step, Track};
use serde::{Deserialize, Serialize};

/// A language that the pages and the messages speak.
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
    /// Every language, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Swedish, Self::English];

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Swedish => "sv",
            Self::English => "en",
        }
    }

    /// The language with this BCP 47 tag.
    pub fn from_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }
}

/// Everything that one page shows: an answer of the service to a look or to an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The language to show it in.
    pub language: Language,
    /// The address of what is shown, which may be an earlier step than the one asked for.
    pub path: String,
    /// The link token that the page's forms send back; none outside an invitation.
    pub token: Option<String>,
    /// Who runs the service.
    pub organisation: Organisation,
    /// The order of the steps.
    pub track: Track,
    /// Whom to turn to; none outside an invitation.
    pub help: Option<Help>,
    /// The session, once it has proven something.
    pub session: Option<Session>,
    /// A plain message above the page's matter.
    pub notice: Option<Notice>,
    /// What was wrong with the last thing that the visitor sent.
    pub problem: Option<Problem>,
    /// The page's matter.
    pub screen: Screen,
}

/// The municipality that invites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its name, shown on every page.
    pub name: String,
    /// Its switchboard.
    pub phone: Option<String>,
    /// Where its logo is served from.
    pub logo: Option<String>,
}

/// The person who sent the invitation, for those who can't get in.
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
    /// Seconds until it ends when nothing more is done.
    pub ends_in: u32,
    /// How many seconds before its end the visitor is warned.
    pub warned_before: u32,
    /// Whether doing something can put its end off.
    pub can_stay: bool,
}

/// A point in time as the meeting's time zone shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
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

/// The matter of a page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Screen {
    /// Which way of identifying the sender chose.
    Method(Method),
    /// The field for the e-mail address.
    Address(Address),
    /// The field for the code.
    Code(Code),
    /// Which e-identification to use.
    Choice(Choice),
    /// An identification with BankID that is going on.
    BankId(BankId),
    /// On the way out to another provider of e-identification.
    Provider(Leaving),
    /// The opened invitation.
    Invitation(Invitation),
    /// The door of the meeting room.
    Meeting(Meeting),
    /// On the way out to the room.
    Room(Room),
    /// The tries of this invitation, or this session's share of them, are used up.
    Locked(Locked),
    /// The meeting is over and the invitation is closed.
    Over,
    /// The sender has called the meeting off.
    Cancelled,
    /// The visitor has ended the session.
    Ended,
    /// An e-identification came back to another browser than the one it was begun in.
    Elsewhere,
    /// There is nothing at this address.
    NotFound,
    /// What was sent can't be understood or isn't allowed.
    Refused,
    /// The service can't answer just now.
    Trouble,
    /// The accessibility statement.
    Accessibility(Accessibility),
    /// The privacy notice.
    Privacy(Privacy),
}

impl Screen {
    /// Seconds before the room opens from which on its door is waited at.
    const WAITED_AT_DOOR: u32 = 12 * 60 * 60;

    /// Seconds before the room opens from which on the invitation looks whether it has.
    const WAITED_OUTSIDE: u32 = 30 * 60;

    /// Whether the page waits for an identification or for the room to open: it looks by itself again
    /// and again, and that counts as activity in its session. A page left open long before the meeting
    /// does not, so that its session ends.
    pub const fn waits(&self) -> bool {
        let (opens_in, from) = match self {
            Self::BankId(_) => return true,
            Self::Meeting(meeting) => (meeting.when.opens_in, Self::WAITED_AT_DOOR),
            Self::Invitation(invitation) => (invitation.when.opens_in, Self::WAITED_OUTSIDE),
            _ => return false,
        };
        opens_in > 0 && opens_in <= from
    }

    /// The step that this is, where it is one.
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
            Self::Meeting(_) => Some(Step::Meeting),
            Self::Room(_) => Some(Step::Room),
            _ => None,
        }
    }
}

/// How one identifies for an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A code sent to the e-mail address.
    EmailCode,
    /// A code sent to the phone.
    SmsCode,
    /// A Swedish e-identification.
    EId,
}

/// What will happen on the next steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// The way that the sender chose.
    pub way: Way,
    /// How many digits the code will have.
    pub code_length: u8,
    /// The phone number that the code will go to, with most digits hidden.
    pub phone: Option<String>,
    /// Whether an e-identification may be used instead.
    pub e_id: bool,
}

/// The field for the e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// What was typed before.
    pub typed: String,
    /// The way of identifying that the address is asked for.
    pub way: Way,
}

/// The field for the code, and what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The address that the visitor typed.
    pub address: String,
    /// The phone number that the code went to, with most digits hidden; none when it went to the
    /// address.
    pub phone: Option<String>,
    /// The word that also stands in the message.
    pub word: String,
    /// How many digits it has.
    pub length: u8,
    /// When it was last sent.
    pub sent_at: Moment,
    /// Until when it can be used.
    pub valid_until: Moment,
    /// Seconds until then; zero when it has run out.
    pub valid_for: u32,
    /// When another can be had.
    pub resend_at: Moment,
    /// Seconds until then.
    pub resend_in: u32,
    /// Wrong tries that this code still bears; zero for a dead one.
    pub tries_left: u8,
    /// Whether it has been sent more than once to this session.
    pub resent: bool,
    /// Whether mail is slow just now. It says nothing of this code: it is the same for everybody.
    pub slow: bool,
}

/// The tries are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locked {
    /// The way that is closed.
    pub way: Way,
    /// Whether an e-identification may still be used.
    pub e_id: bool,
}

/// The opened invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// The meeting's title.
    pub title: String,
    /// What the sender wrote about it; may be empty.
    pub description: String,
    /// The meeting's time.
    pub when: Occasion,
    /// The recipient's name, where the sender gave one.
    pub recipient: Option<String>,
}

/// When a meeting is and when its room opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occasion {
    /// Its start.
    pub starts: Moment,
    /// Its end.
    pub ends: Moment,
    /// The IANA name of its time zone.
    pub zone: String,
    /// When the room opens.
    pub opens: Moment,
    /// Seconds until then; zero when it is open.
    pub opens_in: u32,
}

/// The door of the meeting room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// The meeting's title.
    pub title: String,
    /// The meeting's time.
    pub when: Occasion,
}

/// On the way out to the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// The room's address.
    pub url: String,
}

/// What the accessibility statement says of this installation
/// (lagen om tillgänglighet till digital offentlig service, 2018:1937).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accessibility {
    /// Where to report what can't be used: an e-mail address.
    pub email: Option<String>,
    /// How far the service meets the requirements.
    pub conformance: Conformance,
    /// What is known not to meet them, in the organisation's own words.
    pub shortcomings: Vec<String>,
    /// When the statement was last gone through, as `YYYY-MM-DD`.
    pub reviewed: Option<String>,
}

/// How far the service meets the law's requirements, in the words of the EU's model statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conformance {
    /// All of them.
    Full,
    /// Most of them; what is known not to is listed.
    Partial,
    /// Nobody has finished testing it.
    #[default]
    None,
}

/// What the privacy notice says of this installation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Privacy {
    /// Where the data protection officer is reached: an e-mail address.
    pub officer: Option<String>,
    /// Days after the meeting's end until personal data is erased.
    pub kept_days: u16,
}

/// A plain message above the page's matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// The address asked for lies ahead and this browser has no session: it has timed out, was
    /// begun in another browser, or cookies are refused.
    StartHere,
    /// The code's link was opened in another browser than the one that asked for the code.
    OtherBrowser,
    /// The step asked for lies ahead of the one reached.
    NotYet,
    /// The meeting's time has passed; the invitation can still be read.
    MeetingOver,
    /// A code was sent again.
    SentAgain,
    /// The code that was sent is still good; it was not sent once more.
    StillValid,
    /// What was proven before is not enough for this invitation.
    StepUp,
}

/// What was wrong with what the visitor sent, in terms of what the visitor can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Problem {
    /// No address was typed.
    AddressMissing,
    /// What was typed is no e-mail address.
    AddressMalformed,
    /// No code was typed.
    CodeMissing,
    /// What was typed is no code of this many digits.
    CodeMalformed {
        /// Digits of a code.
        length: u8,
    },
    /// The code is wrong.
    CodeWrong {
        /// Tries that it still bears.
        left: u8,
    },
    /// The code's time has run out.
    CodeExpired,
    /// The code was tried wrongly too often; another must be asked for.
    CodeDead,
    /// A code was sent just now; another can be had later.
    TooSoon {
        /// From when.
        at: Moment,
        /// Seconds until then.
        wait: u32,
    },
    /// As many codes were sent as may be in this time; another can be had later.
    TooMany {
        /// From when.
        at: Moment,
    },
    /// No code can be sent for this invitation, whatever address is named: its key is gone.
    NoCode,
    /// The room has not opened yet.
    RoomClosed,
    /// The e-identification did not succeed.
    EId(Failure),
}

/// A field that a problem can belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The e-mail address.
    Address,
    /// The code.
    Code,
}

impl Problem {
    /// The field that it belongs to, given the screen it is shown on.
    pub const fn field(&self, screen: &Screen) -> Option<Field> {
        match (self, screen) {
            (Self::NoCode | Self::RoomClosed | Self::EId(_), _) => None,
            (_, Screen::Address(_)) => Some(Field::Address),
            (_, Screen::Code(_)) if !self.asked_early(screen) => Some(Field::Code),
            _ => None,
        }
    }

    /// Whether it belongs to the button that asks for the code again: nothing is wrong with what
    /// stands in the code's field then.
    pub const fn asked_early(&self, screen: &Screen) -> bool {
        matches!((self, screen), (Self::TooSoon { .. } | Self::TooMany { .. }, Screen::Code(_)))
    }
}
