//! Messages of the outbox.

use crate::clock::Time;

/// The subject of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
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
    /// Notice that a guest waits and no host is there, to a host.
    Waiting,
    /// Report of an accessibility problem, to the organisation.
    Report,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
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
        Self::Waiting,
        Self::Report,
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
            Self::Waiting => "waiting",
            Self::Report => "report",
        }
    }

    /// Returns the kind with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A message in the outbox.
#[derive(Clone, Debug)]
pub struct OutboxMessage {
    /// Id, from which its `Message-ID` is made.
    pub id: String,
    /// Name of its [`MessageKind`].
    pub kind: String,
    /// The invitation. `None` for a report.
    pub invitation_id: Option<String>,
    /// The report.
    pub report_id: Option<String>,
    /// Generation of the link.
    pub generation: i64,
    /// The challenge, for a message with a code.
    pub challenge_id: Option<String>,
    /// `true` for a decoy's message, which is never sent.
    pub suppressed: bool,
    /// Sequence of the meeting that it describes.
    pub sequence: i64,
    /// Number of failed deliveries.
    pub failures: i64,
    /// Time of writing.
    pub written_at: Time,
    /// Time after which it is not worth sending.
    pub expires_at: Option<Time>,
    /// Time at which it was delivered, given up or dropped.
    pub done_at: Option<Time>,
    /// The gateway's id of an SMS that was delivered to it.
    pub reference: Option<String>,
    /// Earliest time of the next code, if this one is the last for now.
    pub again_at: Option<Time>,
}

/// The number of waiting messages of one kind.
#[derive(Clone, Debug)]
pub struct QueueDepth {
    /// Name of their [`MessageKind`].
    pub kind: String,
    /// Number of messages.
    pub messages: i64,
    /// Time at which the oldest was written.
    pub oldest: Time,
}

/// The reason why a message could not be delivered.
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
    /// Delivered.
    Sent,
    /// Refused, or given up.
    Failed,
    /// Not worth sending any more, or never meant to be sent.
    Dropped,
    /// Expired before it could be delivered.
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
