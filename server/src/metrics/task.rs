//! The background tasks, as metrics and logs name them.

/// A background task, which runs as long as the service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Delivers the messages of the outbox.
    Outbox,
    /// Polls identifications with BankID.
    BankId,
    /// Purges what is no longer needed.
    Purge,
    /// Enqueues reminders of meetings that are near.
    Reminders,
    /// Finds changed waiting rooms.
    Lobbies,
    /// Keeps up the built-in rooms of this process.
    Rooms,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 6] =
        [Self::Outbox, Self::BankId, Self::Purge, Self::Reminders, Self::Lobbies, Self::Rooms];

    /// Returns the name for logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Outbox => "outbox",
            Self::BankId => "bankid",
            Self::Purge => "purge",
            Self::Reminders => "reminders",
            Self::Lobbies => "lobbies",
            Self::Rooms => "rooms",
        }
    }
}
