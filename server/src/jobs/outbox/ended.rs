//! Ends of deliveries that are yet to be written.

use crate::{
    clock::Time,
    model::{Hindrance, MessageKind, OutboxMessage, Outcome},
    state::InternalError,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// The end of a delivery.
#[derive(Clone)]
pub(crate) enum End {
    /// The message is complete. Its kind decides the consequences. `None` has none.
    Done {
        kind: Option<MessageKind>,
        outcome: Outcome,
        /// The gateway's id of an SMS.
        reference: Option<String>,
        /// The meeting's sequence that a delivered message described.
        described: Option<i64>,
    },
    /// The delivery failed for the reason `why`, and the message is due again at `due`. `recoveries` is the
    /// number of the mail server's recoveries when the delivery began.
    Retry { why: Hindrance, due: Time, recoveries: u64 },
    /// The message waits for another one until this time.
    Waits(Time),
}

/// The reason why a message has no context.
pub(crate) enum NoContext {
    /// Its delivery has ended: its subject is gone or has changed.
    Ended(End),
    /// The service failed.
    Internal(InternalError),
}

impl<E: Into<InternalError>> From<E> for NoContext {
    fn from(error: E) -> Self {
        Self::Internal(error.into())
    }
}

/// A message and the end of its delivery.
pub(crate) type Delivered = (OutboxMessage, End);

/// Messages whose delivery has ended, until that is written.
#[derive(Clone, Default)]
pub(crate) struct Ended(Arc<Shared>);

#[derive(Default)]
struct Shared {
    list: Mutex<List>,
    /// Wakes who writes them.
    added: Notify,
}

#[derive(Default)]
struct List {
    delivered: VecDeque<Delivered>,
    /// `true` if the last write failed.
    failed: bool,
}

impl Ended {
    pub(crate) fn add(&self, message: OutboxMessage, end: End) {
        self.list().delivered.push_back((message, end));
        self.0.added.notify_one();
    }

    /// Waits until an end is added.
    pub(crate) async fn added(&self) {
        self.0.added.notified().await;
    }

    /// Returns the ends that are to be written together: all, or one at a time after a failed write. One that
    /// can't be written then doesn't block the others.
    pub(crate) fn batch(&self) -> Vec<Delivered> {
        let list = self.list();
        let most = if list.failed { 1 } else { usize::MAX };
        list.delivered.iter().take(most).cloned().collect()
    }

    /// Removes the first `count` ends, which are written.
    pub(crate) fn written(&self, count: usize) {
        let mut list = self.list();
        list.failed = false;
        let count = count.min(list.delivered.len());
        list.delivered.drain(..count);
    }

    /// Moves the first `count` ends, which could not be written, behind the others.
    pub(crate) fn failed(&self, count: usize) {
        let mut list = self.list();
        list.failed = true;
        let count = count.min(list.delivered.len());
        list.delivered.rotate_left(count);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list().delivered.is_empty()
    }

    /// `true` if this message's end is yet to be written.
    pub(crate) fn holds(&self, message: &str) -> bool {
        self.list().delivered.iter().any(|(it, _)| it.id == message)
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
