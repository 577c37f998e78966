//! Notices when a browser falls silent.

use std::time::{Duration, Instant};

/// A browser with media is silent after this time without a datagram.
const SILENT: Duration = Duration::from_secs(2);

/// A browser that sends only checks is silent after this time. Browsers check a good connection every 2.5 to 5 s.
const SILENT_WITHOUT_MEDIA: Duration = Duration::from_secs(6);

/// Longest time between two datagrams with media. Reports of an idle connection come once a second or more rarely.
const SUCCESSION: Duration = Duration::from_millis(500);

/// Notices silence.
#[derive(Debug)]
pub(crate) struct Silence {
    heard: Instant,
    /// The last datagram that was no check.
    last_media: Option<Instant>,
    /// `true` if media or reports about media come in quick succession.
    media: bool,
    silent: bool,
}

impl Silence {
    pub(crate) const fn new(now: Instant) -> Self {
        Self { heard: now, last_media: None, media: false, silent: false }
    }

    /// Takes note of a datagram. Returns `Some(false)` if the silence has ended.
    pub(crate) fn heard(&mut self, now: Instant, media: bool) -> Option<bool> {
        let passed = self.last_media.map(|last| now.saturating_duration_since(last));
        if media {
            self.media = passed.is_some_and(|passed| passed < SUCCESSION);
            self.last_media = Some(now);
        } else {
            // One check between media does not make a connection without media.
            self.media &= passed.is_some_and(|passed| passed < SILENT);
        }
        self.heard = now;
        std::mem::take(&mut self.silent).then_some(false)
    }

    /// Returns `true` during a silence.
    pub(crate) const fn is_silent(&self) -> bool {
        self.silent
    }

    /// Returns `Some(true)` if silence has begun.
    pub(crate) fn check(&mut self, now: Instant) -> Option<bool> {
        let limit = if self.media { SILENT } else { SILENT_WITHOUT_MEDIA };
        if self.silent || now.saturating_duration_since(self.heard) < limit {
            return None;
        }
        self.silent = true;
        Some(true)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any moment will do as a start")]
mod tests {
    use std::time::{Duration, Instant};

    use super::Silence;

    fn seconds(start: Instant, seconds: f64) -> Instant {
        start + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn two_seconds_without_a_datagram_are_silence() {
        let start = Instant::now();
        let mut silence = Silence::new(start);
        assert_eq!(silence.heard(start, true), None);
        let last = seconds(start, 0.02);
        assert_eq!(silence.heard(last, true), None);
        assert_eq!(silence.check(seconds(last, 1.9)), None);
        assert_eq!(silence.check(seconds(last, 2.0)), Some(true));
        assert_eq!(silence.check(seconds(last, 3.0)), None);
        assert_eq!(silence.heard(seconds(last, 4.0), false), Some(false));
    }

    #[test]
    fn a_browser_without_media_may_be_quiet_for_six_seconds() {
        let start = Instant::now();
        let mut silence = Silence::new(start);
        // A report each second, and a check in between.
        for second in [0.0, 1.0, 2.0, 3.0] {
            silence.heard(seconds(start, second), true);
            silence.heard(seconds(start, second + 0.1), false);
        }
        let last = seconds(start, 3.1);
        assert_eq!(silence.check(seconds(last, 5.9)), None);
        assert_eq!(silence.check(seconds(last, 6.0)), Some(true));
    }
}
