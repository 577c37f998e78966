//! The times at which a message is tried to be delivered, and the messages that are no use without another.

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

/// A message that is to invite somebody, and what has become of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The number of the invitation's link that it carries.
    pub generation: i64,
    /// True while it is yet to be delivered.
    pub waits: bool,
    /// True when it ended as one that nobody was to get any more.
    pub dropped: bool,
    /// The time until which somebody has it in hand.
    pub leased_until: Time,
    /// True when it may have been taken though nobody said so.
    pub doubtful: bool,
}

/// A recipient's knowledge of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// They were invited, or may have been, or the sender had to tell them another way.
    Yes,
    /// They are just being invited.
    Soon,
    /// No invitation has reached them.
    No,
}

/// Tells whether a recipient has heard of a meeting, by the messages that were to invite them.
pub fn heard(invitations: &[Invited], now: Time) -> Heard {
    let in_hand = |it: &Invited| it.waits && it.leased_until > now;
    if invitations.iter().any(|it| it.doubtful || !(it.waits || it.dropped)) {
        Heard::Yes
    } else if invitations.iter().any(in_hand) {
        Heard::Soon
    } else {
        Heard::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_or_may_have_been_invited_has_heard_of_it() {
        let now = Time(1_000);
        let waiting = Invited {
            generation: 0,
            waits: true,
            dropped: false,
            leased_until: Time(0),
            doubtful: false,
        };
        let in_hand = Invited { leased_until: Time(1_001), ..waiting.clone() };
        let given_back = Invited { leased_until: now, ..waiting.clone() };
        let doubtful = Invited { doubtful: true, ..waiting.clone() };
        let dropped = Invited { waits: false, dropped: true, ..waiting.clone() };
        let ended = Invited { waits: false, ..waiting.clone() };
        for (invitations, expected) in [
            (vec![waiting.clone()], Heard::No),
            (vec![given_back], Heard::No),
            (vec![dropped.clone()], Heard::No),
            (vec![dropped.clone(), waiting.clone()], Heard::No),
            (vec![in_hand.clone()], Heard::Soon),
            (vec![dropped.clone(), in_hand.clone()], Heard::Soon),
            (vec![ended.clone()], Heard::Yes),
            (vec![doubtful], Heard::Yes),
            (vec![ended, in_hand], Heard::Yes),
        ] {
            assert_eq!(heard(&invitations, now), expected, "{invitations:?}");
        }
    }

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
