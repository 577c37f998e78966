//! The mail server's availability. Pages warn of slow mail while the server accepts no connections.
//!
//! It is derived from replies before any recipient is named, which a decoy gets as a message does. So it
//! reveals nothing about any one address or message.
//!
//! Two facts are shown to visitors. That mail is slow is shown to everybody who waits for a code. That no
//! mail with a code was sent is shown if no connection was accepted during the code's whole life. This is as
//! true of a decoy. Only the sender learns, from the events, how one message fared.

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
pub struct MailStatus {
    clock: Clock,
    since: Arc<AtomicI64>,
    /// Number of accepted connections. `returns` counts those that ended an outage.
    let_in: Arc<AtomicU64>,
    returns: Arc<AtomicU64>,
}

impl MailStatus {
    /// Creates the state of a server that was not contacted yet.
    pub fn new(clock: Clock) -> Self {
        let since = Arc::new(AtomicI64::new(NEVER));
        Self { clock, since, let_in: Arc::default(), returns: Arc::default() }
    }

    /// Notes that a connection attempt begins.
    pub fn connecting(&self) {
        let now = self.clock.now().0;
        // Only the first unanswered attempt counts.
        self.since.compare_exchange(NEVER, now, Ordering::SeqCst, Ordering::SeqCst).ok();
    }

    /// Notes that a connection was accepted.
    pub fn connected(&self) {
        self.let_in.fetch_add(1, Ordering::SeqCst);
        let since = self.since.swap(NEVER, Ordering::SeqCst);
        if since != NEVER && self.clock.now() >= Time(since) + AWAY_AFTER {
            self.returns.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Returns the number of accepted connections.
    pub fn connections(&self) -> u64 {
        self.let_in.load(Ordering::SeqCst)
    }

    /// Returns the number of recoveries: connections that were accepted after an outage.
    pub fn recoveries(&self) -> u64 {
        self.returns.load(Ordering::SeqCst)
    }

    /// `true` if connections have failed since the first attempt.
    pub fn is_unavailable(&self) -> bool {
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
        let reach = MailStatus::new(clock.clone());
        clock.forward(SLOW_AFTER * 9);
        assert!(!reach.is_unavailable() && !reach.is_slow(), "nobody has asked");
        reach.connecting();
        clock.forward(SLOW_AFTER / 2);
        reach.connecting();
        assert!(reach.is_unavailable() && !reach.is_slow());
        clock.forward(SLOW_AFTER / 2);
        assert!(reach.is_slow(), "since the first who asked");
        reach.connected();
        assert!(!reach.is_unavailable() && !reach.is_slow());
    }

    #[test]
    fn a_mail_server_comes_back_where_it_let_nobody_in_for_a_while() {
        let clock = Clock::standing(Time(0));
        let reach = MailStatus::new(clock.clone());
        reach.connected();
        reach.connecting();
        reach.connected();
        assert_eq!((reach.connections(), reach.recoveries()), (2, 0), "it was never away");
        reach.connecting();
        clock.forward(AWAY_AFTER);
        reach.connecting();
        assert_eq!(reach.recoveries(), 0, "it still is");
        reach.connected();
        reach.connected();
        assert_eq!((reach.connections(), reach.recoveries()), (4, 1));
    }
}
