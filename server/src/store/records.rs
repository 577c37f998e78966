//! The rows, as the rest of the program sees them.

use super::Stage;
use crate::clock::Time;
use sqlx::FromRow;

/// A booked meeting.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Meeting {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The sender's description. May be empty.
    pub description: String,
    /// Start.
    pub starts_at: Time,
    /// End.
    pub ends_at: Time,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The sender's name.
    pub organiser_name: String,
    /// The sender's e-mail address.
    pub organiser_email: String,
    /// The sender's phone number in E.164.
    pub organiser_phone: String,
    /// Language of messages to the sender.
    pub organiser_language: String,
    /// Kind of the room.
    pub room_kind: String,
    /// Address of the room.
    pub room_url: String,
    /// Number of changes of its time. Calendars compare versions by it (`SEQUENCE`, RFC 5545).
    pub sequence: i64,
    /// Time of booking.
    pub created_at: Time,
    /// Time of cancellation.
    pub cancelled_at: Option<Time>,
    /// Time of the last change.
    pub changed_at: Option<Time>,
    /// Number of changes by its sender, to the meeting or its recipients.
    pub version: i64,
}

/// A recipient's invitation.
#[derive(Clone, Debug, Default, PartialEq, Eq, FromRow)]
pub struct Invitation {
    /// Id, which is also the recipient's.
    pub id: String,
    /// The meeting.
    pub meeting_id: String,
    /// The recipient's place in the booking.
    pub position: i64,
    /// The recipient's name.
    pub name: Option<String>,
    /// The recipient's address, as the sender wrote it.
    pub email: String,
    /// The recipient's phone number in E.164.
    pub phone: Option<String>,
    /// Required level of assurance.
    pub assurance: String,
    /// Method.
    pub method: String,
    /// The recipient's language.
    pub language: String,
    /// Generation of the link. A new one has a new link and fresh counts.
    pub generation: i64,
    /// Id of the key that the link token is derived with.
    pub key_id: String,
    /// Hash of the link token.
    pub token_hash: Vec<u8>,
    /// `true` if an e-ID is accepted instead of a code.
    pub allow_e_id: bool,
    /// Keyed hash of the required personal identity number, if the sender gave one.
    pub person_mark: Option<Vec<u8>>,
    /// Id of the key of that hash.
    pub person_key_id: Option<String>,
    /// The sealed number, if BankID is to be asked for it.
    pub person_sealed: Option<Vec<u8>>,
    /// Time at which its mail was handed over.
    pub sent_at: Option<Time>,
    /// Time at which somebody first continued from the link.
    pub opened_at: Option<Time>,
    /// Time of the first identification.
    pub identified_at: Option<Time>,
    /// Time at which somebody first joined the room.
    pub joined_at: Option<Time>,
    /// Time at which it was locked for codes.
    pub locked_at: Option<Time>,
    /// Time at which it was locked for e-IDs.
    pub e_id_locked_at: Option<Time>,
    /// Time at which delivery of its mail was given up.
    pub failed_at: Option<Time>,
    /// Time at which the sender withdrew it from the recipient.
    pub withdrawn_at: Option<Time>,
}

impl Invitation {
    /// Returns the time at which it reached a stage.
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

    /// `true` if the meeting or this invitation was cancelled.
    pub const fn is_cancelled(&self, meeting: &Meeting) -> bool {
        meeting.cancelled_at.is_some() || self.withdrawn_at.is_some()
    }
}

/// A browser's session.
#[derive(Clone, Debug, FromRow)]
pub struct Session {
    /// Id. It never leaves the server.
    pub id: String,
    /// Time of the last activity.
    pub seen_at: Time,
    /// `true` if it has a proof, for any invitation.
    pub identified: bool,
}

/// One session's flow for one invitation.
#[derive(Clone, Debug, FromRow)]
pub struct Visit {
    /// The session.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link that it came by.
    pub generation: i64,
    /// The address as last typed.
    pub typed: String,
    /// `true` if an e-ID is used instead of a code.
    pub instead: bool,
    /// The address that was named for an e-ID identification.
    pub address: Option<String>,
    /// The last requested challenge.
    pub challenge_id: Option<String>,
    /// The last started order with BankID.
    pub order_id: Option<String>,
    /// The last started login with a provider.
    pub login_id: Option<String>,
    /// Flash for the next page, as JSON.
    pub remark: Option<String>,
    /// Level of assurance of the proof.
    pub level: Option<String>,
    /// Method of the proof.
    pub how: Option<String>,
    /// Name of the person, if the method gives one.
    pub who: Option<String>,
    /// Time of the proof.
    pub proven_at: Option<Time>,
    /// Time at which the visitor continued to the meeting page.
    pub entered_at: Option<Time>,
    /// Time at which the visitor joined the room.
    pub joined_at: Option<Time>,
}

/// A challenge: the request for a one-time code, or a decoy.
#[derive(Clone, Debug, FromRow)]
pub struct Challenge {
    /// Id, from which the code is derived.
    pub id: String,
    /// The session that requested it.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// The typed address.
    pub address: String,
    /// `true` for a decoy: nothing was sent. The address was not the recipient's, or a rate limit was
    /// reached.
    pub decoy: bool,
    /// Id of the key that the code is derived with.
    pub key_id: String,
    /// Time of the request.
    pub made_at: Time,
    /// Time at which the code was last sent.
    pub sent_at: Time,
    /// Time at which the code expires.
    pub expires_at: Time,
    /// Number of times that the code was sent.
    pub sends: i64,
    /// Number of attempts.
    pub tries: i64,
    /// Time at which the code was consumed.
    pub consumed_at: Option<Time>,
    /// Time at which the code was seen to have expired. It then stays expired, even if the clock is set back.
    pub expired_at: Option<Time>,
}

/// The state of an order with BankID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// To be started with BankID.
    Opening,
    /// Started with BankID, and polled.
    Open,
    /// Person identified. The session has not continued yet.
    Done,
    /// Failed.
    Failed,
    /// Abandoned, and to be cancelled with BankID.
    Cancelling,
    /// Over: abandoned, or continued from.
    Ended,
}

impl OrderState {
    const ALL: [Self; 6] =
        [Self::Opening, Self::Open, Self::Done, Self::Failed, Self::Cancelling, Self::Ended];

    /// Returns its name in the store.
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

/// A name that belongs to no state.
#[derive(Debug, thiserror::Error)]
#[error("unknown state of an order")]
pub struct UnknownState;

/// An identification with BankID. It may need several of BankID's orders, one after another.
#[derive(Clone, Debug, FromRow)]
pub struct Order {
    /// Id.
    pub id: String,
    /// The session that started it.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link.
    pub generation: i64,
    /// The address that was named before.
    pub address: String,
    /// `true` if the app is on the device that started it.
    pub here: bool,
    /// `true` if that device is a phone or a tablet.
    pub handheld: bool,
    /// Id of the key that its secrets are derived with.
    pub key_id: String,
    /// Hash of the return secret.
    pub return_hash: Vec<u8>,
    /// The device that started it, sealed.
    pub device: Vec<u8>,
    /// BankID's response to the start, sealed.
    pub started: Option<Vec<u8>>,
    /// The person who identified, sealed.
    pub outcome: Option<Vec<u8>>,
    /// State.
    #[sqlx(try_from = "String")]
    pub state: OrderState,
    /// BankID's last hint code, or the reason of the failure.
    pub hint: String,
    /// Time of the start.
    pub begun_at: Time,
    /// Time at which BankID issued the open order. Its QR code counts from it.
    pub issued_at: Time,
    /// Time since which BankID has not answered as it should.
    pub troubled_at: Option<Time>,
    /// Time at which the browser returned from the app.
    pub returned_at: Option<Time>,
    /// End of the claim.
    pub leased_until: Time,
    /// Keyed hash of the network that it was started from.
    pub network: Option<Vec<u8>>,
}

/// A login with an OpenID Connect provider, until its callback.
#[derive(Clone, Debug, FromRow)]
pub struct Login {
    /// Id, from which its secrets are derived.
    pub id: String,
    /// The session that started it.
    pub session_id: String,
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link.
    pub generation: i64,
    /// The address that was named before.
    pub address: String,
    /// Id of the provider.
    pub provider: String,
    /// Id of the key that its secrets are derived with.
    pub key_id: String,
    /// Hash of its `state`.
    pub state_hash: Vec<u8>,
    /// The address at the provider, sealed.
    pub url: Vec<u8>,
    /// Time of the start.
    pub begun_at: Time,
    /// Time of the callback.
    pub used_at: Option<Time>,
    /// Keyed hash of the network that it was started from.
    pub network: Option<Vec<u8>>,
}

/// The subject of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The invitation, to the recipient.
    Invitation,
    /// A code, to the recipient.
    Code,
    /// Notice that the invitation is locked for codes, to the sender.
    Locked,
    /// Notice that the invitation is locked for e-IDs, to the sender.
    EIdLocked,
    /// Notice that codes no longer open the invitation, to the recipient.
    LockedOut,
    /// Notice that e-IDs no longer open the invitation, to the recipient.
    EIdLockedOut,
    /// Notice that the invitation could not be delivered, to the sender.
    Undelivered,
    /// Notice that the meeting was rescheduled or has another sender, to the recipient.
    Changed,
    /// Notice that the meeting or the invitation was cancelled, to the recipient.
    Cancelled,
    /// Reminder of the meeting, to the recipient.
    Reminder,
    /// Reminder by SMS.
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

    /// Returns its name in the store.
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

    /// Returns the kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A message in the outbox.
#[derive(Clone, Debug, FromRow)]
pub struct Outgoing {
    /// Id, from which its `Message-ID` is made.
    pub id: String,
    /// Name of its [`Kind`].
    pub kind: String,
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link.
    pub generation: i64,
    /// The challenge, for a message with a code.
    pub challenge_id: Option<String>,
    /// `true` for a decoy's message, which is never sent.
    pub silent: bool,
    /// Version of the meeting that it describes.
    pub sequence: i64,
    /// Number of failed deliveries.
    pub failures: i64,
    /// Time of writing.
    pub written_at: Time,
    /// Time after which it is not worth sending.
    pub expires_at: Option<Time>,
    /// Time at which it was handed over, given up or dropped.
    pub done_at: Option<Time>,
    /// The gateway's id of an SMS that was handed over.
    pub reference: Option<String>,
    /// Earliest time of the next code, if this one is the last for now.
    pub again_at: Option<Time>,
}

/// The number of waiting messages of one kind.
#[derive(Clone, Debug, FromRow)]
pub struct Waiting {
    /// Name of their [`Kind`].
    pub kind: String,
    /// Number of messages.
    pub messages: i64,
    /// Time at which the oldest was written.
    pub oldest: Time,
}

/// The reason why a message could not be handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// The mail server accepts no connection. It never saw this message.
    Away,
    /// Any other failure after which it is certain that nobody took the message.
    Deferred,
    /// No answer says if the message was taken.
    Doubtful,
}

/// The outcome of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Handed over.
    Sent,
    /// Refused, or given up.
    Failed,
    /// Not worth sending any more, or never meant to be sent.
    Dropped,
    /// Expired before it could be handed over.
    Lapsed,
}

impl Outcome {
    /// Returns its name in the store.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dropped | Self::Lapsed => "dropped",
        }
    }
}

/// An event of a meeting.
#[derive(Clone, Debug, FromRow)]
pub struct Event {
    /// Number. It grows.
    pub number: i64,
    /// The invitation, if the event belongs to one.
    pub invitation_id: Option<String>,
    /// Time.
    pub at: Time,
    /// Kind.
    pub kind: String,
    /// Level of assurance of the proof.
    pub level: Option<String>,
    /// Method of the proof.
    pub how: Option<String>,
    /// Name of the person, if the method gives one.
    pub who: Option<String>,
    /// `true` if the identity is the one that the sender named. `None` if the sender named nobody.
    pub identity_matched: Option<bool>,
    /// Keyed hash of the personal identity number that was used.
    pub person_mark: Option<Vec<u8>>,
    /// The sealed number, if it is to be kept.
    pub person_sealed: Option<Vec<u8>>,
}

/// An invitation that is due for a reminder.
#[derive(Clone, Debug, FromRow)]
pub struct DueReminder {
    /// The invitation.
    pub invitation_id: String,
    /// Generation of the link.
    pub generation: i64,
    /// The recipient's phone number in E.164.
    pub phone: Option<String>,
    /// Version of the meeting.
    pub sequence: i64,
    /// Start of the meeting.
    pub starts_at: Time,
}

/// An API token, without its secret.
#[derive(Clone, Debug, FromRow)]
pub struct ApiToken {
    /// Id.
    pub id: String,
    /// Name of its owner.
    pub name: String,
    /// Time of creation.
    pub created_at: Time,
    /// Time of the last use, to within some minutes.
    pub used_at: Option<Time>,
    /// Time of revocation.
    pub revoked_at: Option<Time>,
}
