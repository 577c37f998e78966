//! Lifetimes of sessions and proofs.

use super::bounds::{DAY, duration};
use crate::clock::Time;
use serde::Deserialize;
use std::time::Duration;

/// Time that a visitor may be away at a provider.
pub const LOGIN_LASTS: Duration = Duration::from_mins(10);

/// The limits of sessions.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SessionLimits {
    /// Time without activity after which a session ends.
    #[serde(deserialize_with = "duration::<_, 60, DAY>")]
    pub idle: Duration,
    /// Time before its end at which the visitor is warned. WCAG 2.2, 2.2.1 requires at least 20 seconds to
    /// answer.
    #[serde(rename = "warning", deserialize_with = "duration::<_, 20, 3600>")]
    pub warned_before: Duration,
    /// Maximum time after the meeting's end for which a proof holds.
    #[serde(deserialize_with = "duration::<_, 0, DAY>")]
    pub after_meeting: Duration,
}

/// Returns the end of a session that was last active at `seen`.
pub fn idle_end(limits: &SessionLimits, seen: Time) -> Time {
    seen + limits.idle
}

/// Returns the end of a proof that no activity postpones: some time after the meeting's end. A later proof,
/// to read a closed meeting's invitation, holds as long as an idle session lasts.
pub fn last_end(limits: &SessionLimits, meeting_ends: Time, proven: Time) -> Time {
    (meeting_ends + limits.after_meeting).max(proven + limits.idle)
}

/// `true` if the session must be touched. A page that polls must not write each time.
pub fn should_touch(limits: &SessionLimits, seen: Time, now: Time) -> bool {
    now.since(seen) >= limits.idle / 30
}

/// Returns the time since the last activity within which the visitor of a session still listens to a page that
/// polls. It allows for one touch that was missed.
pub fn listens_within(limits: &SessionLimits) -> Duration {
    limits.idle / 15
}

/// `true` if the session was touched so recently that an action need not touch it again. Several steps within
/// seconds write once.
pub fn recently_touched(seen: Time, now: Time) -> bool {
    now.since(seen) < Duration::from_secs(5)
}

/// Maximum sessions without a named address that are kept for an invitation. Anybody with its link can start
/// any number of them, and the invited person needs one.
pub const UNNAMED_KEPT: u32 = 100;

/// `true` if the start of this session must also remove surplus sessions. One in eight does, by its random
/// id.
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
        assert!(!should_touch(&limits, Time(0), Time(59_999)));
        assert!(should_touch(&limits, Time(0), Time(60_000)));
    }
}
