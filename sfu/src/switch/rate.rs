//! Measures the rate of a stream.

use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(1);

/// Rate of a stream, over windows of a second.
#[derive(Debug, Default)]
pub(super) struct Rate {
    start: Option<Instant>,
    bytes: usize,
    last: u64,
}

impl Rate {
    /// Takes note of a packet of `size` bytes.
    pub(super) fn add(&mut self, now: Instant, size: usize) {
        let start = *self.start.get_or_insert(now);
        let passed = now.saturating_duration_since(start);
        if passed >= WINDOW {
            let milliseconds = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
            self.last = self.bytes as u64 * 8 * 1000 / milliseconds;
            self.bytes = 0;
            self.start = Some(now);
        }
        self.bytes += size;
    }

    /// Returns the rate of the last whole window, in bits a second. 0 before the first has passed.
    pub(super) const fn bits(&self) -> u64 {
        self.last
    }
}
