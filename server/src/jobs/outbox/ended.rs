//! Ends of deliveries that are yet to be written.

use crate::{
    clock::Time,
    model::{Hindrance, MessageKind, OutboxMessage, Outcome},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The end of a delivery.
pub(crate) enum End {
    /// The message is complete. Its kind decides the consequences. `None` has none.
    Done { kind: Option<MessageKind>, outcome: Outcome, reference: Option<String> },
    /// The delivery failed for the reason `why`, and the message is due again at `due`. `returns` is the
    /// number of the mail server's recoveries when the delivery began.
    PutOff { why: Hindrance, due: Time, returns: u64 },
    /// The message waits for another one until this time.
    Waits(Time),
}

/// A message and the end of its delivery.
pub(crate) type Carried = (OutboxMessage, End);

/// Messages whose delivery has ended, until that is written.
#[derive(Clone, Default)]
pub(crate) struct Ended(Arc<Mutex<List>>);

#[derive(Default)]
struct List {
    carried: Vec<Carried>,
    /// `true` if the last write failed.
    failed: bool,
}

impl Ended {
    pub(crate) fn add(&self, message: OutboxMessage, end: End) {
        self.list().carried.push((message, end));
    }

    /// Takes the ends that are to be written together: all, or one at a time after a failed write. One that
    /// can't be written then doesn't block the others.
    pub(crate) fn take(&self) -> Vec<Carried> {
        let mut list = self.list();
        let most = if list.failed { 1 } else { list.carried.len() };
        let most = most.min(list.carried.len());
        list.carried.drain(..most).collect()
    }

    /// Notes that the ends that were taken are written.
    pub(crate) fn written(&self) {
        self.list().failed = false;
    }

    /// Puts back ends that could not be written. The others go first.
    pub(crate) fn put_back(&self, carried: Vec<Carried>) {
        let mut list = self.list();
        list.failed = true;
        list.carried.extend(carried);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list().carried.is_empty()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
