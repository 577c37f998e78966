//! The pace at which a browser may send messages: a token bucket.

use crate::clock::Time;

/// Messages a second, in the long run.
const A_SECOND: u32 = 20;

/// Messages at once.
const BURST: u32 = 60;

/// The pace of one connection.
#[derive(Debug)]
pub struct Pace {
    /// Thousandths of messages that may be sent at `since`.
    left: i64,
    since: Time,
}

impl Pace {
    /// Creates the pace of a connection that opens now.
    pub fn new(now: Time) -> Self {
        Self { left: i64::from(BURST) * 1_000, since: now }
    }

    /// Counts a message. Returns `false` if it is one too many.
    pub fn allows(&mut self, now: Time) -> bool {
        let passed = i64::try_from(now.since(self.since).as_millis()).unwrap_or(i64::MAX);
        let earned = passed.saturating_mul(i64::from(A_SECOND));
        self.left = self.left.saturating_add(earned).min(i64::from(BURST) * 1_000);
        self.since = now;
        self.left -= 1_000;
        self.left >= 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_may_come_at_once_and_then_twenty_a_second() {
        let mut pace = Pace::new(Time(0));
        assert_eq!((0..100).take_while(|_| pace.allows(Time(0))).count(), 60);
        let mut pace = Pace::new(Time(0));
        let sent = (0..10_000).filter(|n| n % 50 == 0);
        assert!(sent.map(Time).all(|now| pace.allows(now)), "one each 50 ms");
    }

    #[test]
    fn a_clock_that_is_set_back_earns_nothing() {
        let mut pace = Pace::new(Time(10_000));
        assert_eq!((0..100).take_while(|_| pace.allows(Time(0))).count(), 60);
    }
}
