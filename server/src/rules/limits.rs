//! How often a code may be tried and sent.

use crate::clock::Time;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The limits around one-time codes.
///
/// Four digits are below the 20 bits of OWASP ASVS 5.0, 6.5.4; the caps on tries make up for it.
#[derive(Clone, Debug)]
pub struct CodeLimits {
    /// Digits of a code.
    pub length: u8,
    /// How long a code is good (OWASP ASVS 5.0, 6.5.5; NIST SP 800-63B-4, 3.1.3.2).
    pub lifetime: Duration,
    /// Wrong tries that one code bears.
    pub tries_per_code: u32,
    /// Wrong tries that one invitation bears in 24 hours.
    pub tries_per_day: u32,
    /// Wrong tries that one invitation bears in its life.
    pub tries_in_all: u32,
    /// The least time between two sends of one invitation.
    pub resend_wait: Duration,
    /// Sends of one invitation in an hour.
    pub sends_per_hour: u32,
    /// Sends of one invitation in 24 hours.
    pub sends_per_day: u32,
    /// Sends to one address in 24 hours, over all invitations.
    pub sends_per_address: u32,
    /// A code with at least this much of its life left is sent again rather than replaced.
    pub same_code_while: Duration,
}

impl Default for CodeLimits {
    fn default() -> Self {
        Self {
            length: 4,
            lifetime: Duration::from_mins(10),
            tries_per_code: 3,
            tries_per_day: 10,
            tries_in_all: 20,
            resend_wait: Duration::from_mins(1),
            sends_per_hour: 5,
            sends_per_day: 10,
            sends_per_address: 20,
            same_code_while: Duration::from_mins(5),
        }
    }
}

/// One session's share of what an invitation bears: half, but never nothing, so that somebody with
/// a stray link can't use up what the right person needs.
const fn share(of_invitation: u32) -> u32 {
    let half = of_invitation / 2;
    if half == 0 { 1 } else { half }
}

/// Wrong tries counted so far, the one at hand left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// Of the invitation, in the last 24 hours.
    pub invitation_day: u32,
    /// Of the invitation, in its life.
    pub invitation_all: u32,
    /// Of this session for this invitation, in the last 24 hours.
    pub session_day: u32,
    /// Of this session for this invitation.
    pub session_all: u32,
}

/// Since when tries count towards a day's.
pub fn day_before(now: Time) -> Time {
    now - DAY
}

/// How many more wrong tries the session and the invitation bear.
pub fn tries_left(limits: &CodeLimits, tries: Tries) -> u32 {
    [
        limits.tries_per_day.saturating_sub(tries.invitation_day),
        limits.tries_in_all.saturating_sub(tries.invitation_all),
        share(limits.tries_per_day).saturating_sub(tries.session_day),
        share(limits.tries_in_all).saturating_sub(tries.session_all),
    ]
    .into_iter()
    .min()
    .unwrap_or(0)
}

/// Whether the invitation bears no more wrong tries from anybody and the code way is to be locked.
pub fn locks_invitation(limits: &CodeLimits, tries: Tries) -> bool {
    tries.invitation_day >= limits.tries_per_day || tries.invitation_all >= limits.tries_in_all
}

/// The most e-identifications that may be begun for an invitation in an hour: far more than anybody
/// needs, and few enough not to trouble the providers.
pub const E_IDS_PER_HOUR: u32 = 30;

/// Whether an e-identification may be begun, after so many within an hour: by anybody for the
/// invitation, and by this session, which may use half of them.
pub const fn may_begin_e_id(by_all: u32, by_session: u32) -> bool {
    by_all < E_IDS_PER_HOUR && by_session < E_IDS_PER_HOUR / 2
}

/// The most times in 24 hours that a recipient is invited anew: more than anybody needs, and few enough
/// that a system that runs wild fills no mailbox.
pub const NEW_INVITATIONS_PER_DAY: u32 = 10;

/// Whether a recipient may be invited anew, who was at these times (oldest first), and if not, from when.
pub fn may_invite_anew(before: &[Time], now: Time) -> Result<(), Time> {
    free_from(before, NEW_INVITATIONS_PER_DAY, DAY, now).map_or(Ok(()), Err)
}

/// When codes were sent in the last 24 hours, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Sends {
    /// For the invitation.
    pub invitation: Vec<Time>,
    /// For the invitation, asked for by this session.
    pub session: Vec<Time>,
    /// To the address, over all invitations.
    pub address: Vec<Time>,
}

/// Why no code may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// One was sent just now.
    TooSoon(Time),
    /// As many were sent as may be in an hour or a day.
    TooMany(Time),
}

impl Hold {
    /// From when one may be sent.
    pub const fn until(self) -> Time {
        match self {
            Self::TooSoon(at) | Self::TooMany(at) => at,
        }
    }
}

/// Whether a code may be sent now, and if not, from when.
pub fn may_send(limits: &CodeLimits, sends: &Sends, now: Time) -> Result<(), Hold> {
    let next = |times: &[Time], most: u32, window: Duration| free_from(times, most, window, now);
    let many = [
        next(&sends.invitation, limits.sends_per_hour, HOUR),
        next(&sends.invitation, limits.sends_per_day, DAY),
        next(&sends.session, share(limits.sends_per_day), DAY),
        next(&sends.address, limits.sends_per_address, DAY),
    ];
    if let Some(at) = many.into_iter().flatten().max() {
        return Err(Hold::TooMany(at));
    }
    match next(&sends.invitation, 1, limits.resend_wait) {
        Some(at) => Err(Hold::TooSoon(at)),
        None => Ok(()),
    }
}

/// From when one more fits among `times` (oldest first), when at most `most` may lie in any
/// `window`; none when one fits now.
fn free_from(times: &[Time], most: u32, window: Duration, now: Time) -> Option<Time> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let at = *times.len().checked_sub(most).and_then(|oldest| times.get(oldest))? + window;
    (at > now).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn within(times: &[Time], window: Duration, now: Time) -> usize {
        times.iter().filter(|time| **time > now - window && **time <= now).count()
    }

    proptest! {
        /// However impatiently one asks, no window ever holds more sends than it may.
        #[test]
        fn no_window_holds_more_sends_than_it_may(gaps in prop::collection::vec(0_u64..4_000, 1..200)) {
            let limits = CodeLimits::default();
            let mut sent: Vec<Time> = Vec::new();
            let mut now = Time(1_700_000_000_000);
            for gap in gaps {
                now = now + Duration::from_secs(gap);
                let recent: Vec<_> = sent.iter().copied().filter(|t| *t > day_before(now)).collect();
                let sends = Sends { invitation: recent, ..Sends::default() };
                if may_send(&limits, &sends, now).is_ok() {
                    sent.push(now);
                }
                prop_assert!(within(&sent, HOUR, now) <= 5);
                prop_assert!(within(&sent, DAY, now) <= 10);
                prop_assert!(within(&sent, limits.resend_wait, now) <= 1);
            }
        }

        /// What the page promises holds: at the time it names, a code can be had.
        #[test]
        fn at_the_promised_time_a_code_can_be_had(
            mut ages in prop::collection::vec(1_u64..86_000, 0..10), own in 0_usize..6,
        ) {
            ages.sort_unstable_by(|a, b| b.cmp(a));
            let now = Time(1_700_000_000_000);
            let invitation: Vec<_> = ages.iter().map(|age| now - Duration::from_secs(*age)).collect();
            let session = invitation.iter().rev().take(own).rev().copied().collect();
            let sends = Sends { invitation, session, address: Vec::new() };
            let limits = CodeLimits::default();
            if let Err(hold) = may_send(&limits, &sends, now) {
                prop_assert!(hold.until() > now);
                let mut then = hold.until();
                if let Err(next) = may_send(&limits, &sends, then) {
                    // Only the short wait can be left after the long one.
                    prop_assert!(matches!(next, Hold::TooSoon(_)));
                    then = next.until();
                }
                prop_assert_eq!(may_send(&limits, &sends, then), Ok(()));
            }
        }

        #[test]
        fn tries_never_grow_back(day in 0_u32..30, more in 0_u32..30, own in 0_u32..30) {
            let limits = CodeLimits::default();
            let fewer = Tries { invitation_day: day, invitation_all: day, session_day: own, session_all: own };
            let greater = Tries { invitation_day: day + more, invitation_all: day + more, ..fewer };
            prop_assert!(tries_left(&limits, greater) <= tries_left(&limits, fewer));
            prop_assert!(!locks_invitation(&limits, fewer) || locks_invitation(&limits, greater));
        }
    }

    #[test]
    fn one_session_may_use_half() {
        let limits = CodeLimits::default();
        let own = Tries { invitation_day: 5, invitation_all: 5, session_day: 5, session_all: 5 };
        assert_eq!(tries_left(&limits, own), 0);
        assert!(!locks_invitation(&limits, own));
        let other = Tries { session_day: 0, session_all: 0, ..own };
        assert_eq!(tries_left(&limits, other), 5);
    }

    #[test]
    fn an_eleventh_new_invitation_waits_until_the_first_is_a_day_old() {
        let now = Time(1_700_000_000_000);
        let times: Vec<_> = (0..10).map(|n| now - Duration::from_hours(10 - n)).collect();
        assert_eq!(may_invite_anew(&times[1..], now), Ok(()));
        assert_eq!(may_invite_anew(&times, now), Err(now - Duration::from_hours(10) + DAY));
        assert_eq!(may_invite_anew(&times, times[0] + DAY), Ok(()));
    }

    #[test]
    fn the_address_has_a_limit_of_its_own() {
        let now = Time(1_700_000_000_000);
        let address = (0..20).map(|n| now - Duration::from_secs(7_200 - n)).collect();
        let held = may_send(&CodeLimits::default(), &Sends { address, ..Sends::default() }, now);
        assert_eq!(held, Err(Hold::TooMany(now - Duration::from_hours(2) + DAY)));
    }
}
