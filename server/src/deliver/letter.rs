//! What there is to tell somebody: everything that a message's text depends on.
//!
//! A letter holds links and codes in clear. It lives from the moment it is rendered until it is handed
//! over, is never stored, and has no `Debug`, so that it can't slip into a log.

use app::wire::{Language, Moment};
use jiff::{Timestamp, tz::TimeZone};

/// How a letter travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// As a mail.
    Email,
    /// As a text message.
    Sms,
}

impl Channel {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

/// One message to one person.
#[derive(Clone)]
pub struct Letter {
    /// How it travels.
    pub channel: Channel,
    /// The address that it goes to: for a text message a number in E.164.
    pub to: String,
    /// Whose address that is, where it is known.
    pub to_name: Option<String>,
    /// The language to write in.
    pub language: Language,
    /// The message's identity, without angle brackets; the same each time this letter is sent.
    pub message_id: String,
    /// When its cause came about; the same each time this letter is sent.
    pub written_at: Timestamp,
    /// What it tells.
    pub content: Content,
}

impl Letter {
    /// The id of the message in the outbox.
    pub fn id(&self) -> &str {
        self.message_id.split('@').next().unwrap_or_default()
    }
}

/// What a letter tells.
#[derive(Clone)]
pub enum Content {
    /// To a recipient: you are invited.
    Invitation(InvitationLetter),
    /// To a recipient: the meeting has a new time or sender; what the invitation said, as it holds now.
    Changed(InvitationLetter),
    /// To a recipient: the meeting, or your part in it, is called off.
    Cancelled(CancelledLetter),
    /// To a recipient: the meeting is near. By SMS it says when, and nothing else.
    Reminder(InvitationLetter),
    /// To a recipient: this is your code.
    Code(CodeLetter),
    /// To a recipient: codes open the invitation no more.
    LockedOut(LockLetter),
    /// To a recipient: e-identifications open the invitation no more.
    EIdLockedOut(LockLetter),
    /// To an organiser: this recipient has typed too many wrong codes.
    Locked(SenderNotice),
    /// To an organiser: too many e-identifications of this recipient did not match the invitation.
    EIdLocked(SenderNotice),
    /// To an organiser: what was sent to this recipient could not be delivered.
    Undelivered(SenderNotice),
    /// To an organiser: this recipient could not be told that something was called off.
    Unreached(SenderNotice),
}

/// An invitation to a meeting. It says when, never what about.
#[derive(Clone)]
pub struct InvitationLetter {
    /// The recipient's personal link, in full.
    pub link: String,
    /// How the recipient will identify; it decides the button and what the mail asks to have at hand.
    pub identification: Identification,
    /// The organiser's name.
    pub sender: String,
    /// The organiser's phone number, in E.164.
    pub sender_phone: String,
    /// When the meeting is.
    pub time: MeetingTime,
    /// The calendar entry's identity: the same for this recipient as long as the meeting lives.
    pub uid: String,
    /// The calendar entry's revision, from 0; higher each time the meeting is changed or the recipient
    /// invited anew.
    pub sequence: u32,
}

/// That something was called off. It holds no link: there is nowhere to go.
#[derive(Clone)]
pub struct CancelledLetter {
    /// Whether this recipient alone is invited no more.
    pub part: bool,
    /// The organiser's name.
    pub sender: String,
    /// The organiser's phone number, in E.164.
    pub sender_phone: String,
    /// When the meeting would have been.
    pub time: MeetingTime,
    /// The calendar entry's identity.
    pub uid: String,
    /// The calendar entry's revision, higher than any before.
    pub sequence: u32,
}

/// How a recipient will identify.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identification {
    /// With a code sent to the e-mail address (`loa2`).
    EmailCode,
    /// With a code sent to the phone (`loa2`).
    SmsCode,
    /// With a Swedish e-identification (`loa3`).
    EId,
}

/// A one-time code.
#[derive(Clone)]
pub struct CodeLetter {
    /// The code's digits.
    pub code: String,
    /// The word that also stands on the page that asks for the code.
    pub word: String,
    /// Until when it can be used.
    pub valid_until: Timestamp,
    /// The zone to tell that time in.
    pub zone: TimeZone,
    /// The link back to the page that asks for the code, in full; the code is not in it.
    pub link: String,
    /// The organiser's name.
    pub sender: String,
    /// The organiser's phone number, in E.164.
    pub sender_phone: String,
    /// From when another code can be had, where this one is the last for now.
    pub again_at: Option<Timestamp>,
}

/// That a way into an invitation is closed, which no page tells. It holds no link.
#[derive(Clone)]
pub struct LockLetter {
    /// The organiser's name.
    pub sender: String,
    /// The organiser's phone number, in E.164.
    pub sender_phone: String,
    /// When the meeting is.
    pub time: MeetingTime,
    /// True if the other way, by e-identification or by code, still opens the invitation.
    pub other_way: bool,
}

/// News of a recipient for the organiser. It never holds a link or a code.
#[derive(Clone)]
pub struct SenderNotice {
    /// The recipient's name, where the organiser gave one.
    pub recipient: Option<String>,
    /// The recipient's address, which tells whom it is about when there is no name.
    pub recipient_address: String,
    /// When the meeting is, which tells the organiser which one it is about.
    pub time: MeetingTime,
}

/// When a meeting is.
#[derive(Clone)]
pub struct MeetingTime {
    /// Its start.
    pub starts: Timestamp,
    /// Its end.
    pub ends: Timestamp,
    /// The zone that it is told in.
    pub zone: TimeZone,
}

/// What the organisation puts on its letters.
#[derive(Clone, Debug)]
pub struct OrganisationCard {
    /// Its name.
    pub name: String,
    /// Its switchboard, as people write it.
    pub phone: Option<String>,
    /// Its colour, as red, green and blue. Words on it are black or white, whichever reads better.
    pub accent: [u8; 3],
    /// The origin that every link begins with, such as `https://mote.kommun.example`.
    pub origin: String,
    /// The address that it sends from.
    pub address: String,
}

/// A point in time as a zone's clocks show it.
pub fn moment(at: Timestamp, zone: &TimeZone) -> Moment {
    let there = at.to_zoned_datetime(zone.clone());
    let positive = |n: i8| u8::try_from(n).unwrap_or_default();
    Moment {
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
