//! The context of a message: everything that its text depends on.
//!
//! A context holds links and codes in clear. It exists from rendering until delivery. It is never stored, and
//! has no `Debug`, so that it can't slip into a log.

use crate::config::Config;
use app::wire::{Language, LocalTime, Role};
use jiff::{Timestamp, tz::TimeZone};

/// The channel of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By e-mail.
    Email,
    /// By SMS.
    Sms,
}

impl Channel {
    /// Returns the channel's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

/// One message to one person.
#[derive(Clone)]
pub struct MessageContext {
    /// The channel.
    pub channel: Channel,
    /// The address. By SMS, a number in E.164.
    pub to: String,
    /// The name of the person at that address, if it is known.
    pub to_name: Option<String>,
    /// The language to write in.
    pub language: Language,
    /// The Message-ID, without angle brackets. A retry repeats it.
    pub message_id: String,
    /// The time of the message's cause. A retry repeats it.
    pub written_at: Timestamp,
    /// The meeting's sequence that the message describes.
    pub sequence: i64,
    /// The facts that the message gives.
    pub content: Body,
}

impl MessageContext {
    /// Returns the id of the message in the outbox.
    pub fn id(&self) -> &str {
        self.message_id.split('@').next().unwrap_or_default()
    }
}

/// The content of a message.
#[derive(Clone)]
pub enum Body {
    /// To a recipient: you are invited.
    Invitation(InvitationContext),
    /// To a recipient: the meeting has a new time or sender.
    Changed(ChangedContext),
    /// To a recipient: the meeting, or your part in it, is cancelled.
    Cancelled(CancelledContext),
    /// To a recipient: the meeting is near. By SMS it says when, and nothing else.
    Reminder(InvitationContext),
    /// To a host: somebody waits for you.
    Waiting(InvitationContext),
    /// To a recipient: this is your code.
    Code(CodeContext),
    /// To a recipient: codes no longer open the invitation.
    LockedOut(LockContext),
    /// To a recipient: an e-ID no longer opens the invitation.
    EIdLockedOut(LockContext),
    /// To a sender: this recipient has typed too many wrong codes.
    Locked(SenderNotice),
    /// To a sender: too many e-ID identifications of this recipient did not match the invitation.
    EIdLocked(SenderNotice),
    /// To a sender: a message to this recipient could not be delivered.
    Undelivered(SenderNotice),
    /// To a sender: the cancellation could not be delivered to this recipient.
    Unreached(SenderNotice),
    /// To the organisation: the text of a report of an accessibility problem.
    Report(String),
}

/// An invitation to a meeting. It says when the meeting is, never what it is about.
#[derive(Clone)]
pub struct InvitationContext {
    /// The role of the invited person, who is called a recipient below.
    pub role: Role,
    /// `true` if guests wait until a host admits them.
    pub lobby: bool,
    /// The recipient's personal link, in full.
    pub link: String,
    /// The recipient's method. It decides the button, and what the mail asks to have ready.
    pub identification: Identification,
    /// The sender's name.
    pub sender: String,
    /// The sender's phone number, in E.164.
    pub sender_phone: String,
    /// The meeting's time.
    pub time: MeetingTime,
    /// The calendar entry's UID: the same for this recipient as long as the meeting exists.
    pub uid: String,
    /// The calendar entry's SEQUENCE, from 0. It increases with each change of the meeting and each new
    /// invitation of the recipient.
    pub sequence: u32,
}

/// A change of a meeting.
#[derive(Clone)]
pub struct ChangedContext {
    /// The invitation as it is now.
    pub invitation: InvitationContext,
    /// The details that the recipient got last. `None` if they are not known.
    pub earlier: Option<Earlier>,
}

/// The details of a meeting before a change.
#[derive(Clone)]
pub struct Earlier {
    /// The sender's name.
    pub sender: String,
    /// The sender's phone number, in E.164.
    pub sender_phone: String,
    /// The meeting's time.
    pub time: MeetingTime,
}

/// A cancellation. It holds no link, since there is nothing to open.
#[derive(Clone)]
pub struct CancelledContext {
    /// The role of the person who was invited.
    pub role: Role,
    /// `true` if only this recipient is no longer invited.
    pub part: bool,
    /// The sender's name.
    pub sender: String,
    /// The sender's phone number, in E.164.
    pub sender_phone: String,
    /// The time that the meeting would have had.
    pub time: MeetingTime,
    /// The calendar entry's UID.
    pub uid: String,
    /// The calendar entry's SEQUENCE, higher than any before.
    pub sequence: u32,
}

/// A recipient's method, as messages describe it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identification {
    /// With a code sent to the e-mail address (`loa2`).
    EmailCode,
    /// With a code sent to the phone (`loa2`).
    SmsCode,
    /// With a Swedish e-ID (`loa3`).
    EId,
    /// With the login that the organisation has chosen for hosts.
    Login,
}

/// A one-time code.
#[derive(Clone)]
pub struct CodeContext {
    /// The code's digits.
    pub code: String,
    /// The check word. The page that asks for the code shows it too.
    pub word: String,
    /// The end of the code's validity.
    pub valid_until: Timestamp,
    /// The time zone in which that time is shown.
    pub zone: TimeZone,
    /// The link back to the page that asks for the code, in full. It doesn't hold the code.
    pub link: String,
    /// The sender's name.
    pub sender: String,
    /// The sender's phone number, in E.164.
    pub sender_phone: String,
    /// The time from which another code can be sent, if this is the last one for now.
    pub again_at: Option<Timestamp>,
}

/// The news that an invitation is locked for codes or e-IDs, which no page shows. It holds no link.
#[derive(Clone)]
pub struct LockContext {
    /// The sender's name.
    pub sender: String,
    /// The sender's phone number, in E.164.
    pub sender_phone: String,
    /// The meeting's time.
    pub time: MeetingTime,
    /// `true` if the other method, e-ID or code, still opens the invitation.
    pub other_way: bool,
}

/// News of a recipient for the sender. It never holds a link or a code.
#[derive(Clone)]
pub struct SenderNotice {
    /// The role of the person, who is called a recipient below.
    pub role: Role,
    /// The recipient's name, if the sender gave one.
    pub recipient: Option<String>,
    /// The recipient's address. It identifies the recipient if there is no name.
    pub recipient_address: String,
    /// The meeting's time. It shows the sender which meeting this is about.
    pub time: MeetingTime,
}

/// The time of a meeting.
#[derive(Clone, PartialEq, Eq)]
pub struct MeetingTime {
    /// Its start.
    pub starts: Timestamp,
    /// Its end.
    pub ends: Timestamp,
    /// The time zone in which both are shown.
    pub zone: TimeZone,
}

/// The organisation as messages show it.
#[derive(Clone, Debug)]
pub struct SenderDetails {
    /// Its name.
    pub name: String,
    /// Its switchboard, in the form that people write.
    pub phone: Option<String>,
    /// Its accent colour, as red, green and blue. Text on it is black or white, whichever reads better.
    pub accent: [u8; 3],
    /// The origin of every link, such as `https://mote.kommun.example`.
    pub origin: String,
    /// The address that it sends from.
    pub address: String,
}

impl From<&Config> for SenderDetails {
    fn from(config: &Config) -> Self {
        Self {
            name: config.organisation.name.clone(),
            phone: config.organisation.phone.clone(),
            accent: config.organisation.accent.light.rgb(),
            origin: config.http.public_url.as_str().to_owned(),
            address: config.mail.from.as_str().to_owned(),
        }
    }
}

/// Returns a point in time as a zone's clocks show it.
pub fn moment(at: Timestamp, zone: &TimeZone) -> LocalTime {
    let there = at.to_zoned_datetime(zone.clone());
    let positive = |n: i8| u8::try_from(n).unwrap_or_default();
    LocalTime {
        unix: at.as_second(),
        offset: i16::try_from(there.offset().seconds() / 60).unwrap_or_default(),
        year: there.year(),
        month: positive(there.month()),
        day: positive(there.day()),
        weekday: positive(there.weekday().to_monday_one_offset()),
        hour: positive(there.hour()),
        minute: positive(there.minute()),
    }
}
