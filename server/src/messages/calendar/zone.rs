//! The time zone in a calendar entry: the rules of its clocks, for every year (RFC 5545, 3.6.5).
//!
//! Programs remember the rules of a zone by its name, so they are the same for all meetings. A zone whose
//! clocks don't follow such rules is left out.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
    tz::{Offset, TimeZone},
};
use std::{fmt, iter};

/// The first year in which a meeting is expected.
const FIRST: i16 = 2025;

/// Years in which a zone follows its rules alone, after all decisions about single years. They are as many as
/// it takes for each day of a month to have been each day of the week in each kind of year.
const STEADY: std::ops::RangeInclusive<i16> = 2101..=2128;

/// An offset that holds always, or from a yearly change of clocks.
pub(crate) struct Observance {
    /// `true` if it begins summer time.
    pub(crate) daylight: bool,
    /// The offset before.
    pub(crate) from: Offset,
    /// The offset after.
    pub(crate) to: Offset,
    /// The first onset, in local time before the change.
    pub(crate) onset: DateTime,
    /// The rule by which it repeats. `None` if it doesn't.
    pub(crate) rule: Option<Rule>,
}

/// One change of clocks. Its onset is in local time before the change.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Change {
    kind: Kind,
    onset: DateTime,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Kind {
    daylight: bool,
    from: Offset,
    to: Offset,
}

/// A day of the year, and a time on that day.
#[derive(Clone, Copy)]
pub(crate) struct Rule {
    month: i8,
    day: Day,
    time: Time,
}

#[derive(Clone, Copy)]
enum Day {
    /// The last such weekday of the month.
    Last(Weekday),
    /// The weekday on one of these days, if there is one.
    Within(Weekday, i8, i8),
    /// This day of the month.
    Fixed(i8),
}

/// Returns the observances of a zone, for meetings from this time on. `None` if its clocks don't follow
/// rules, or began to do so only shortly before.
pub(crate) fn observances(zone: &TimeZone, starts: Timestamp) -> Option<Vec<Observance>> {
    let mut changes = changes(zone, starts);
    if let [Change { kind, onset }] = changes[..] {
        return Some(vec![observance(kind, onset, None)]);
    }
    let mut told = Vec::new();
    for rule in rules(&changes) {
        told.extend(repeated(rule, &mut changes));
    }
    told.sort_by_key(|observance| observance.onset);
    changes.is_empty().then_some(told)
}

const fn observance(kind: Kind, onset: DateTime, rule: Option<Rule>) -> Observance {
    let Kind { daylight, from, to } = kind;
    Observance { daylight, from, to, onset, rule }
}

/// Returns the changes of clocks that matter, from the last one before any meeting. If there is only one,
/// clocks never change after it, and its offset is described as if it had always been so.
fn changes(zone: &TimeZone, starts: Timestamp) -> Vec<Change> {
    let year = |year| {
        let first = DateTime::constant(1, 1, 1, 0, 0, 0, 0).with().year(year).build();
        first.ok().and_then(|first| TimeZone::UTC.to_timestamp(first).ok())
    };
    let long_before = starts.checked_sub((400 * 24).hours()).unwrap_or(starts);
    let since = year(FIRST).map_or(long_before, |first| first.min(long_before));
    let end = year(*STEADY.end() + 1).unwrap_or(Timestamp::MAX);
    let ever = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
    let offset = zone.to_offset(since);
    let always = Change { kind: Kind { daylight: false, from: offset, to: offset }, onset: ever };
    let before = zone.preceding(since).find_map(|it| change(zone, it.timestamp()));
    let after = zone.following(since.checked_sub(1.second()).unwrap_or(since));
    let after = after.map(|it| it.timestamp()).take_while(|at| *at < end);
    let before = before.unwrap_or(always);
    let changes: Vec<_> =
        iter::once(before).chain(after.filter_map(|at| change(zone, at))).collect();
    if changes.len() > 1 { changes } else { vec![always] }
}

/// Returns the change of clocks at a point in time, if there is one.
fn change(zone: &TimeZone, at: Timestamp) -> Option<Change> {
    let was = zone.to_offset_info(at.checked_sub(1.second()).ok()?);
    let is = zone.to_offset_info(at);
    let (from, to) = (was.offset(), is.offset());
    // In Irish law, winter time is the exception. The change forward begins summer time there too.
    let ahead = to > from && (is.dst().is_dst() || was.dst().is_dst());
    let kind = Kind { daylight: ahead, from, to };
    (from != to).then(|| Change { kind, onset: from.to_datetime(at) })
}

/// Returns the rules that the last of these changes follow, each with its kind. Empty if they follow no
/// rules.
fn rules(changes: &[Change]) -> Vec<(Kind, Rule)> {
    let steady = |change: &&Change| STEADY.contains(&change.onset.year());
    let mut rules: Vec<(Kind, Rule)> = Vec::new();
    for change in changes.iter().filter(steady) {
        let (kind, month) = (change.kind, change.onset.month());
        if rules.iter().any(|(other, rule)| *other == kind && rule.month == month) {
            continue;
        }
        let alike: Vec<_> = changes
            .iter()
            .filter(steady)
            .filter(|other| other.kind == kind && other.onset.month() == month)
            .map(|other| other.onset)
            .collect();
        let Some(rule) = rule(&alike) else { return Vec::new() };
        rules.push((kind, rule));
    }
    rules
}

/// Returns the rule that gives exactly these onsets, all in one month.
fn rule(onsets: &[DateTime]) -> Option<Rule> {
    let first = onsets.first()?;
    let weekday = first.weekday();
    let days = onsets.iter().map(|onset| onset.day());
    let (least, most) = (days.clone().min()?, days.max()?);
    let gives = |rule: &Rule| {
        STEADY.clone().filter_map(|year| rule.in_year(year)).eq(onsets.iter().copied())
    };
    [Day::Last(weekday), Day::Within(weekday, least, most), Day::Fixed(least)]
        .map(|day| Rule { month: first.month(), day, time: first.time() })
        .into_iter()
        .find(gives)
}

/// Returns the observance of a rule, from the first year in which clocks follow it. Removes its changes from
/// `changes`.
fn repeated((kind, rule): (Kind, Rule), changes: &mut Vec<Change>) -> Option<Observance> {
    let earliest = changes.first()?.onset.year();
    let mut since = None;
    for year in (earliest..=*STEADY.end()).rev() {
        match rule.in_year(year) {
            Some(onset) if changes.contains(&Change { kind, onset }) => since = Some(onset),
            Some(_) => break,
            None => {}
        }
    }
    let since = since?;
    changes.retain(|change| {
        change.kind != kind
            || change.onset < since
            || rule.in_year(change.onset.year()) != Some(change.onset)
    });
    Some(observance(kind, since, Some(rule)))
}

impl Rule {
    fn in_year(&self, year: i16) -> Option<DateTime> {
        let first = Date::new(year, self.month, 1).ok()?;
        let on = |day| first.with().day(day).build().ok();
        let day = match self.day {
            Day::Last(weekday) => (1..=first.days_in_month())
                .rev()
                .filter_map(on)
                .find(|day| day.weekday() == weekday),
            Day::Within(weekday, least, most) => {
                (least..=most).filter_map(on).find(|day| day.weekday() == weekday)
            }
            Day::Fixed(day) => on(day),
        };
        Some(day?.to_datetime(self.time))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FREQ=YEARLY;BYMONTH={}", self.month)?;
        match self.day {
            Day::Last(weekday) => write!(f, ";BYDAY=-1{}", name(weekday)),
            Day::Within(weekday, least, most) if least % 7 == 1 && most == least + 6 => {
                write!(f, ";BYDAY={}{}", least / 7 + 1, name(weekday))
            }
            Day::Within(weekday, least, most) => {
                let days: Vec<_> = (least..=most).map(|day| day.to_string()).collect();
                write!(f, ";BYDAY={};BYMONTHDAY={}", name(weekday), days.join(","))
            }
            Day::Fixed(day) => write!(f, ";BYMONTHDAY={day}"),
        }
    }
}

const fn name(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "MO",
        Weekday::Tuesday => "TU",
        Weekday::Wednesday => "WE",
        Weekday::Thursday => "TH",
        Weekday::Friday => "FR",
        Weekday::Saturday => "SA",
        Weekday::Sunday => "SU",
    }
}
