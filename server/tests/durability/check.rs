//! Checks that nothing acknowledged is lost.

use crate::{
    books::Entry,
    chance::Chance,
    memory::{Counts, Memory},
    visitor::{ask, call},
    walk::World,
};
use axum::http::Method;
use serde_json::Value;
use std::{
    collections::{BTreeMap, HashMap},
    time::Duration,
};
use tokio::time;

/// Time in which the outbox must become empty.
const PATIENCE: Duration = Duration::from_mins(1);

/// Entries that are checked after each kill. The check must not take longer than the round.
const CHECKED: usize = 40;

/// Bookings that are repeated at the end.
const REPEATED: usize = 25;

/// Meetings with their events, as the API returns them.
type Told = HashMap<String, (Value, Value)>;

impl World {
    /// Checks some of what has changed since the last time, under load.
    pub(crate) async fn check(&self, memory: &Memory, program: usize) {
        // The ledger is read first: the database can then only hold more.
        let fresh = self.books.fresh(CHECKED);
        let mut told = Told::default();
        for (id, entry) in &fresh {
            kept(id, entry, memory.counts_of(id).await.as_ref());
            self.told(&mut told, id, entry, program, false).await;
        }
    }

    /// Checks every entry against the database, under load.
    pub(crate) async fn check_counts(&self, memory: &Memory) {
        let all = self.books.all();
        let counts = memory.counts().await;
        for (id, entry) in &all {
            kept(id, entry, counts.get(id));
        }
    }

    /// Checks everything, without load.
    pub(crate) async fn check_all(&self, memory: &Memory) {
        let waiting = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting'";
        let empty = async {
            while memory.number(waiting).await > 0 {
                time::sleep(Duration::from_millis(20)).await;
            }
        };
        time::timeout(PATIENCE, empty).await.expect("every message is handed over");
        memory.is_whole().await;
        let failed = "SELECT COUNT(*) FROM outbox WHERE state = 'failed'";
        assert_eq!(memory.number(failed).await, 0, "no message is given up");

        let entries = self.books.all();
        let counts = memory.counts().await;
        let mut told = Told::default();
        for (id, entry) in &entries {
            let found = counts.get(id);
            kept(id, entry, found);
            let found = found.copied().unwrap_or_default();
            assert!(found.wrong <= entry.wrong_sent, "{id}: a try is counted twice");
            self.told(&mut told, id, entry, 0, true).await;
            self.delivered(id, entry);
        }
        self.booked_once(&entries).await;
    }

    /// Checks what the API returns about an invitation.
    async fn told(&self, told: &mut Told, id: &str, entry: &Entry, program: usize, last: bool) {
        if !told.contains_key(&entry.meeting) {
            let path = format!("/api/v1/meetings/{}", entry.meeting);
            let meeting = self.get(program, &path).await;
            let events = self.get(program, &format!("{path}/events")).await;
            told.insert(entry.meeting.clone(), (meeting, events));
        }
        let (meeting, events) = &told[&entry.meeting];
        let recipients = meeting["recipients"].as_array().expect("recipients");
        let recipient = recipients.iter().find(|it| it["id"] == id);
        let recipient = recipient.unwrap_or_else(|| panic!("{id}: the invitation is lost"));
        assert_eq!(recipient["email"], entry.email, "{id}");
        let status = recipient["status"].as_str().unwrap_or_default();
        let order = ["queued", "sent", "opened", "identified", "joined"];
        let rank = order.iter().position(|it| *it == status);
        let rank = rank.unwrap_or_else(|| panic!("{id}: {status}"));
        let expected = match entry {
            Entry { joined: true, .. } => 4,
            Entry { used: true, .. } => 3,
            Entry { opened: true, .. } => 2,
            _ => 0,
        };
        assert!(rank >= expected, "{id}: {status} is less than what was acknowledged");

        let events = events.as_array().expect("events");
        let mut numbers = events.iter().map(|it| it["id"].as_i64().expect("a number"));
        assert!(numbers.by_ref().is_sorted(), "in order");
        let count = |kind: &str| {
            let of = |it: &&Value| it["kind"] == kind && it["recipient"] == id;
            events.iter().filter(of).count()
        };
        assert_eq!(events.iter().filter(|it| it["kind"] == "booked").count(), 1, "{id}");
        assert!(count("opened") <= 1 && count("opened") >= usize::from(entry.opened), "{id}");
        let asked = if entry.misled { "wrong-address" } else { "code-requested" };
        assert!(count(asked) >= usize::from(entry.asked), "{id}: {asked}");
        let wrong = i64::try_from(count("wrong-code")).expect("a few");
        assert!(wrong >= entry.wrong, "{id}: a wrong try is lost");
        assert!(count("identified") <= 1, "{id}: a code was accepted twice");
        assert!(count("identified") >= usize::from(entry.used), "{id}: a used code is lost");
        assert!(count("joined") >= usize::from(entry.joined), "{id}");
        if last {
            assert!(wrong <= entry.wrong_sent, "{id}: a wrong try too many");
            assert_eq!(count("identified"), usize::from(entry.used), "{id}");
            assert!(count("joined") <= entry.joins_sent, "{id}");
            assert_eq!(count("sent"), 1, "{id}: the invitation is sent, and that is told once");
        }
    }

    /// Checks the messages of an invitation.
    fn delivered(&self, id: &str, entry: &Entry) {
        let letters = self.post.to(&entry.email);
        let invitations = letters.iter().filter(|letter| letter.code.is_none()).count();
        assert_eq!(invitations, 1, "{id}: one invitation, however often it came");
        let codes = letters.iter().filter(|letter| letter.code.is_some()).count();
        let least = usize::from(entry.asked && !entry.misled);
        assert!(codes >= least, "{id}: a code is lost");
    }

    /// Checks that a repeated booking returns the same meeting.
    async fn booked_once(&self, entries: &BTreeMap<String, Entry>) {
        let mut chance = Chance::new(0);
        for booking in self.books.bookings().iter().rev().take(REPEATED) {
            let again = self.booking(&mut chance, &booking.key, &booking.body).await;
            let again = again.expect("an answer");
            assert_eq!(again["id"], *booking.id, "the same meeting");
            let first = again["recipients"][0]["id"].as_str().unwrap_or_default();
            assert!(entries.contains_key(first), "the same invitation");
        }
    }

    async fn get(&self, program: usize, path: &str) -> Value {
        let request = call(Method::GET, path, &self.home.token, None, "");
        let answer = ask(self.home.addresses[program], request).await.expect("an answer");
        assert_eq!(answer.status, 200, "{path}: what was acknowledged is lost");
        answer.json()
    }
}

/// Checks what the database holds about an invitation.
fn kept(id: &str, entry: &Entry, found: Option<&Counts>) {
    let found = found.unwrap_or_else(|| panic!("{id}: an acknowledged invitation is lost"));
    let used = i64::from(entry.used);
    assert!(found.wrong >= entry.wrong, "{id}: a wrong try is lost: {found:?}");
    assert!(found.tries >= entry.wrong + used, "{id}: a try is lost: {found:?}");
    assert!(found.used >= used, "{id}: a used code is as good as new: {found:?}");
    assert!(found.used <= 1, "{id}: two codes were used: {found:?}");
    let asked = i64::from(entry.asked);
    assert!(found.challenges >= asked, "{id}: a code is lost: {found:?}");
    assert!(found.codes >= asked, "{id}: a code's message is lost: {found:?}");
    assert_eq!(found.invitations, 1, "{id}: the invitation's message: {found:?}");
}
