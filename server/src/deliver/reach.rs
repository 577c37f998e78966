//! Whether the mail server lets us in: what pages say of mail that is slow.
//!
//! It is learned from what is said before any recipient is named, which is said for a decoy as for a message.
//! So it tells nothing of any one address, nor of what became of any one message.

use crate::clock::{Clock, Time};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

/// How long the mail server may keep us waiting before it is said that mail is slow.
const SLOW_AFTER: Duration = Duration::from_secs(20);

/// The time for which it must have kept us waiting for what waits to go out at once when it lets us in: a server
/// that turns some of many connections away is none that was away.
const AWAY_AFTER: Duration = Duration::from_secs(3);

/// Nobody waits to be let in.
const NEVER: i64 = i64::MAX;

/// Since when the mail server keeps us waiting.
#[derive(Clone, Debug)]
pub struct Reach {
    clock: Clock,
    since: Arc<AtomicI64>,
    /// The number of times that somebody was let in, and of those that came after a time in which nobody was.
    let_in: Arc<AtomicU64>,
    returns: Arc<AtomicU64>,
}

impl Reach {
    /// Of a server that was not asked yet.
    pub fn new(clock: Clock) -> Self {
        let since = Arc::new(AtomicI64::new(NEVER));
        Self { clock, since, let_in: Arc::default(), returns: Arc::default() }
    }

    /// Somebody asks to be let in.
    pub fn knocks(&self) {
        let now = self.clock.now().0;
        // Who asks while others wait changes nothing.
        self.since.compare_exchange(NEVER, now, Ordering::SeqCst, Ordering::SeqCst).ok();
    }

    /// Somebody was let in.
    pub fn is_let_in(&self) {
        self.let_in.fetch_add(1, Ordering::SeqCst);
        let since = self.since.swap(NEVER, Ordering::SeqCst);
        if since != NEVER && self.clock.now() >= Time(since) + AWAY_AFTER {
            self.returns.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Counts how often somebody was let in.
    pub fn let_in(&self) -> u64 {
        self.let_in.load(Ordering::SeqCst)
    }

    /// Counts how often the mail server has come back: somebody was let in after a time in which nobody was.
    pub fn returns(&self) -> u64 {
        self.returns.load(Ordering::SeqCst)
    }

    /// Whether nobody was let in since somebody asked.
    pub fn is_waiting(&self) -> bool {
        self.since.load(Ordering::SeqCst) != NEVER
    }

    /// Whether that has lasted so long that those who wait for mail are to be told.
    pub fn is_slow(&self) -> bool {
        self.clock.now() >= Time(self.since.load(Ordering::SeqCst)) + SLOW_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_slow_once_nobody_was_let_in_for_long_and_no_more_when_somebody_is() {
        let clock = Clock::standing(Time(0));
        let reach = Reach::new(clock.clone());
        clock.forward(SLOW_AFTER * 9);
        assert!(!reach.is_waiting() && !reach.is_slow(), "nobody has asked");
        reach.knocks();
        clock.forward(SLOW_AFTER / 2);
        reach.knocks();
        assert!(reach.is_waiting() && !reach.is_slow());
        clock.forward(SLOW_AFTER / 2);
        assert!(reach.is_slow(), "since the first who asked");
        reach.is_let_in();
        assert!(!reach.is_waiting() && !reach.is_slow());
    }

    #[test]
    fn a_mail_server_comes_back_where_it_let_nobody_in_for_a_while() {
        let clock = Clock::standing(Time(0));
        let reach = Reach::new(clock.clone());
        reach.is_let_in();
        reach.knocks();
        reach.is_let_in();
        assert_eq!((reach.let_in(), reach.returns()), (2, 0), "it was never away");
        reach.knocks();
        clock.forward(AWAY_AFTER);
        reach.knocks();
        assert_eq!(reach.returns(), 0, "it still is");
        reach.is_let_in();
        reach.is_let_in();
        assert_eq!((reach.let_in(), reach.returns()), (4, 1));
    }
}
