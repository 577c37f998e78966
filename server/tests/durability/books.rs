//! The ledger: everything that was acknowledged.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
};

/// A meeting that was booked with its own idempotency key.
#[derive(Clone)]
pub(crate) struct Booking {
    pub(crate) key: String,
    pub(crate) body: String,
    pub(crate) id: String,
}

/// Actions with one invitation. Fields with `sent` in their name count requests. Only a response shows that a
/// request had its effect.
#[derive(Clone, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct Entry {
    pub(crate) meeting: String,
    pub(crate) email: String,
    pub(crate) opened: bool,
    /// A code was requested, by the right address or another.
    pub(crate) asked: bool,
    pub(crate) misled: bool,
    pub(crate) wrong: i64,
    pub(crate) wrong_sent: i64,
    pub(crate) used: bool,
    pub(crate) joined: bool,
    pub(crate) joins_sent: usize,
    /// `true` if the entry has changed since the last check.
    pub(crate) fresh: bool,
}

/// The ledger.
#[derive(Default)]
pub(crate) struct Books {
    bookings: Mutex<Vec<Booking>>,
    entries: Mutex<BTreeMap<String, Entry>>,
}

impl Books {
    fn open(&self) -> MutexGuard<'_, BTreeMap<String, Entry>> {
        self.entries.lock().expect("a lock")
    }

    /// Records a booked meeting, for recipients with these ids and addresses.
    pub(crate) fn booked(&self, booking: Booking, recipients: &[(String, String)]) {
        let mut entries = self.open();
        for (id, email) in recipients {
            let (meeting, email) = (booking.id.clone(), email.clone());
            let entry = Entry { meeting, email, fresh: true, ..Entry::default() };
            assert!(entries.insert(id.clone(), entry).is_none(), "an id is given once");
        }
        self.bookings.lock().expect("a lock").push(booking);
    }

    /// Records an action with an invitation.
    pub(crate) fn note(&self, invitation: &str, what: impl FnOnce(&mut Entry)) {
        let mut entries = self.open();
        let entry = entries.get_mut(invitation).expect("a booked invitation");
        what(entry);
        entry.fresh = true;
    }

    pub(crate) fn bookings(&self) -> Vec<Booking> {
        self.bookings.lock().expect("a lock").clone()
    }

    /// Returns all entries.
    pub(crate) fn all(&self) -> BTreeMap<String, Entry> {
        self.open().clone()
    }

    /// Returns entries that have changed since they were last returned, at most this many. The others come later.
    pub(crate) fn fresh(&self, most: usize) -> BTreeMap<String, Entry> {
        let mut entries = self.open();
        let fresh = entries.iter_mut().filter(|(_, entry)| entry.fresh).take(most);
        let taken = fresh.map(|(id, entry)| {
            entry.fresh = false;
            (id.clone(), entry.clone())
        });
        taken.collect()
    }
}
