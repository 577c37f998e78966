//! The time: the only place that reads it.

use std::{
    ops::{Add, Sub},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};
use tokio::time::Instant;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, as the store keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct Time(pub i64);

impl Time {
    /// How long it is from `earlier` until this; zero when it is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole seconds from `now` until this, rounded up; zero when it has come.
    pub fn seconds_from(self, now: Self) -> u32 {
        u32::try_from(self.since(now).as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
    }

    /// The same point in time for calendars; times beyond its range become its ends.
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

/// How much earlier than before the time may be without the clock having been set back: several threads ask
/// at once, and machines' clocks differ a little.
const JITTER: Duration = Duration::from_secs(1);

/// Tells the time: the machine's, or in tests one that is set by hand. It knows the latest time that it has
/// told, so that what had ended by then need not begin again when it is set back.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    hand: Option<Arc<AtomicI64>>,
    latest: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands at `time` until it is moved by hand.
    pub fn standing(time: Time) -> Self {
        Self { hand: Some(Arc::new(AtomicI64::new(time.0))), latest: Arc::default() }
    }

    /// Moves a standing clock on; the machine's clock stays what it is.
    pub fn forward(&self, by: Duration) {
        if let Some(hand) = &self.hand {
            hand.fetch_add(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// Sets a standing clock back; the machine's clock stays what it is.
    pub fn back(&self, by: Duration) {
        if let Some(hand) = &self.hand {
            hand.fetch_sub(i64::try_from(by.as_millis()).unwrap_or(0), Ordering::SeqCst);
        }
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Time {
        let now = match &self.hand {
            Some(hand) => Time(hand.load(Ordering::SeqCst)),
            None => jiff::Timestamp::now().into(),
        };
        self.reached(now);
        now
    }

    /// The latest time that was reached, which is not before now.
    pub fn latest(&self) -> Time {
        let now = self.now();
        Time(self.latest.load(Ordering::SeqCst)).max(now)
    }

    /// Remembers that a time was reached.
    pub fn reached(&self, time: Time) {
        self.latest.fetch_max(time.0, Ordering::SeqCst);
    }

    /// The time that was reached before the clock was set back, until that is [`settled`](Self::settle).
    pub fn set_back(&self) -> Option<Time> {
        let now = self.now();
        Some(self.latest()).filter(|latest| latest.since(now) > JITTER)
    }

    /// Goes by the time as it is now: what had ended by that latest time is written down to have.
    pub fn settle(&self, latest: Time) {
        let now = self.now();
        // Where it was set forward meanwhile there is nothing to settle.
        self.latest.compare_exchange(latest.0, now.0, Ordering::SeqCst, Ordering::SeqCst).ok();
    }
}

/// Measures how long something takes, whatever happens to the clock meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts to measure.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// How long it has been.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
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
