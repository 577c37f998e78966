//! How often a code may be tried and sent, and an e-identification begun.
//!
//! What a session is shown follows from its own acts alone, each within a share of what the invitation bears. The
//! caps over all sessions count for the invited address alone and show nowhere: beyond them a session is answered
//! as one that named another address.

use crate::clock::Time;
use std::{net::IpAddr, time::Duration};

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
    /// The least time between two sends of one session, and between two messages of one invitation.
    pub resend_wait: Duration,
    /// Messages of one invitation in an hour.
    pub sends_per_hour: u32,
    /// Messages of one invitation in 24 hours.
    pub sends_per_day: u32,
    /// Messages to one address in 24 hours, over all invitations.
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

/// One session's share of what an invitation bears in a day or its life: half, but never nothing, so that
/// one browser can't use up what the right person needs in another.
const fn half(of_invitation: u32) -> u32 {
    let half = of_invitation / 2;
    if half == 0 { 1 } else { half }
}

/// One session's share of what an invitation bears in an hour: four fifths, so that something is left for
/// another browser, but never nothing.
const fn four_fifths(of_invitation: u32) -> u32 {
    let kept = of_invitation / 5;
    let share = of_invitation.saturating_sub(if kept == 0 { 1 } else { kept });
    if share == 0 { 1 } else { share }
}

/// Wrong tries counted so far, the one at hand left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tries {
    /// Of the invitation, in the last 24 hours: those with the invited address.
    pub invitation_day: u32,
    /// Of the invitation, in its life: those with the invited address.
    pub invitation_all: u32,
    /// Of this session for this invitation, in the last 24 hours, with whichever address.
    pub session_day: u32,
    /// Of this session for this invitation, with whichever address.
    pub session_all: u32,
}

/// Since when tries count towards a day's.
pub fn day_before(now: Time) -> Time {
    now - DAY
}

/// Since when sends are looked at: a message may have gone later than it was asked for, by less than its
/// code's life.
pub fn sends_since(limits: &CodeLimits, now: Time) -> Time {
    day_before(now) - limits.lifetime
}

/// How many more wrong tries the session bears.
pub fn tries_left(limits: &CodeLimits, tries: Tries) -> u32 {
    let day = half(limits.tries_per_day).saturating_sub(tries.session_day);
    day.min(half(limits.tries_in_all).saturating_sub(tries.session_all))
}

/// Tells whether the invitation bears no more wrong tries from anybody, and the way is to be locked.
pub const fn locks_invitation(limits: &CodeLimits, tries: Tries) -> bool {
    tries.invitation_day >= limits.tries_per_day || tries.invitation_all >= limits.tries_in_all
}

/// The most e-identifications that a session may begin for an invitation in an hour.
pub const E_IDS_BY_SESSION: u32 = 15;

/// The most that may be begun for it from one network: those of two sessions.
pub const E_IDS_BY_NETWORK: u32 = 30;

/// The most that may be begun for it by anybody: those of eight networks, so that it takes somebody with
/// many of them to use them up, and four a minute, so that they trouble no provider.
pub const E_IDS_IN_ALL: u32 = 240;

/// The network that an address belongs to, which one subscriber can change addresses within: 24 bits of IPv4, 56 of
/// IPv6. Those whose address is not known are one.
pub fn network_of(address: Option<IpAddr>) -> Vec<u8> {
    match address.map(|address| address.to_canonical()) {
        None => Vec::new(),
        Some(IpAddr::V4(address)) => address.octets().into_iter().take(3).collect(),
        Some(IpAddr::V6(address)) => address.octets().into_iter().take(7).collect(),
    }
}

/// E-identifications that were begun for an invitation within an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// By anybody.
    pub all: u32,
    /// From the network at hand.
    pub network: u32,
    /// By the session at hand.
    pub session: u32,
}

/// Judges whether one more e-identification may be begun.
pub const fn may_begin_e_id(begun: Begun) -> bool {
    begun.session < E_IDS_BY_SESSION && begun.network < E_IDS_BY_NETWORK && begun.all < E_IDS_IN_ALL
}

/// The most times in 24 hours that a recipient is invited anew: more than anybody needs, and few enough
/// that a system that runs wild fills no mailbox.
pub const NEW_INVITATIONS_PER_DAY: u32 = 10;

/// Whether a recipient may be invited anew, who was at these times (oldest first), and if not, from when.
pub fn may_invite_anew(before: &[Time], now: Time) -> Result<(), Time> {
    free_from(before, NEW_INVITATIONS_PER_DAY, DAY, now).map_or(Ok(()), Err)
}

/// The most different addresses that a session may name for an invitation in an hour: enough for any slip,
/// and few enough that nobody tries a list of them in one browser.
pub const ADDRESSES_PER_HOUR: u32 = 5;

/// Sends of the last 24 hours and a little before, each oldest first.
#[derive(Clone, Debug, Default)]
pub struct Sends {
    /// When this session asked for codes for the invitation, with whichever address.
    pub session: Vec<Time>,
    /// When this session last named the address at hand for the invitation.
    pub named: Option<Time>,
    /// When this session last named each other address for it.
    pub others: Vec<Time>,
    /// When messages with codes of the invitation went, or are to go, to the recipient.
    pub invitation: Vec<Time>,
    /// When any did to where they go, over all invitations.
    pub address: Vec<Time>,
}

/// The reason why this session can't have a code now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// It asked for one just now.
    TooSoon(Time),
    /// It asked for as many as it may in an hour or a day.
    TooMany(Time),
    /// It named as many different addresses as it may in an hour.
    TooManyAddresses(Time),
}

impl Hold {
    /// From when it can have one.
    pub const fn until(self) -> Time {
        match self {
            Self::TooSoon(at) | Self::TooMany(at) | Self::TooManyAddresses(at) => at,
        }
    }
}

/// Judges whether a session may ask for a code now, and if not, from when. It follows from its own acts alone.
pub fn may_send(limits: &CodeLimits, sends: &Sends, now: Time) -> Result<(), Hold> {
    let next = |most: u32, window: Duration| free_from(&sends.session, most, window, now);
    let many =
        [next(four_fifths(limits.sends_per_hour), HOUR), next(half(limits.sends_per_day), DAY)];
    if let Some(at) = many.into_iter().flatten().max() {
        return Err(Hold::TooMany(at));
    }
    may_name(sends, now).map_err(Hold::TooManyAddresses)?;
    next(1, limits.resend_wait).map_or(Ok(()), |at| Err(Hold::TooSoon(at)))
}

/// Judges whether a session may name the address at hand, and if not, from when. One that it has named
/// within the hour is no other one.
pub fn may_name(sends: &Sends, now: Time) -> Result<(), Time> {
    if is_named(sends, now) {
        return Ok(());
    }
    free_from(&sends.others, ADDRESSES_PER_HOUR, HOUR, now).map_or(Ok(()), Err)
}

/// Tells whether a session has named the address at hand within the hour.
pub fn is_named(sends: &Sends, now: Time) -> bool {
    sends.named.is_some_and(|at| at + HOUR > now)
}

/// A message with a code that may go to the recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mail {
    /// When it goes: at once, or after the one before it.
    pub at: Time,
    /// From when another may, where this one is the last for now.
    pub again_at: Option<Time>,
}

/// The message that a send to the invited address makes; none beyond a cap over all sessions. The caps show
/// nowhere, so a message that comes too soon after another waits, for half of what the code has left at most.
pub fn may_mail(limits: &CodeLimits, sends: &Sends, now: Time, expires: Time) -> Option<Mail> {
    let last = sends.invitation.last();
    let at = last.map_or(now, |last| now.max(*last + limits.resend_wait));
    let full = |sends: &Sends, at: Time| {
        let next = |times: &[Time], most, window| free_from(times, most, window, at);
        let many = [
            next(&sends.invitation, limits.sends_per_hour, HOUR),
            next(&sends.invitation, limits.sends_per_day, DAY),
            next(&sends.address, limits.sends_per_address, DAY),
        ];
        many.into_iter().flatten().max()
    };
    if at.since(now) * 2 > expires.since(now) || full(sends, at).is_some() {
        return None;
    }
    let again_at = full(&sends.with(at), at + limits.resend_wait);
    Some(Mail { at, again_at })
}

impl Sends {
    /// The same with one more message that goes then.
    #[must_use]
    pub fn with(&self, mail_at: Time) -> Self {
        let mut sends = self.clone();
        for times in [&mut sends.invitation, &mut sends.address] {
            times.insert(times.partition_point(|time| *time <= mail_at), mail_at);
        }
        sends
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
mod tests;
