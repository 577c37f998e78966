//! The rows, as the rest of the program sees them.

use super::Stage;
use crate::clock::Time;
use sqlx::FromRow;

/// A booked meeting.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Meeting {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the sender wrote about it; may be empty.
    pub description: String,
    /// Its start.
    pub starts_at: Time,
    /// Its end.
    pub ends_at: Time,
    /// The IANA name of the zone it is held in.
    pub time_zone: String,
    /// The sender's name.
    pub organiser_name: String,
    /// The sender's e-mail address.
    pub organiser_email: String,
    /// The sender's phone number in E.164.
    pub organiser_phone: String,
    /// The language that the sender is written to in.
    pub organiser_language: String,
    /// The kind of its room.
    pub room_kind: String,
    /// Where the room is.
    pub room_url: String,
    /// How often its time was changed; calendars tell versions apart by it.
    pub sequence: i64,
    /// When it was booked.
    pub created_at: Time,
    /// When it was called off.
    pub cancelled_at: Option<Time>,
    /// When it was last changed.
    pub changed_at: Option<Time>,
    /// How often its sender has changed something about it or its recipients.
    pub version: i64,
}

/// A recipient's invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Invitation {
    /// Its id, which is the recipient's.
    pub id: String,
    /// The meeting.
    pub meeting_id: String,
    /// The recipient's place in the booking.
    pub position: i64,
    /// The recipient's name.
    pub name: Option<String>,
    /// The recipient's address, as the sender wrote it.
    pub email: String,
    /// The recipient's number in E.164.
    pub phone: Option<String>,
    /// The level to identify at.
    pub assurance: String,
    /// The way to identify.
    pub method: String,
    /// The recipient's language.
    pub language: String,
    /// Which link this is: a new invitation has a new link and fresh counts.
    pub generation: i64,
    /// The key that the link's secret is derived with.
    pub key_id: String,
    /// The hash of the link's secret.
    pub token_hash: Vec<u8>,
    /// Whether an e-identification may be used where a code would do.
    pub allow_e_id: bool,
    /// The keyed form of the personal number that must be identified with, where the sender gave one.
    pub person_mark: Option<Vec<u8>>,
    /// The key of that keyed form.
    pub person_key_id: Option<String>,
    /// That number sealed, where BankID is to be asked for it.
    pub person_sealed: Option<Vec<u8>>,
    /// When its mail was handed over.
    pub sent_at: Option<Time>,
    /// When somebody first went on from the link.
    pub opened_at: Option<Time>,
    /// When somebody first identified.
    pub identified_at: Option<Time>,
    /// When somebody first went into the room.
    pub joined_at: Option<Time>,
    /// When the code way was locked.
    pub locked_at: Option<Time>,
    /// When the way by e-identification was locked.
    pub e_id_locked_at: Option<Time>,
    /// When its mail was given up.
    pub failed_at: Option<Time>,
    /// When the sender took the recipient off the meeting.
    pub withdrawn_at: Option<Time>,
}

impl Invitation {
    /// When it came to a stage.
    pub const fn reached(&self, stage: Stage) -> Option<Time> {
        match stage {
            Stage::Sent => self.sent_at,
            Stage::Opened => self.opened_at,
            Stage::Identified => self.identified_at,
            Stage::Joined => self.joined_at,
            Stage::Locked => self.locked_at,
            Stage::EIdLocked => self.e_id_locked_at,
            Stage::Failed => self.failed_at,
        }
    }

    /// Whether it leads nowhere any more, since the meeting or this recipient's part in it was called off.
    pub const fn is_cancelled(&self, meeting: &Meeting) -> bool {
        meeting.cancelled_at.is_some() || self.withdrawn_at.is_some()
    }
}

/// A browser's session.
#[derive(Clone, Debug, FromRow)]
pub struct Session {
    /// Its id, which never leaves the server.
    pub id: String,
    /// When something was last done in it.
    pub seen_at: Time,
    /// Whether it has proven anything, for whichever invitation.
    pub identified: bool,
}

/// What one session has done with one invitation.
#[derive(Clone, Debug, FromRow)]
pub struct Visit {
    /// The session.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Which of the invitation's links it came by.
    pub generation: i64,
    /// The address as last typed.
    pub typed: String,
    /// Whether an e-identification is used where a code would do.
    pub instead: bool,
    /// The address that was named on the way by e-identification.
    pub address: Option<String>,
    /// The code that was last asked for.
    pub challenge_id: Option<String>,
    /// The identification with BankID that was last begun.
    pub order_id: Option<String>,
    /// The identification with another provider that was last begun.
    pub login_id: Option<String>,
    /// What the next page has to say, as JSON.
    pub remark: Option<String>,
    /// The level that was proven.
    pub level: Option<String>,
    /// By which way.
    pub how: Option<String>,
    /// Who it is, as far as the way tells.
    pub who: Option<String>,
    /// When it was proven.
    pub proven_at: Option<Time>,
    /// When the visitor went on to the room's door.
    pub entered_at: Option<Time>,
    /// When the visitor went into the room.
    pub joined_at: Option<Time>,
}

/// A one-time code that was asked for, or a decoy of one.
#[derive(Clone, Debug, FromRow)]
pub struct Challenge {
    /// Its id, which the code is derived from.
    pub id: String,
    /// The session that asked.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// The address that was typed for it.
    pub address: String,
    /// True if nothing was sent: the address was not the recipient's, or no more may be sent to it.
    pub decoy: bool,
    /// The key that the code is derived with.
    pub key_id: String,
    /// When it was made.
    pub made_at: Time,
    /// When it was last sent.
    pub sent_at: Time,
    /// When it ends to be good.
    pub expires_at: Time,
    /// How often it was sent.
    pub sends: i64,
    /// How often it was tried.
    pub tries: i64,
    /// When it was used.
    pub consumed_at: Option<Time>,
    /// When it was seen to have ended to be good, if it was: it stays so, whatever the clock says.
    pub expired_at: Option<Time>,
}

/// Where an identification with BankID stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// BankID is to be asked for an order.
    Opening,
    /// BankID has an order, which is followed.
    Open,
    /// The person has identified; the session has not gone on yet.
    Done,
    /// It failed.
    Failed,
    /// It was left, and BankID is to be told.
    Cancelling,
    /// It is over: left, or gone on from.
    Ended,
}

impl OrderState {
    const ALL: [Self; 6] =
        [Self::Opening, Self::Open, Self::Done, Self::Failed, Self::Cancelling, Self::Ended];

    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelling => "cancelling",
            Self::Ended => "ended",
        }
    }
}

impl TryFrom<String> for OrderState {
    type Error = UnknownState;
    fn try_from(name: String) -> Result<Self, UnknownState> {
        Self::ALL.into_iter().find(|state| state.name() == name).ok_or(UnknownState)
    }
}

/// A name that is no state's.
#[derive(Debug, thiserror::Error)]
#[error("unknown state of an order")]
pub struct UnknownState;

/// An identification with BankID. It may take several of BankID's orders, one after another.
#[derive(Clone, Debug, FromRow)]
pub struct Order {
    /// Its id.
    pub id: String,
    /// The session that began it.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Which of the invitation's links.
    pub generation: i64,
    /// The address that was named before.
    pub address: String,
    /// Whether the app is on the device that began it.
    pub here: bool,
    /// Whether that device is a phone or a tablet.
    pub handheld: bool,
    /// The key that its secrets are made with.
    pub key_id: String,
    /// The hash of the secret in the address that the app leads back to.
    pub return_hash: Vec<u8>,
    /// The device that began it, sealed.
    pub device: Vec<u8>,
    /// What BankID answered to the beginning, sealed.
    pub started: Option<Vec<u8>>,
    /// Who identified, sealed.
    pub outcome: Option<Vec<u8>>,
    /// Where it stands.
    #[sqlx(try_from = "String")]
    pub state: OrderState,
    /// What BankID last said of it, or why it failed.
    pub hint: String,
    /// When it was begun.
    pub begun_at: Time,
    /// When BankID gave the order that is open, which its QR code counts from.
    pub issued_at: Time,
    /// Since when BankID does not answer as it should.
    pub troubled_at: Option<Time>,
    /// When the browser came back from the app.
    pub returned_at: Option<Time>,
    /// Until when it is kept by whoever took it.
    pub leased_until: Time,
    /// The keyed form of the network that it was begun from.
    pub network: Option<Vec<u8>>,
}

/// An identification with another provider, between leaving for it and coming back.
#[derive(Clone, Debug, FromRow)]
pub struct Login {
    /// Its id, which its secrets are derived from.
    pub id: String,
    /// The session that began it.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Which of the invitation's links.
    pub generation: i64,
    /// The address that was named before.
    pub address: String,
    /// The provider's id.
    pub provider: String,
    /// The key that its secrets are derived with.
    pub key_id: String,
    /// The hash of its `state`.
    pub state_hash: Vec<u8>,
    /// The address at the provider, sealed.
    pub url: Vec<u8>,
    /// When it was begun.
    pub begun_at: Time,
    /// When it came back.
    pub used_at: Option<Time>,
    /// The keyed form of the network that it was begun from.
    pub network: Option<Vec<u8>>,
}

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The invitation, to the recipient.
    Invitation,
    /// A code, to the recipient.
    Code,
    /// That the code way was locked, to the sender.
    Locked,
    /// That the way by e-identification was locked, to the sender.
    EIdLocked,
    /// That codes open the invitation no more, to the recipient.
    LockedOut,
    /// That e-identifications open the invitation no more, to the recipient.
    EIdLockedOut,
    /// That the invitation could not be delivered, to the sender.
    Undelivered,
    /// That the meeting was moved, or has another sender, to the recipient.
    Changed,
    /// That the meeting, or the recipient's part in it, was called off, to the recipient.
    Cancelled,
    /// That the meeting is near, to the recipient.
    Reminder,
    /// The same by SMS.
    ReminderSms,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Invitation,
        Self::Code,
        Self::Locked,
        Self::EIdLocked,
        Self::LockedOut,
        Self::EIdLockedOut,
        Self::Undelivered,
        Self::Changed,
        Self::Cancelled,
        Self::Reminder,
        Self::ReminderSms,
    ];

    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Code => "code",
            Self::Locked => "locked",
            Self::EIdLocked => "e-id-locked",
            Self::LockedOut => "locked-out",
            Self::EIdLockedOut => "e-id-locked-out",
            Self::Undelivered => "undelivered",
            Self::Changed => "changed",
            Self::Cancelled => "cancelled",
            Self::Reminder => "reminder",
            Self::ReminderSms => "reminder-sms",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A message in the outbox.
#[derive(Clone, Debug, FromRow)]
pub struct Outgoing {
    /// Its id, which its Message-ID is made of.
    pub id: String,
    /// The name of its [`Kind`].
    pub kind: String,
    /// The invitation that it is about.
    pub invitation_id: String,
    /// Which of the invitation's links.
    pub generation: i64,
    /// The code, for a message that carries one.
    pub challenge_id: Option<String>,
    /// Whether it is a decoy's, which is never handed over.
    pub silent: bool,
    /// Which version of the meeting it tells of.
    pub sequence: i64,
    /// How often its delivery failed.
    pub failures: i64,
    /// When it was written.
    pub written_at: Time,
    /// When it is no longer worth sending.
    pub expires_at: Option<Time>,
    /// When it was handed over, given up or dropped.
    pub done_at: Option<Time>,
    /// What the gateway calls it, for a text message that was handed over.
    pub reference: Option<String>,
    /// From when another code can be had, where this one is the last for now.
    pub again_at: Option<Time>,
}

/// Messages of one kind that are to be delivered.
#[derive(Clone, Debug, FromRow)]
pub struct Waiting {
    /// The name of their [`Kind`].
    pub kind: String,
    /// How many there are.
    pub messages: i64,
    /// When the oldest was written.
    pub oldest: Time,
}

/// The reason why a message could not be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The mail server lets nobody in: it was not even told of this message.
    Away,
    /// Anything else, after which it is certain that nobody took the message.
    Deferred,
    /// Nobody said whether the message was taken.
    Doubtful,
}

/// How a message ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Handed over.
    Sent,
    /// Refused, or given up.
    Failed,
    /// Not worth sending any more, or never meant to be.
    Dropped,
    /// Its time was over before it could be handed over.
    Lapsed,
}

impl Outcome {
    /// Its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped | Self::Lapsed => "dropped",
        }
    }
}

/// Something that happened to a meeting.
#[derive(Clone, Debug, FromRow)]
pub struct Event {
    /// Its number, growing.
    pub number: i64,
    /// The invitation that it happened to.
    pub invitation_id: Option<String>,
    /// When.
    pub at: Time,
    /// What.
    pub kind: String,
    /// The level that was proven.
    pub level: Option<String>,
    /// By which way.
    pub how: Option<String>,
    /// Who it was, as far as the way tells.
    pub who: Option<String>,
    /// Whether it was who the sender named; none when the sender named nobody.
    pub identity_matched: Option<bool>,
    /// The keyed form of the personal number that was identified with.
    pub person_mark: Option<Vec<u8>>,
    /// That number sealed, where it is to be kept.
    pub person_sealed: Option<Vec<u8>>,
}

/// An invitation whose recipient is to be reminded.
#[derive(Clone, Debug, FromRow)]
pub struct DueReminder {
    /// The invitation.
    pub invitation_id: String,
    /// Which of the invitation's links.
    pub generation: i64,
    /// The recipient's number in E.164.
    pub phone: Option<String>,
    /// Which version of the meeting it is.
    pub sequence: i64,
    /// When the meeting starts.
    pub starts_at: Time,
}

/// A token for the REST interface, without its secret.
#[derive(Clone, Debug, FromRow)]
pub struct ApiToken {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was last used, to within some minutes.
    pub used_at: Option<Time>,
    /// When it was taken back.
    pub revoked_at: Option<Time>,
}
