//! How long a session, and what it has proven, lasts.

use crate::clock::Time;
use std::time::Duration;

/// A session's lifetimes.
#[derive(Clone, Debug)]
pub struct SessionLimits {
    /// How long a session lasts in which nothing is done.
    pub idle: Duration,
    /// How long before its end the visitor is warned (WCAG 2.2, 2.2.1).
    pub warned_before: Duration,
    /// How long after the meeting's end what it has proven lasts at most.
    pub after_meeting: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            idle: Duration::from_mins(30),
            warned_before: Duration::from_mins(2),
            after_meeting: Duration::from_hours(2),
        }
    }
}

/// When a session ends in which something was last done at `seen`.
pub fn idle_end(limits: &SessionLimits, seen: Time) -> Time {
    seen + limits.idle
}

/// When a proof ends that nothing can put off: some time after the meeting's end. One given later
/// than that, to read a closed meeting's invitation, lasts as long as an idle session would.
pub fn last_end(limits: &SessionLimits, meeting_ends: Time, proven: Time) -> Time {
    (meeting_ends + limits.after_meeting).max(proven + limits.idle)
}

/// Whether it is worth remembering that the session was seen just now: a page that looks again
/// and again must not write each time.
pub fn worth_noting(limits: &SessionLimits, seen: Time, now: Time) -> bool {
    now.since(seen) >= limits.idle / 30
}

/// Whether the session was seen so shortly before that it need not be remembered again when something is
/// done in it: several steps within seconds write once.
pub fn just_noted(seen: Time, now: Time) -> bool {
    now.since(seen) < Duration::from_secs(5)
}

/// How many sessions that have named nothing are kept for an invitation: anybody with its link can begin them
/// without end, and who was invited needs one.
pub const UNNAMED_KEPT: u32 = 100;

/// Whether the beginning of this session is the time to see to those that are too many: of one in eight, by
/// its random id.
pub fn looks_round(id: &str) -> bool {
    id.ends_with(['0', '8'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_proof_ends_soon_after_the_meeting_or_soon_after_it_was_given(
            ends in 0_i64..1_000_000_000, proven in 0_i64..1_000_000_000,
        ) {
            let limits = SessionLimits::default();
            let end = last_end(&limits, Time(ends), Time(proven));
            let latest = ends.max(proven) + 2 * 60 * 60 * 1000;
            prop_assert!(end.0 <= latest);
            prop_assert!(end >= Time(proven) + limits.idle);
        }
    }

    #[test]
    fn a_session_seen_now_and_then_does_not_write_each_time() {
        let limits = SessionLimits::default();
        assert!(!worth_noting(&limits, Time(0), Time(59_999)));
        assert!(worth_noting(&limits, Time(0), Time(60_000)));
    }
}
