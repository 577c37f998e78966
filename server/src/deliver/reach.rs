//! The mail server's availability. Pages warn of slow mail while the server accepts no connections.
//!
//! It is derived from replies before any recipient is named, which a decoy gets as a message does. So it
//! reveals nothing about any one address or message.

use crate::clock::{Clock, Time};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

/// Time without an accepted connection after which pages warn of slow mail.
const SLOW_AFTER: Duration = Duration::from_secs(20);

/// Minimum length of an outage after which waiting messages are sent at once. A server that rejects some of
/// many connections was not away.
const AWAY_AFTER: Duration = Duration::from_secs(3);

/// No connection attempt is unanswered.
const NEVER: i64 = i64::MAX;

/// The mail server's availability, with the time since which it accepts no connections.
#[derive(Clone, Debug)]
pub struct Reach {
    clock: Clock,
    since: Arc<AtomicI64>,
    /// Number of accepted connections. `returns` counts those that ended an outage.
    let_in: Arc<AtomicU64>,
    returns: Arc<AtomicU64>,
}

impl Reach {
    /// Creates the state of a server that was not contacted yet.
    pub fn new(clock: Clock) -> Self {
        let since = Arc::new(AtomicI64::new(NEVER));
        Self { clock, since, let_in: Arc::default(), returns: Arc::default() }
    }

    /// Notes that a connection attempt begins.
    pub fn knocks(&self) {
        let now = self.clock.now().0;
        // Only the first unanswered attempt counts.
        self.since.compare_exchange(NEVER, now, Ordering::SeqCst, Ordering::SeqCst).ok();
    }

    /// Notes that a connection was accepted.
    pub fn is_let_in(&self) {
        self.let_in.fetch_add(1, Ordering::SeqCst);
        let since = self.since.swap(NEVER, Ordering::SeqCst);
        if since != NEVER && self.clock.now() >= Time(since) + AWAY_AFTER {
            self.returns.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Returns the number of accepted connections.
    pub fn let_in(&self) -> u64 {
        self.let_in.load(Ordering::SeqCst)
    }

    /// Returns the number of recoveries: connections that were accepted after an outage.
    pub fn returns(&self) -> u64 {
        self.returns.load(Ordering::SeqCst)
    }

    /// `true` if connections have failed since the first attempt.
    pub fn is_waiting(&self) -> bool {
        self.since.load(Ordering::SeqCst) != NEVER
    }

    /// `true` if that has lasted so long that pages warn of slow mail.
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
