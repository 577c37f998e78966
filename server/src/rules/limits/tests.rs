use super::*;
use proptest::prelude::*;

const NOW: Time = Time(1_700_000_000_000);

fn ago(seconds: u64) -> Time {
    NOW - Duration::from_secs(seconds)
}

fn within(times: &[Time], window: Duration, now: Time) -> usize {
    times.iter().filter(|time| **time > now - window && **time <= now).count()
}

/// A person with the address in one of three browsers, or another person in another browser.
#[derive(Clone, Copy, Debug)]
enum Asker {
    Invited(usize),
    Other(usize),
}

fn askers() -> impl Strategy<Value = Vec<(u64, Asker)>> {
    let asker =
        prop_oneof![(0..3_usize).prop_map(Asker::Invited), (0..3_usize).prop_map(Asker::Other)];
    prop::collection::vec((prop_oneof![0_u64..90, 0_u64..4_000], asker), 1..120)
}

/// Returns the answers to people with the address: if the session may ask, and when a message goes.
fn played(asked: &[(u64, Asker)], others: bool) -> Vec<(Result<(), RateLimited>, Option<Mail>)> {
    let limits = CodeLimits::default();
    let (mut sessions, mut mails) = (vec![Vec::new(); 6], SendHistory::default());
    let (mut now, mut gets) = (NOW, Vec::new());
    for (gap, asker) in asked {
        now = now + Duration::from_secs(*gap);
        let (session, invited) = match asker {
            Asker::Invited(n) => (*n, true),
            Asker::Other(n) => (n + 3, false),
        };
        if !invited && !others {
            continue;
        }
        let sends = SendHistory { session: sessions[session].clone(), ..mails.clone() };
        let asks = check_send(&limits, &sends, now);
        let mail = may_mail(&limits, &sends, now, now + limits.lifetime);
        let mail = mail.filter(|_| invited && asks.is_ok());
        if asks.is_ok() {
            sessions[session].push(now);
        }
        if let Some(mail) = mail {
            mails = mails.with(mail.at);
        }
        if invited {
            gets.push((asks, mail));
        }
    }
    gets
}

proptest! {
    /// No window holds more messages than it may, however often people ask in however many browsers.
    #[test]
    fn no_window_holds_more_messages_than_it_may(asked in askers()) {
        let mut sent = Vec::new();
        for (_, mail) in played(&asked, true) {
            if let Some(mail) = mail {
                prop_assert!(sent.last().is_none_or(|last| mail.at >= *last + Duration::from_mins(1)));
                sent.push(mail.at);
                prop_assert!(within(&sent, HOUR, mail.at) <= 5);
                prop_assert!(within(&sent, DAY, mail.at) <= 10);
            }
        }
    }

    /// A person who does not know the address takes nothing from one who does.
    #[test]
    fn what_who_knows_the_address_gets_depends_on_nobody_else(asked in askers()) {
        prop_assert_eq!(played_by_the_invited(&asked, true), played_by_the_invited(&asked, false));
    }

    /// The last message for now says so, and names the time from which another may follow.
    #[test]
    fn the_last_message_says_until_when(asked in askers()) {
        let limits = CodeLimits::default();
        let mut mails = SendHistory::default();
        for (_, mail) in played(&asked, false) {
            let Some(mail) = mail else { continue };
            mails = mails.with(mail.at);
            let next = mail.again_at.unwrap_or(mail.at + limits.resend_wait);
            prop_assert!(may_mail(&limits, &mails, next, next + limits.lifetime).is_some());
            let before = next - Duration::from_millis(1);
            if mail.again_at.is_some() {
                prop_assert!(may_mail(&limits, &mails, before, before + limits.lifetime).is_none());
            }
        }
    }

    /// A session gets no more than its share, however often it asks.
    #[test]
    fn no_session_gets_more_than_its_share(gaps in prop::collection::vec(0_u64..4_000, 1..200)) {
        let limits = CodeLimits::default();
        let mut session: Vec<Time> = Vec::new();
        let mut now = NOW;
        for gap in gaps {
            now = now + Duration::from_secs(gap);
            let sends = SendHistory { session: session.clone(), ..SendHistory::default() };
            if check_send(&limits, &sends, now).is_ok() {
                session.push(now);
            }
            prop_assert!(within(&session, HOUR, now) <= 4);
            prop_assert!(within(&session, DAY, now) <= 5);
            prop_assert!(within(&session, limits.resend_wait, now) <= 1);
        }
    }

    /// A code can be requested at the time that the page names.
    #[test]
    fn at_the_promised_time_a_code_can_be_asked_for(
        mut ages in prop::collection::vec(1_u64..86_000, 0..6),
        mut others in prop::collection::vec(1_u64..4_000, 0..6),
    ) {
        for ages in [&mut ages, &mut others] {
            ages.sort_unstable_by(|a, b| b.cmp(a));
        }
        let times = |ages: &[u64]| ages.iter().map(|age| ago(*age)).collect::<Vec<_>>();
        let sends = SendHistory { session: times(&ages), others: times(&others), ..SendHistory::default() };
        let limits = CodeLimits::default();
        let mut then = NOW;
        // The longest wait is named first; only shorter ones of another kind can follow it.
        for _ in 0..3 {
            let Err(hold) = check_send(&limits, &sends, then) else { break };
            prop_assert!(hold.until() > then);
            then = hold.until();
        }
        prop_assert_eq!(check_send(&limits, &sends, then), Ok(()));
    }

    /// A session's answers show nothing that others do.
    #[test]
    fn what_a_session_is_told_follows_from_its_own_acts_alone(
        own in 0_u32..12, ages in prop::collection::vec(0_u64..90_000, 0..12),
        others in prop::collection::vec(0_u64..90_000, 0..40), attempts in 0_u32..40,
    ) {
        let limits = CodeLimits::default();
        let times = |ages: &[u64]| {
            let mut times: Vec<_> = ages.iter().map(|age| ago(*age)).collect();
            times.sort_unstable();
            times
        };
        let alone = SendHistory { session: times(&ages), ..SendHistory::default() };
        let among =
            SendHistory { invitation: times(&others), address: times(&others), ..alone.clone() };
        prop_assert_eq!(check_send(&limits, &alone, NOW), check_send(&limits, &among, NOW));
        let alone = AttemptCounts { session_day: own, session_all: own, ..AttemptCounts::default() };
        let among = AttemptCounts { invitation_day: attempts, invitation_all: attempts, ..alone };
        prop_assert_eq!(attempts_left(&limits, alone), attempts_left(&limits, among));
    }

    #[test]
    fn tries_never_grow_back(day in 0_u32..30, more in 0_u32..30, own in 0_u32..30) {
        let limits = CodeLimits::default();
        let fewer =
            AttemptCounts { invitation_day: day, invitation_all: day, session_day: own, session_all: own };
        let greater = AttemptCounts {
            invitation_day: day + more,
            invitation_all: day + more,
            session_day: own + more,
            session_all: own + more,
        };
        prop_assert!(attempts_left(&limits, greater) <= attempts_left(&limits, fewer));
        prop_assert!(!should_lock(&limits, fewer) || should_lock(&limits, greater));
    }

    /// A session's share is something and never more than the whole, whatever is configured.
    #[test]
    fn a_share_is_something_and_never_more_than_the_whole(whole in 1_u32..2_000) {
        for share in [half(whole), four_fifths(whole)] {
            prop_assert!((1..=whole).contains(&share));
            prop_assert!(whole == 1 || share < whole, "something is left for others");
        }
    }
}

fn played_by_the_invited(
    asked: &[(u64, Asker)],
    others: bool,
) -> Vec<(Result<(), RateLimited>, Option<Mail>)> {
    // Time passes alike, whether the others act or not.
    let mut waited = 0;
    let mut kept = Vec::new();
    for (gap, asker) in asked {
        waited += gap;
        if others || matches!(asker, Asker::Invited(_)) {
            kept.push((waited, *asker));
            waited = 0;
        }
    }
    played(&kept, others)
}

#[test]
fn the_shares_of_the_defaults_are_what_is_promised() {
    let limits = CodeLimits::default();
    assert_eq!(half(limits.tries_per_day), 5);
    assert_eq!(half(limits.tries_in_all), 10);
    assert_eq!(half(limits.sends_per_day), 5);
    assert_eq!(four_fifths(limits.sends_per_hour), 4);
}

#[test]
fn one_session_may_use_half_and_another_is_not_told() {
    let limits = CodeLimits::default();
    let own =
        AttemptCounts { invitation_day: 5, invitation_all: 5, session_day: 5, session_all: 5 };
    assert_eq!(attempts_left(&limits, own), 0);
    assert!(!should_lock(&limits, own));
    let other = AttemptCounts { invitation_day: 9, session_day: 0, session_all: 0, ..own };
    assert_eq!(attempts_left(&limits, other), 5);
}

#[test]
fn an_eleventh_new_invitation_waits_until_the_first_is_a_day_old() {
    let times: Vec<_> = (0..10).map(|n| NOW - Duration::from_hours(10 - n)).collect();
    assert_eq!(may_invite_anew(&times[1..], NOW), Ok(()));
    assert_eq!(may_invite_anew(&times, NOW), Err(NOW - Duration::from_hours(10) + DAY));
    assert_eq!(may_invite_anew(&times, times[0] + DAY), Ok(()));
}

#[test]
fn the_address_has_a_limit_of_its_own_that_no_session_is_told_of() {
    let limits = CodeLimits::default();
    let address = (0..20).map(|n| ago(7_200 - n)).collect();
    let sends = SendHistory { address, ..SendHistory::default() };
    assert_eq!(may_mail(&limits, &sends, NOW, NOW + limits.lifetime), None);
    assert_eq!(check_send(&limits, &sends, NOW), Ok(()));
}

#[test]
fn a_message_waits_for_the_one_before_it_but_not_for_more_than_half_of_the_code_s_life() {
    let limits = CodeLimits { sends_per_hour: 100, sends_per_day: 100, ..CodeLimits::default() };
    let (mut sends, mut waits) = (SendHistory::default(), Vec::new());
    while let Some(mail) = may_mail(&limits, &sends, NOW, NOW + limits.lifetime) {
        waits.push(mail.at.since(NOW).as_secs());
        sends = sends.with(mail.at);
    }
    assert_eq!(waits, [0, 60, 120, 180, 240, 300]);
    // A code with less time left waits less.
    let sends = SendHistory::default().with(ago(20));
    let mail = |left| may_mail(&limits, &sends, NOW, NOW + Duration::from_secs(left));
    assert_eq!(mail(80).map(|mail| mail.at.since(NOW).as_secs()), Some(40));
    assert_eq!(mail(79), None);
}

#[test]
fn a_sixth_address_waits_and_one_that_was_named_within_the_hour_does_not() {
    let five: Vec<_> = (0..5).map(|n| ago(3_000 - n)).collect();
    let sixth = SendHistory { others: five.clone(), ..SendHistory::default() };
    assert_eq!(may_name(&sixth, NOW), Err(ago(3_000) + HOUR));
    assert_eq!(may_name(&sixth, ago(3_000) + HOUR), Ok(()));
    let known = SendHistory {
        others: five[1..].to_vec(),
        named: Some(ago(3_000)),
        ..SendHistory::default()
    };
    assert_eq!(may_name(&known, NOW), Ok(()));
    let hold = check_send(&CodeLimits::default(), &sixth, NOW);
    assert_eq!(hold, Err(RateLimited::TooManyAddresses(ago(3_000) + HOUR)));
}

#[test]
fn e_identifications_have_a_share_for_each_session_and_each_network() {
    let starts =
        |count, minute: u64| Starts { count, first: Some(NOW + Duration::from_mins(minute)) };
    let begun = |all, network, session| {
        let (all, network, session) = (starts(all, 0), starts(network, 10), starts(session, 20));
        may_begin_e_id(Begun { all, network, session })
    };
    let after = |minutes| Err(NOW + Duration::from_mins(minutes));
    assert_eq!(begun(239, 29, 14), Ok(()));
    assert_eq!(begun(15, 15, 15), after(80));
    assert_eq!(begun(30, 30, 0), after(70));
    assert_eq!(begun(240, 0, 0), after(60));
    assert_eq!(begun(240, 30, 15), after(80), "the last one counts");
    assert_eq!(may_begin_e_id(Begun::default()), Ok(()));
}

#[test]
fn a_network_is_what_one_subscriber_can_change_addresses_within() {
    let of = |address: &str| network_of(Some(address.parse().expect("an address")));
    assert_eq!(of("203.0.113.9"), of("203.0.113.250"));
    assert_ne!(of("203.0.113.9"), of("203.0.112.9"));
    assert_eq!(of("::ffff:203.0.113.9"), of("203.0.113.1"), "the same in the form of IPv6");
    assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:ff:ffff::2"));
    assert_ne!(of("2001:db8:1:200::1"), of("2001:db8:1:300::1"));
    assert_eq!(network_of(None), network_of(None));
    assert_ne!(network_of(None), of("203.0.113.9"));
}
