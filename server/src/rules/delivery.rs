//! How long and how often a message is tried to be delivered.

use crate::clock::Time;
use std::time::Duration;

/// How long a message that can't be delivered is tried.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(24);

/// When a message that failed for the time being is tried again: after 5 s, then ever more slowly,
/// at last every half hour; none when it is given up.
pub fn next_try(written: Time, failures: u32, now: Time) -> Option<Time> {
    let wait = 5_u64.saturating_mul(3_u64.saturating_pow(failures.saturating_sub(1))).min(30 * 60);
    let next = now + Duration::from_secs(wait);
    (next < written + GIVE_UP_AFTER).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_after_a_day() {
        let written = Time(0);
        let mut now = written;
        let mut waits = Vec::new();
        for failures in 1.. {
            let Some(next) = next_try(written, failures, now) else { break };
            waits.push(next.since(now).as_secs());
            now = next;
        }
        assert_eq!(waits.get(..6), Some([5, 15, 45, 135, 405, 1_215].as_slice()));
        assert!(waits.is_sorted());
        assert_eq!(waits.last(), Some(&1_800));
        assert!(now < written + GIVE_UP_AFTER);
        assert!(now + Duration::from_mins(30) >= written + GIVE_UP_AFTER);
    }
}
