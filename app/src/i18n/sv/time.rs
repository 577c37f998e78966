//! The format of times in Swedish.

use crate::{
    i18n::{
        Time,
        dates::{name, same_day, two, units},
    },
    wire::LocalTime,
};

pub(super) const TIME: Time = Time {
    clock: |m| ["kl. ", &hours(m)].concat(),
    point: |m| format!("{} kl. {}", day(m), hours(m)),
    month: |m| {
        const MONTHS: [&str; 12] = [
            "jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec",
        ];
        name(&MONTHS, m.month)
    },
    span: |a, b| {
        if same_day(a, b) {
            format!("{} {} kl. {}–{}", day(a), a.year, hours(a), hours(b))
        } else {
            let (first, last) = (day(a), day(b));
            let (from, to) = (hours(a), hours(b));
            format!("{first} {} kl. {from} – {last} {} kl. {to}", a.year, b.year)
        }
    },
    length: |seconds| {
        let (number, unit) = units(seconds);
        let unit = match (number, unit) {
            (1, 0) => "sekund",
            (_, 0) => "sekunder",
            (1, 1) => "minut",
            (_, 1) => "minuter",
            _ => "timmar",
        };
        format!("{number} {unit}")
    },
    zone: |zone| match zone {
        "Europe/Stockholm" => "svensk tid".into(),
        _ => ["tidszon ", zone].concat(),
    },
};

fn hours(m: &LocalTime) -> String {
    [two(m.hour), two(m.minute)].join(".")
}

fn day(m: &LocalTime) -> String {
    const DAYS: [&str; 7] = ["måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"];
    const MONTHS: [&str; 12] = [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ];
    format!("{} {} {}", name(&DAYS, m.weekday), m.day, name(&MONTHS, m.month))
}
