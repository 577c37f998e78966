//! The format of times in English.

use crate::{
    i18n::{
        Time,
        dates::{name, same_day, two, units},
    },
    wire::LocalTime,
};

pub(super) const TIME: Time = Time {
    clock: hours,
    point: |m| format!("{} at {}", day(m), hours(m)),
    month: |m| {
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sep", "Oct", "Nov", "Dec"];
        name(&MONTHS, m.month)
    },
    span: |a, b| {
        if same_day(a, b) {
            format!("{} {}, {}–{}", day(a), a.year, hours(a), hours(b))
        } else {
            let (first, last) = (day(a), day(b));
            let (from, to) = (hours(a), hours(b));
            format!("{first} {}, {from} – {last} {}, {to}", a.year, b.year)
        }
    },
    length: |seconds| {
        let (number, unit) = units(seconds);
        let unit = match (number, unit) {
            (1, 0) => "second",
            (_, 0) => "seconds",
            (1, 1) => "minute",
            (_, 1) => "minutes",
            _ => "hours",
        };
        format!("{number} {unit}")
    },
    zone: |zone| match zone {
        "Europe/Stockholm" => "Swedish time".into(),
        _ => ["time zone ", zone].concat(),
    },
};

fn hours(m: &LocalTime) -> String {
    [two(m.hour), two(m.minute)].join(":")
}

fn day(m: &LocalTime) -> String {
    const DAYS: [&str; 7] =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    format!("{} {} {}", name(&DAYS, m.weekday), m.day, name(&MONTHS, m.month))
}
