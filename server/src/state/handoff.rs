//! Messages on their way from the transaction that wrote them to the outbox worker of the same process.
//!
//! A code's message is written already leased to this process. After the commit it is handed over with what
//! its rendering needs, so that the worker need not look for it, lease it or read. If it is lost on the way,
//! its lease expires, and any worker takes it as it takes all others.

use crate::{
    clock::Stopwatch,
    model::{Challenge, Invitation, Meeting, OutboxMessage},
};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A code's message that was written with a lease, and the rows that it is about.
pub struct HandedMessage {
    /// The message.
    pub message: OutboxMessage,
    /// Its meeting.
    pub meeting: Meeting,
    /// Its invitation.
    pub invitation: Invitation,
    /// The challenge whose code it carries.
    pub challenge: Challenge,
    /// Time since it was written.
    pub age: Stopwatch,
}

/// The way from transactions to this process's outbox worker.
#[derive(Default)]
pub struct Handoff(Mutex<Option<UnboundedSender<HandedMessage>>>);

impl Handoff {
    /// Opens the way. Returns the end from which the worker receives. It ends any earlier one.
    pub(crate) fn open(&self) -> UnboundedReceiver<HandedMessage> {
        let (sender, receiver) = unbounded_channel();
        *self.sender() = Some(sender);
        receiver
    }

    /// `true` if a worker receives, so that messages may be written with a lease.
    pub(crate) fn is_open(&self) -> bool {
        self.sender().as_ref().is_some_and(|sender| !sender.is_closed())
    }

    /// Hands a message over.
    ///
    /// # Errors
    /// Returns the message if no worker receives any more.
    pub(crate) fn hand_over(&self, message: HandedMessage) -> Result<(), Box<HandedMessage>> {
        match self.sender().as_ref() {
            Some(sender) => sender.send(message).map_err(|unsent| Box::new(unsent.0)),
            None => Err(Box::new(message)),
        }
    }

    fn sender(&self) -> MutexGuard<'_, Option<UnboundedSender<HandedMessage>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
