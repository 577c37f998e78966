//! Notices a way to a receiver that is too narrow for pictures. It decides alone: its state is what is passed on, and
//! what the browser reads.

use std::time::{Duration, Instant};

/// The way is narrow below this estimate, in bits a second.
const NARROW: u64 = 150_000;

/// The way is wide again above this estimate, in bits a second.
const WIDE: u64 = 250_000;

const NARROW_FOR: Duration = Duration::from_secs(3);
const WIDE_FOR: Duration = Duration::from_secs(5);

/// The state of a way.
#[derive(Debug, Default)]
pub(super) struct Narrowness {
    /// Start of the time in which the estimate has contradicted the state.
    since: Option<Instant>,
    narrow: bool,
    /// The state that was reported last.
    reported: bool,
}

impl Narrowness {
    /// Takes note of an estimate, in bits a second. Returns `true` while the way is narrow.
    pub(super) fn check(&mut self, now: Instant, estimate: u64) -> bool {
        let (contradicts, limit) =
            if self.narrow { (estimate > WIDE, WIDE_FOR) } else { (estimate < NARROW, NARROW_FOR) };
        if !contradicts {
            self.since = None;
            return self.narrow;
        }
        let since = *self.since.get_or_insert(now);
        if now.saturating_duration_since(since) >= limit {
            self.since = None;
            self.narrow = !self.narrow;
        }
        self.narrow
    }

    /// Forgets what earlier estimates have contradicted.
    pub(super) const fn forget(&mut self) {
        self.since = None;
    }

    /// Returns the state if it has not been reported.
    pub(super) fn news(&mut self) -> Option<bool> {
        (std::mem::replace(&mut self.reported, self.narrow) != self.narrow).then_some(self.narrow)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any moment will do as a start")]
mod tests {
    use std::time::{Duration, Instant};

    use super::Narrowness;

    fn seconds(start: Instant, seconds: f64) -> Instant {
        start + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn the_way_is_narrow_after_three_seconds_and_wide_after_five() {
        let start = Instant::now();
        let mut narrowness = Narrowness::default();
        for (after, estimate, narrow, news) in [
            (0.0, 149_000, false, None),
            (2.9, 149_000, false, None),
            (3.0, 149_000, true, Some(true)),
            (60.0, 200_000, true, None),
            (61.0, 251_000, true, None),
            (65.9, 251_000, true, None),
            (66.0, 251_000, false, Some(false)),
        ] {
            assert_eq!(narrowness.check(seconds(start, after), estimate), narrow, "{after}");
            assert_eq!(narrowness.news(), news, "{after}");
        }
    }

    #[test]
    fn a_short_dip_is_none() {
        let start = Instant::now();
        let mut narrowness = Narrowness::default();
        for (after, estimate) in [(0.0, 100_000), (2.0, 200_000), (4.0, 100_000), (6.0, 100_000)] {
            assert!(!narrowness.check(seconds(start, after), estimate), "{after}");
        }
    }
}
