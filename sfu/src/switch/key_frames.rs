//! Collapses the requests of many receivers for key frames of one stream.

use std::time::{Duration, Instant};

/// Shortest time between two requests to a sender.
const APART: Duration = Duration::from_millis(200);

/// Requests for key frames of one stream.
#[derive(Debug, Default)]
pub(super) struct KeyFrames {
    asked: Option<Instant>,
    wanted: bool,
    /// `true` if the sender has been asked and has sent none since.
    outstanding: bool,
}

impl KeyFrames {
    /// Takes note that a receiver needs a key frame.
    pub(super) const fn want(&mut self) {
        self.wanted = true;
    }

    /// Takes note that a receiver waits for a key frame, unless one is on its way: asked for within `again`.
    pub(super) fn want_unless_asked(&mut self, now: Instant, again: Duration) {
        let asked = self.asked.filter(|_| self.outstanding);
        self.wanted |= asked.is_none_or(|asked| now.saturating_duration_since(asked) >= again);
    }

    /// Takes note that a key frame has come.
    pub(super) const fn came(&mut self) {
        self.outstanding = false;
    }

    /// Returns `true` if a receiver needs a key frame.
    pub(super) const fn is_wanted(&self) -> bool {
        self.wanted
    }

    /// Returns `true` if the sender is to be asked now.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        let due = self.wanted
            && self.asked.is_none_or(|asked| now.saturating_duration_since(asked) >= APART);
        if due {
            self.asked = Some(now);
            self.wanted = false;
            self.outstanding = true;
        }
        due
    }
}
