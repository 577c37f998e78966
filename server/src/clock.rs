//! The clock: the only place that reads the time.

use std::{
    ops::{Add, Sub},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, as the store keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

impl Time {
    /// Returns the time from `earlier` until this. Zero if this is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Returns whole seconds from `now` until this, rounded up. 0 once it has come.
    pub fn seconds_from(self, now: Self) -> u32 {
        u32::try_from(self.since(now).as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// Returns whole seconds since 1970-01-01T00:00:00Z, rounded down.
    pub const fn unix_seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// Returns the same point in time for calendars. Times beyond their range become its ends.
    pub fn timestamp(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }
}

impl From<jiff::Timestamp> for Time {
    fn from(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

impl Add<Duration> for Time {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

impl Sub<Duration> for Time {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }
}

/// Maximum step back that does not count as a clock set back. Several threads ask at once, and machines'
/// clocks differ a little.
const JITTER: Duration = Duration::from_secs(1);

/// The source of the time: the machine's clock, or in tests one set by hand. It keeps the latest time that it
/// has returned, so that what had ended need not start again when the clock is set back.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    hand: Option<Arc<AtomicI64>>,
    latest: Arc<AtomicI64>,
}

impl Clock {
    /// Returns the machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// Returns a clock that is fixed at `time` until it is moved by hand.
    pub fn standing(time: Time) -> Self {
        Self { hand: Some(Arc::new(AtomicI64::new(time.0))), latest: Arc::default() }
    }

    /// Moves a fixed clock forward. The machine's clock stays as it is.
    pub fn forward(&self, by: Duration) {
        if let Some(hand) = &self.hand {
            hand.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock back. The machine's clock stays as it is.
    pub fn back(&self, by: Duration) {
        if let Some(hand) = &self.hand {
            hand.fetch_sub(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Returns the time now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Time {
        let now = match &self.hand {
            Some(hand) => Time(hand.load(Ordering::SeqCst)),
            None => jiff::Timestamp::now().into(),
        };
        self.reached(now);
        now
    }

    /// Returns the latest time that was reached. Never before now.
    pub fn latest(&self) -> Time {
        let now = self.now();
        Time(self.latest.load(Ordering::SeqCst)).max(now)
    }

    /// Records that a time was reached.
    pub fn reached(&self, time: Time) {
        self.latest.fetch_max(time.0, Ordering::SeqCst);
    }

    /// Returns the time that was reached before the clock was set back, until that is
    /// [`settled`](Self::settle).
    pub fn set_back(&self) -> Option<Time> {
        let now = self.now();
        Some(self.latest()).filter(|latest| latest.since(now) > JITTER)
    }

    /// Accepts the current time, once everything that had ended by `latest` is recorded as ended.
    pub fn settle(&self, latest: Time) {
        let now = self.now();
        // If the clock was set forward meanwhile, there is nothing to settle.
        self.latest.compare_exchange(latest.0, now.0, Ordering::SeqCst, Ordering::SeqCst).ok();
    }
}

/// A stopwatch that is independent of changes to the clock.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts the stopwatch.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Returns the time since the start.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Returns turns for work that is done again and again. The first is due at once. A late one delays those that follow:
/// what was missed is not made up for.
pub fn every(period: Duration) -> Interval {
    let mut turns = interval(period);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    turns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_back_knows_how_far_it_had_come_until_that_is_settled() {
        let (noon, minute) = (Time(1_800_000_000_000), Duration::from_mins(1));
        let clock = Clock::standing(noon);
        clock.forward(minute);
        assert_eq!((clock.now(), clock.set_back()), (noon + minute, None));
        clock.back(JITTER);
        assert_eq!(clock.set_back(), None, "it is no more than jitter");
        clock.back(minute);
        assert_eq!((clock.latest(), clock.set_back()), (noon + minute, Some(noon + minute)));
        clock.clone().settle(noon + minute);
        assert_eq!((clock.latest(), clock.set_back()), (clock.now(), None));
        clock.reached(noon + minute);
        clock.forward(minute * 3);
        assert_eq!((clock.latest(), clock.set_back()), (clock.now(), None));
    }
}
