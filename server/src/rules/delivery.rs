//! Delivery: the times of retries, and the messages that are no use without another.

use crate::clock::Time;
use std::time::Duration;

/// Time after which a message that can't be delivered is given up.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(24);

/// Duration of a message's lease. Longer than one delivery can take.
pub const LEASE: Duration = Duration::from_secs(45);

/// Duration of the lease with which a code's message is written and handed to a worker. Short, so that
/// another worker soon delivers it if the process dies. A delivery that lasts extends it.
pub const HANDED_LEASE: Duration = Duration::from_secs(5);

/// Returns the time of the next retry: 5 s after the first failure, then with growing delays of at most half
/// an hour. `None` if the message is given up.
pub fn next_try(written: Time, failures: u32, now: Time) -> Option<Time> {
    let wait = 5_u64.saturating_mul(3_u64.saturating_pow(failures.saturating_sub(1))).min(30 * 60);
    let next = now + Duration::from_secs(wait);
    (next < written + GIVE_UP_AFTER).then_some(next)
}

/// A message with an invitation, and its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invited {
    /// The generation of its link.
    pub generation: i64,
    /// `true` if it is yet to be delivered.
    pub waits: bool,
    /// `true` if it was dropped, because nobody was to get it any more.
    pub dropped: bool,
    /// End of the worker's lease.
    pub leased_until: Time,
    /// `true` if it may have been accepted without a confirmation.
    pub doubtful: bool,
}

/// A recipient's knowledge of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notified {
    /// Invited, perhaps invited, or to be informed by the sender.
    Yes,
    /// Being invited now.
    Soon,
    /// Not reached by any invitation.
    No,
}

/// Returns a recipient's knowledge of a meeting, from the messages with their invitations.
pub fn notified(invitations: &[Invited], now: Time) -> Notified {
    let in_hand = |it: &Invited| it.waits && it.leased_until > now;
    if invitations.iter().any(|it| it.doubtful || !(it.waits || it.dropped)) {
        Notified::Yes
    } else if invitations.iter().any(in_hand) {
        Notified::Soon
    } else {
        Notified::No
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
            (vec![waiting.clone()], Notified::No),
            (vec![given_back], Notified::No),
            (vec![dropped.clone()], Notified::No),
            (vec![dropped.clone(), waiting.clone()], Notified::No),
            (vec![in_hand.clone()], Notified::Soon),
            (vec![dropped.clone(), in_hand.clone()], Notified::Soon),
            (vec![ended.clone()], Notified::Yes),
            (vec![doubtful], Notified::Yes),
            (vec![ended, in_hand], Notified::Yes),
        ] {
            assert_eq!(notified(&invitations, now), expected, "{invitations:?}");
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
