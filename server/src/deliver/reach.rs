//! Whether the mail server lets us in: what pages say of mail that is slow.
//!
//! It is learned from connecting alone, which is done for a decoy as for a message. So it tells nothing
//! of any one address, nor of what became of any one message.

use crate::clock::{Clock, Time};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

/// How long the mail server may keep us waiting before it is said that mail is slow.
const SLOW_AFTER: Duration = Duration::from_secs(20);

/// Nobody waits to be let in.
const NEVER: i64 = i64::MAX;

/// Since when the mail server keeps us waiting.
#[derive(Clone, Debug)]
pub struct Reach {
    clock: Clock,
    since: Arc<AtomicI64>,
}

impl Reach {
    /// Of a server that was not asked yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, since: Arc::new(AtomicI64::new(NEVER)) }
    }

    /// Somebody asks to be let in.
    pub fn knocks(&self) {
        let now = self.clock.now().0;
        // Who asks while others wait changes nothing.
        self.since.compare_exchange(NEVER, now, Ordering::SeqCst, Ordering::SeqCst).ok();
    }

    /// Somebody was let in.
    pub fn is_let_in(&self) {
        self.since.store(NEVER, Ordering::SeqCst);
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
}
