//! Limits on attempts at codes, on codes sent, and on e-ID identifications started.
//!
//! What a session is shown depends on its own acts alone, each within the per-session limit. The unseen caps
//! over all sessions count the invited address alone. Beyond them a session gets the answers that a wrong
//! address gets.
//!
//! The caps over all sessions count sends that are not suppressed, and attempts that are not their session's
//! alone. The waits, attempts left and locks on pages come from the session's own counts.

use super::bounds::{duration, whole};
use crate::clock::Time;
use serde::Deserialize;
use std::{net::IpAddr, time::Duration};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// The limits of one-time codes.
///
/// Four digits have fewer than the 20 bits of OWASP ASVS 5.0, 6.5.4. The caps on attempts make up for it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CodeLimits {
    /// Number of digits.
    #[serde(deserialize_with = "whole::<_, _, 4, 8>")]
    pub length: u8,
    /// Lifetime of a code (OWASP ASVS 5.0, 6.5.5; NIST SP 800-63B-4, 3.1.3.2).
    #[serde(deserialize_with = "duration::<_, 60, 3600>")]
    pub lifetime: Duration,
    /// Maximum wrong attempts for a code.
    #[serde(deserialize_with = "whole::<_, _, 1, 10>")]
    pub tries_per_code: u32,
    /// Maximum wrong attempts for an invitation in 24 hours.
    #[serde(deserialize_with = "whole::<_, _, 1, 50>")]
    pub tries_per_day: u32,
    /// Maximum wrong attempts for an invitation in all.
    #[serde(deserialize_with = "whole::<_, _, 1, 100>")]
    pub tries_in_all: u32,
    /// Minimum time between two sends of a session, and between two messages of an invitation.
    #[serde(deserialize_with = "duration::<_, 1, 3600>")]
    pub resend_wait: Duration,
    /// Maximum messages of an invitation in an hour.
    #[serde(deserialize_with = "whole::<_, _, 1, 100>")]
    pub sends_per_hour: u32,
    /// Maximum messages of an invitation in 24 hours.
    #[serde(deserialize_with = "whole::<_, _, 1, 1000>")]
    pub sends_per_day: u32,
    /// Maximum messages to an address in 24 hours, over all invitations.
    #[serde(deserialize_with = "whole::<_, _, 1, 1000>")]
    pub sends_per_address: u32,
    /// Minimum remaining lifetime at which a code is repeated instead of replaced.
    #[serde(deserialize_with = "duration::<_, 1, 3600>")]
    pub same_code_while: Duration,
}

/// Returns the per-session limit for a day or for all time: half the invitation's limit, at least 1, so that
/// one browser can't use up what the right person needs in another.
const fn half(of_invitation: u32) -> u32 {
    let half = of_invitation / 2;
    if half == 0 { 1 } else { half }
}

/// Returns the per-session limit for an hour: four fifths of the invitation's limit, at least 1, so that
/// something is left for another browser.
const fn four_fifths(of_invitation: u32) -> u32 {
    let kept = of_invitation / 5;
    let share = of_invitation.saturating_sub(if kept == 0 { 1 } else { kept });
    if share == 0 { 1 } else { share }
}

/// Wrong attempts so far, without the current one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttemptCounts {
    /// Of the invitation in the last 24 hours, with the invited address.
    pub invitation_day: u32,
    /// Of the invitation in all, with the invited address.
    pub invitation_all: u32,
    /// Of this session for this invitation in the last 24 hours, with any address.
    pub session_day: u32,
    /// Of this session for this invitation in all, with any address.
    pub session_all: u32,
}

/// Returns the start of the day in which attempts count.
pub fn day_before(now: Time) -> Time {
    now - DAY
}

/// Returns the start of the period whose sends are read. A message may have gone out later than it was
/// requested, by less than its code's lifetime.
pub fn sends_since(limits: &CodeLimits, now: Time) -> Time {
    day_before(now) - limits.lifetime
}

/// Returns the wrong attempts left for a session.
pub fn attempts_left(limits: &CodeLimits, attempts: AttemptCounts) -> u32 {
    let day = half(limits.tries_per_day).saturating_sub(attempts.session_day);
    day.min(half(limits.tries_in_all).saturating_sub(attempts.session_all))
}

/// `true` if the invitation's wrong attempts are used up and it must be locked.
pub const fn should_lock(limits: &CodeLimits, attempts: AttemptCounts) -> bool {
    attempts.invitation_day >= limits.tries_per_day
        || attempts.invitation_all >= limits.tries_in_all
}

/// Maximum e-ID identifications that a session may start for an invitation in an hour.
pub const E_IDS_BY_SESSION: u32 = 15;

/// Maximum for an invitation from one network: those of two sessions.
pub const E_IDS_BY_NETWORK: u32 = 30;

/// Maximum for an invitation from anybody: those of eight networks. To use them up takes many networks, and
/// four a minute trouble no provider.
pub const E_IDS_IN_ALL: u32 = 240;

/// Returns the network within which one subscriber can change addresses: 24 bits of IPv4, 56 of IPv6.
/// Visitors whose address is not known share one.
pub fn network_of(address: Option<IpAddr>) -> Vec<u8> {
    match address.map(|address| address.to_canonical()) {
        None => Vec::new(),
        Some(IpAddr::V4(address)) => address.octets().into_iter().take(3).collect(),
        Some(IpAddr::V6(address)) => address.octets().into_iter().take(7).collect(),
    }
}

/// Time within which started e-ID identifications are counted.
pub const E_IDS_COUNTED: Duration = Duration::from_hours(1);

/// E-ID identifications started for an invitation within [`E_IDS_COUNTED`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// By anybody.
    pub all: Starts,
    /// From the current network.
    pub network: Starts,
    /// By the current session.
    pub session: Starts,
}

/// A number of starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Starts {
    /// The number.
    pub count: u32,
    /// Time of the earliest. `None` if there is none.
    pub first: Option<Time>,
}

/// Checks that one more e-ID identification may start. The error is the time from which it may.
pub fn may_begin_e_id(begun: Begun) -> Result<(), Time> {
    let held = [
        (begun.session, E_IDS_BY_SESSION),
        (begun.network, E_IDS_BY_NETWORK),
        (begun.all, E_IDS_IN_ALL),
    ]
    .into_iter()
    .filter(|(starts, most)| starts.count >= *most)
    .filter_map(|(starts, _)| starts.first.map(|first| first + E_IDS_COUNTED))
    .max();
    held.map_or(Ok(()), Err)
}

/// Maximum new invitations of a recipient in 24 hours. More than anybody needs, and few enough that a system
/// gone wrong fills no mailbox.
pub const NEW_INVITATIONS_PER_DAY: u32 = 10;

/// Checks that a recipient who was invited at these times (oldest first) may be invited again. The error is
/// the time from which it is allowed.
pub fn may_invite_anew(before: &[Time], now: Time) -> Result<(), Time> {
    next_allowed_at(before, NEW_INVITATIONS_PER_DAY, DAY, now).map_or(Ok(()), Err)
}

/// Maximum different addresses that a session may name for an invitation in an hour. Enough for any slip, and
/// too few to try a list of them in one browser.
pub const ADDRESSES_PER_HOUR: u32 = 5;

/// Sends in the last 24 hours and a little before, each list oldest first.
#[derive(Clone, Debug, Default)]
pub struct SendHistory {
    /// This session's requests for codes for the invitation, with any address.
    pub session: Vec<Time>,
    /// This session's latest use of the current address for the invitation.
    pub named: Option<Time>,
    /// This session's latest use of each other address for the invitation.
    pub others: Vec<Time>,
    /// Messages with codes of the invitation that went, or are to go, to the recipient.
    pub invitation: Vec<Time>,
    /// Messages with codes that went, or are to go, to the same place, over all invitations.
    pub address: Vec<Time>,
}

/// Reason why a session can't have a code now, with the time from which it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimited {
    /// It requested one just now.
    Cooldown(Time),
    /// It requested as many as it may in an hour or a day.
    Quota(Time),
    /// It named as many different addresses as it may in an hour.
    TooManyAddresses(Time),
}

impl RateLimited {
    /// Returns the time from which the session can have a code.
    pub const fn until(self) -> Time {
        match self {
            Self::Cooldown(at) | Self::Quota(at) | Self::TooManyAddresses(at) => at,
        }
    }
}

/// Checks that a session may request a code now. The result depends on its own acts alone.
pub fn check_send(limits: &CodeLimits, sends: &SendHistory, now: Time) -> Result<(), RateLimited> {
    let next = |most: u32, window: Duration| next_allowed_at(&sends.session, most, window, now);
    let many =
        [next(four_fifths(limits.sends_per_hour), HOUR), next(half(limits.sends_per_day), DAY)];
    if let Some(at) = many.into_iter().flatten().max() {
        return Err(RateLimited::Quota(at));
    }
    may_name(sends, now).map_err(RateLimited::TooManyAddresses)?;
    next(1, limits.resend_wait).map_or(Ok(()), |at| Err(RateLimited::Cooldown(at)))
}

/// Checks that a session may name the current address. The error is the time from which it may. An address
/// that it named within the hour does not count as another.
pub fn may_name(sends: &SendHistory, now: Time) -> Result<(), Time> {
    if is_named(sends, now) {
        return Ok(());
    }
    next_allowed_at(&sends.others, ADDRESSES_PER_HOUR, HOUR, now).map_or(Ok(()), Err)
}

/// `true` if a session has named the current address within the hour.
pub fn is_named(sends: &SendHistory, now: Time) -> bool {
    sends.named.is_some_and(|at| at + HOUR > now)
}

/// A message with a code that may go to the recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Time at which it goes: at once, or after the previous one.
    pub at: Time,
    /// Time from which another may go, if this is the last for now.
    pub again_at: Option<Time>,
}

/// Returns the time at which a message with a code goes, after the invitation's last one. `None` if the code
/// would then have less than half of its life left. A decoy waits as long, because its wait shows while the
/// mail server is unavailable.
pub fn goes_at(limits: &CodeLimits, sends: &SendHistory, now: Time, expires: Time) -> Option<Time> {
    let last = sends.invitation.last();
    let at = last.map_or(now, |last| now.max(*last + limits.resend_wait));
    (at.since(now) * 2 <= expires.since(now)).then_some(at)
}

/// Returns the message for a send to the invited address. `None` beyond an unseen cap. The caps must not
/// show, so a message too soon after another waits, for at most half of the code's remaining lifetime.
pub fn may_mail(
    limits: &CodeLimits,
    sends: &SendHistory,
    now: Time,
    expires: Time,
) -> Option<Mail> {
    let at = goes_at(limits, sends, now, expires)?;
    let full = |sends: &SendHistory, at: Time| {
        let next = |times: &[Time], most, window| next_allowed_at(times, most, window, at);
        let many = [
            next(&sends.invitation, limits.sends_per_hour, HOUR),
            next(&sends.invitation, limits.sends_per_day, DAY),
            next(&sends.address, limits.sends_per_address, DAY),
        ];
        many.into_iter().flatten().max()
    };
    if full(sends, at).is_some() {
        return None;
    }
    let again_at = full(&sends.with(at), at + limits.resend_wait);
    Some(Mail { at, again_at })
}

impl SendHistory {
    /// Returns the sends with one more message at this time.
    #[must_use]
    pub fn with(&self, mail_at: Time) -> Self {
        let mut sends = self.clone();
        for times in [&mut sends.invitation, &mut sends.address] {
            times.insert(times.partition_point(|time| *time <= mail_at), mail_at);
        }
        sends
    }
}

/// Returns the time from which one more fits among `times` (oldest first), if at most `most` may be in any
/// `window`. `None` if one fits now.
fn next_allowed_at(times: &[Time], most: u32, window: Duration, now: Time) -> Option<Time> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let at = *times.len().checked_sub(most).and_then(|oldest| times.get(oldest))? + window;
    (at > now).then_some(at)
}

#[cfg(test)]
mod tests;
