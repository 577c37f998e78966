//! What has come of messages and is yet to be written down.

use crate::{
    clock::Time,
    store::records::{Hindrance, Kind, Outcome, Outgoing},
};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What has come of a message that was in hand.
pub(super) enum End {
    /// It needs no more trying. What follows from that depends on its kind, if on anything.
    Done { kind: Option<Kind>, outcome: Outcome, reference: Option<String> },
    /// It could not be handed over, for that reason, and is due again then. So often had the mail server come
    /// back when it was taken up.
    PutOff { why: Hindrance, due: Time, returns: u64 },
    /// It waits for another until then.
    Waits(Time),
}

/// A message and its end.
pub(super) type Carried = (Outgoing, End);

/// Messages that are in hand no more, until their ends are written down.
#[derive(Clone, Default)]
pub(super) struct Ended(Arc<Mutex<List>>);

#[derive(Default)]
struct List {
    carried: Vec<Carried>,
    /// Whether the last ones could not be written.
    failed: bool,
}

impl Ended {
    pub(super) fn add(&self, message: Outgoing, end: End) {
        self.list().carried.push((message, end));
    }

    /// Takes out what is to be written together: all, or, when that failed, one at a time, so that what
    /// can't be written keeps no other from it.
    pub(super) fn take(&self) -> Vec<Carried> {
        let mut list = self.list();
        let most = if list.failed { 1 } else { list.carried.len() };
        let most = most.min(list.carried.len());
        list.carried.drain(..most).collect()
    }

    /// Those that were taken out are written down.
    pub(super) fn written(&self) {
        self.list().failed = false;
    }

    /// Those that were taken out could not be written down; the others go first.
    pub(super) fn put_back(&self, carried: Vec<Carried>) {
        let mut list = self.list();
        list.failed = true;
        list.carried.extend(carried);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list().carried.is_empty()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
