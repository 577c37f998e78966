//! Ends of deliveries that are yet to be written.

use crate::{
    clock::Time,
    model::{Hindrance, MessageKind, OutboxMessage, Outcome},
    state::InternalError,
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The end of a delivery.
#[derive(Clone)]
pub(crate) enum End {
    /// The message is complete. Its kind decides the consequences. `None` has none.
    Done { kind: Option<MessageKind>, outcome: Outcome, reference: Option<String> },
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
pub(crate) struct Ended(Arc<Mutex<List>>);

#[derive(Default)]
struct List {
    delivered: Vec<Delivered>,
    /// `true` if the last write failed.
    failed: bool,
}

impl Ended {
    pub(crate) fn add(&self, message: OutboxMessage, end: End) {
        self.list().delivered.push((message, end));
    }

    /// Takes the ends that are to be written together: all, or one at a time after a failed write. One that
    /// can't be written then doesn't block the others.
    pub(crate) fn take(&self) -> Vec<Delivered> {
        let mut list = self.list();
        let most = if list.failed { 1 } else { list.delivered.len() };
        let most = most.min(list.delivered.len());
        let mut taken: Vec<_> = list.delivered.drain(..most).collect();
        // Against deadlocks, rows are locked in one order everywhere: invitations by id, each before its
        // messages.
        taken.sort_unstable_by(|(a, _), (b, _)| a.invitation_id.cmp(&b.invitation_id));
        taken
    }

    /// Notes that the ends that were taken are written.
    pub(crate) fn written(&self) {
        self.list().failed = false;
    }

    /// Puts back ends that could not be written. The others go first.
    pub(crate) fn put_back(&self, delivered: &[Delivered]) {
        let mut list = self.list();
        list.failed = true;
        list.delivered.extend_from_slice(delivered);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list().delivered.is_empty()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
