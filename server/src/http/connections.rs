//! The limit on simultaneous connections, and which of them make room for others.
//!
//! Each connection costs memory. There is one limit for connections that wait for their client, and a higher
//! one for all. At a limit, those close that have waited longest: for a request's head, for the rest of its
//! body, or for the next request. A connection that is being answered stays. So a client that opens
//! connections and sends nothing pushes its own out.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Notify, time::timeout};

/// The maximum number of connections of a listener.
const MOST: usize = 8_192;

/// The maximum number of connections that wait for their client.
const MOST_WAITING: usize = 2_048;

/// Open files that are reserved for the database, mail and calls to other services.
const FILES_FOR_OTHERS: usize = 256;

/// The divisor for how many connections make room at a time: one in this many. A search for each single
/// connection would cost more than the connection.
const AT_A_TIME: usize = 64;

/// The interval at which a waiting newcomer looks for a place.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The open connections.
#[derive(Clone)]
pub(super) struct Crowd(Arc<Inner>);

struct Inner {
    most: usize,
    most_waiting: usize,
    /// The number of connections that wait for their client.
    waiting: AtomicUsize,
    /// A counter that orders events.
    last: AtomicU64,
    members: Mutex<Members>,
    left: Notify,
}

#[derive(Default)]
struct Members {
    last: u64,
    all: HashMap<u64, Arc<Signs>>,
}

/// The state of a connection.
#[derive(Default)]
struct Signs {
    /// `true` while a request is under way.
    asked: AtomicBool,
    /// `true` while the client waits for us. `false` while we wait for the client.
    busy: AtomicBool,
    /// The event since which we wait for the client.
    since: AtomicU64,
    go: Notify,
}

/// A connection's place. Dropping it frees the place.
pub(super) struct Member {
    crowd: Crowd,
    number: u64,
    signs: Arc<Signs>,
}

/// A request under way. Dropping it ends the request.
pub(super) struct Busy {
    crowd: Crowd,
    signs: Arc<Signs>,
}

impl Crowd {
    /// Creates an empty set with the limits of a listener, lowered to the process's limit of open files.
    pub(super) fn of_a_listener() -> Self {
        let files = files();
        let most = MOST.min(files.saturating_sub(FILES_FOR_OTHERS).max(files / 2)).max(1);
        Self::new(most, MOST_WAITING.min(most))
    }

    pub(super) fn new(most: usize, most_waiting: usize) -> Self {
        Self(Arc::new(Inner {
            most,
            most_waiting,
            waiting: AtomicUsize::new(0),
            last: AtomicU64::new(0),
            members: Mutex::default(),
            left: Notify::new(),
        }))
    }

    /// Waits for a place.
    pub(super) async fn enter(&self) -> Member {
        loop {
            if let Some(member) = self.place() {
                return member;
            }
            self.make_room();
            timeout(LOOK_EVERY, self.0.left.notified()).await.ok();
        }
    }

    /// Asks the connections that have waited longest for their client to close.
    pub(super) fn make_room(&self) {
        let members = self.members();
        let mut waiting: Vec<_> = members
            .all
            .values()
            .filter(|signs| !signs.busy.load(Ordering::Relaxed))
            .map(|signs| (signs.since.load(Ordering::Relaxed), signs))
            .collect();
        let going = (self.0.most_waiting / AT_A_TIME).max(1).min(waiting.len());
        if going > 0 {
            waiting.select_nth_unstable_by_key(going - 1, |(since, _)| *since);
            for (_, signs) in &waiting[..going] {
                signs.go.notify_one();
            }
        }
    }

    fn place(&self) -> Option<Member> {
        let mut members = self.members();
        if members.all.len() >= self.0.most
            || self.0.waiting.load(Ordering::Relaxed) >= self.0.most_waiting
        {
            return None;
        }
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        members.last += 1;
        let (number, signs) = (members.last, Arc::<Signs>::default());
        signs.since.store(self.now(), Ordering::Relaxed);
        members.all.insert(number, Arc::clone(&signs));
        Some(Member { crowd: self.clone(), number, signs })
    }

    fn members(&self) -> MutexGuard<'_, Members> {
        self.0.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the next number of the counter.
    fn now(&self) -> u64 {
        self.0.last.fetch_add(1, Ordering::Relaxed)
    }
}

impl Member {
    /// Marks that a request has come.
    pub(super) fn busy(&self) -> Busy {
        self.signs.since.store(self.crowd.now(), Ordering::Relaxed);
        self.signs.asked.store(true, Ordering::Relaxed);
        let busy = Busy { crowd: self.crowd.clone(), signs: Arc::clone(&self.signs) };
        busy.works();
        busy
    }

    /// Waits until this connection is asked to close and no client waits for a response on it.
    pub(super) async fn gone(&self) {
        loop {
            self.signs.go.notified().await;
            if !self.signs.busy.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    /// `true` if no request is under way.
    pub(super) fn is_idle(&self) -> bool {
        !self.signs.asked.load(Ordering::Relaxed)
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        // Its last request is over: the holder of that request is dropped before.
        self.crowd.0.waiting.fetch_sub(1, Ordering::Relaxed);
        self.crowd.members().all.remove(&self.number);
        self.crowd.0.left.notify_one();
    }
}

impl Busy {
    /// Marks that the client waits for us.
    pub(super) fn works(&self) {
        if !self.signs.busy.swap(true, Ordering::Relaxed) {
            self.crowd.0.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Marks that we wait for the client. The wait counts from the request's start, however little arrives at
    /// a time.
    pub(super) fn waits(&self) {
        if self.signs.busy.swap(false, Ordering::Relaxed) {
            self.crowd.0.waiting.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.signs.since.store(self.crowd.now(), Ordering::Relaxed);
        self.signs.asked.store(false, Ordering::Relaxed);
        self.waits();
    }
}

/// Returns how many files the process may open, after raising its limit to the system's maximum.
fn files() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    let most = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if limit.current != limit.maximum && setrlimit(Resource::Nofile, most).is_ok() {
        limit = most;
    }
    // `None` means that there is no limit.
    limit.current.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_has_waited_longest_for_its_client_makes_room() {
        let crowd = Crowd::new(3, 3);
        let (served, silent) = (crowd.enter().await, crowd.enter().await);
        let answered = crowd.enter().await;
        drop(served.busy());
        let _answering = answered.busy();
        let newcomer = tokio::spawn({
            let crowd = crowd.clone();
            async move { crowd.enter().await }
        });
        silent.gone().await;
        assert!(crowd.place().is_none(), "not before it has left");
        drop(silent);
        let newcomer = newcomer.await.expect("a place");
        // Of the two that wait, the newcomer came last.
        drop(newcomer.busy());
        crowd.make_room();
        served.gone().await;
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_who_is_being_answered_makes_room() {
        let crowd = Crowd::new(2, 2);
        let (one, other) = (crowd.enter().await, crowd.enter().await);
        let (first, second) = (one.busy(), other.busy());
        assert!(timeout(Duration::from_secs(9), crowd.enter()).await.is_err());
        // A body that does not end counts as waiting.
        second.waits();
        crowd.make_room();
        other.gone().await;
        second.works();
        crowd.make_room();
        assert!(timeout(Duration::from_secs(9), other.gone()).await.is_err());
        drop((first, one));
        crowd.enter().await;
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_being_answered_takes_none_of_the_places_of_those_that_wait() {
        let crowd = Crowd::new(4, 1);
        let mut answered = Vec::new();
        for _ in 0..4 {
            let member = crowd.enter().await;
            answered.push((member.busy(), member));
        }
        assert!(timeout(Duration::from_secs(9), crowd.enter()).await.is_err());
        drop(answered);
        let waiting = crowd.enter().await;
        assert!(crowd.place().is_none());
        drop(waiting);
        assert!(crowd.place().is_some(), "nobody is counted twice");
    }
}
