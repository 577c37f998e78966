use super::*;
use ::ical::{
    IcalParser,
    parser::{Component, ical::component::IcalCalendar},
    property::Property,
};
use jiff::{Span, civil::Date, tz};
use proptest::prelude::*;

/// Reads the file as another program does.
fn read(file: &str) -> IcalCalendar {
    let mut calendars = IcalParser::new(file.as_bytes());
    let calendar = calendars.next().expect("a calendar").expect("one that can be read");
    assert!(calendars.next().is_none(), "nothing else");
    calendar
}

fn value<'a>(of: &'a impl Component, name: &str) -> &'a str {
    of.get_property(name).and_then(|property| property.value.as_deref()).expect(name)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next().expect("something after a backslash") {
                'n' | 'N' => out.push('\n'),
                other => out.push(other),
            },
            _ => out.push(c),
        }
    }
    out
}

fn seconds(offset: &str) -> i64 {
    let (sign, digits) = offset.split_at(1);
    let part = |range| digits.get(range).map_or(0, |d: &str| d.parse::<i64>().expect("a number"));
    let seconds = part(0..2) * 3600 + part(2..4) * 60 + part(4..6);
    if sign == "-" { -seconds } else { seconds }
}

/// Returns the point in time of a property, by the file's own description of the zone.
fn point(calendar: &IcalCalendar, property: &Property) -> Timestamp {
    let written = property.value.as_deref().expect("a time");
    let utc = |clock: DateTime| TimeZone::UTC.to_timestamp(clock).expect("a point in time");
    if let Some(universal) = written.strip_suffix('Z') {
        assert!(property.params.is_none());
        return utc(universal.parse().expect("a time"));
    }
    let clock: DateTime = written.parse().expect("a time");
    let zone = calendar.timezones.first().expect("a zone");
    let id = property.params.as_ref().and_then(|params| params.first()).expect("a zone");
    assert_eq!(id, &("TZID".to_owned(), vec![value(zone, "TZID").to_owned()]));
    let observance = zone
        .transitions
        .iter()
        .filter_map(|observance| Some((last_onset(observance, clock)?, observance)))
        .max_by_key(|(onset, _)| *onset)
        .expect("an observance that holds")
        .1;
    let offset = seconds(value(observance, "TZOFFSETTO"));
    utc(clock).checked_sub(Span::new().seconds(offset)).expect("a point in time")
}

type Observed = ::ical::parser::ical::component::IcalTimeZoneTransition;

/// Returns when an observance last began before a clock's time, by its first onset and its rule.
fn last_onset(observance: &Observed, clock: DateTime) -> Option<DateTime> {
    let first: DateTime = value(observance, "DTSTART").parse().expect("a time");
    let rule = observance.get_property("RRULE").and_then(|rule| rule.value.as_deref());
    let years = first.year()..=clock.year();
    let ruled = years.filter_map(|year| in_year(rule?, year, first));
    ruled.chain([first]).filter(|onset| (first..=clock).contains(onset)).max()
}

/// Returns the onset that a rule gives in a year.
fn in_year(rule: &str, year: i16, first: DateTime) -> Option<DateTime> {
    let part = |name: &str| {
        let mut parts = rule.split(';').filter_map(|part| part.split_once('='));
        parts.find(|(it, _)| *it == name).map(|(_, value)| value)
    };
    assert_eq!(part("FREQ"), Some("YEARLY"));
    let month = part("BYMONTH").expect("a month").parse().expect("a number");
    let days = Date::new(year, month, 1).expect("a day").days_in_month();
    let weekday = part("BYDAY").map(|day| day.split_at(day.len() - 2));
    let matches = |date: &Date| {
        let (nth, name) = weekday.unwrap_or_default();
        let names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
        let of_week =
            names[usize::try_from(date.weekday().to_monday_zero_offset()).expect("a day")];
        let good = match nth {
            "" => true,
            "-1" => date.day() + 7 > days,
            nth => (date.day() - 1) / 7 + 1 == nth.parse::<i8>().expect("a number"),
        };
        let of_month = part("BYMONTHDAY").is_none_or(|all| {
            all.split(',').any(|day| day.parse::<i8>().expect("a number") == date.day())
        });
        of_month && (weekday.is_none() || (good && name == of_week))
    };
    let mut found =
        (1..=days).map(|day| Date::new(year, month, day).expect("a day")).filter(matches);
    let date = found.next()?;
    assert!(found.next().is_none(), "once a year: {rule}");
    Some(date.to_datetime(first.time()))
}

fn meeting(starts: &str, ends: &str, zone: &str) -> MeetingTime {
    MeetingTime {
        starts: starts.parse().expect("a time"),
        ends: ends.parse().expect("a time"),
        zone: TimeZone::get(zone).expect("a zone"),
    }
}

const LINK: &str = "https://mote.example/m/abcdefghijklmnopqrstuvwxyz1";

fn entry<'a>(time: &'a MeetingTime, organisation: &'a str) -> Entry<'a> {
    Entry {
        uid: "e0d1-7@mote.example",
        sequence: 3,
        written_at: "2026-11-24T08:00:00Z".parse().expect("a time"),
        time,
        state: State::Planned(LINK),
        organisation,
        sender: "mote@kommun.example",
        recipient: Person { name: Some("Anna \"Ann\" Åström"), address: "anna@example.org" },
        language: Language::Swedish,
    }
}

fn file(time: &MeetingTime, organisation: &str) -> String {
    entry(time, organisation).file().text
}

/// Returns the same meeting as cancelled.
fn called_off(time: &MeetingTime, organisation: &str) -> File {
    Entry { sequence: 4, state: State::CalledOff, ..entry(time, organisation) }.file()
}

fn assert_means(time: &MeetingTime) {
    let calendar = read(&file(time, "Kungsbacka kommun"));
    let event = &calendar.events[0];
    for (name, at) in [("DTSTART", time.starts), ("DTEND", time.ends)] {
        let property = event.get_property(name).expect(name);
        assert_eq!(point(&calendar, property), at, "{name} {property}");
    }
}

#[test]
fn the_entry_says_when_and_where_the_invitation_is() {
    let time =
        meeting("2026-12-01T09:00:00+01:00", "2026-12-01T09:45:00+01:00", "Europe/Stockholm");
    let calendar = read(&file(&time, "Kungsbacka kommun"));
    assert_eq!(value(&calendar, "METHOD"), "REQUEST");
    let event = &calendar.events[0];
    for (name, expected) in [
        ("UID", "e0d1-7@mote.example"),
        ("SEQUENCE", "3"),
        ("DTSTAMP", "20261124T080000Z"),
        ("DTSTART", "20261201T090000"),
        ("DTEND", "20261201T094500"),
        ("SUMMARY", "Videomöte med Kungsbacka kommun"),
        ("LOCATION", LINK),
        ("URL", LINK),
    ] {
        assert_eq!(value(event, name), expected);
    }
    assert!(unescaped(value(event, "DESCRIPTION")).ends_with(&format!("\n\n{LINK}")));
    assert_eq!(value(&calendar.timezones[0], "TZID"), "Europe/Stockholm");
}

#[test]
fn an_entry_that_is_called_off_cancels_the_one_before_it_and_leads_nowhere() {
    let time =
        meeting("2026-12-01T09:00:00+01:00", "2026-12-01T09:45:00+01:00", "Europe/Stockholm");
    let file = called_off(&time, "Kungsbacka kommun");
    let calendar = read(&file.text);
    assert_eq!(value(&calendar, "METHOD"), "CANCEL");
    let event = &calendar.events[0];
    for (name, expected) in [
        ("UID", "e0d1-7@mote.example"),
        ("SEQUENCE", "4"),
        ("STATUS", "CANCELLED"),
        ("DTSTAMP", "20261124T080000Z"),
        ("SUMMARY", "Inställt: videomöte med Kungsbacka kommun"),
    ] {
        assert_eq!(value(event, name), expected);
    }
    for (name, at) in [("DTSTART", time.starts), ("DTEND", time.ends)] {
        assert_eq!(point(&calendar, event.get_property(name).expect(name)), at);
    }
    assert_eq!(event.properties.len(), 10);
    assert!(!file.text.contains("http"), "{}", file.text);
}

#[test]
fn the_media_type_names_the_file_s_own_method() {
    let time = meeting("2026-12-01T09:00:00Z", "2026-12-01T09:45:00Z", "Europe/Stockholm");
    for file in [entry(&time, "X").file(), called_off(&time, "X")] {
        let calendar = read(&file.text);
        let method = value(&calendar, "METHOD");
        assert_eq!(file.media_type(), format!("text/calendar; charset=utf-8; method={method}"));
    }
}

#[test]
fn a_meeting_across_a_change_of_clocks_starts_and_ends_when_it_should() {
    let zone = "Europe/Stockholm";
    for (starts, ends) in [
        ("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z"),
        ("2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z"),
        ("2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z"),
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z"),
    ] {
        assert_means(&meeting(starts, ends, zone));
    }
}

#[test]
fn the_hour_that_clocks_show_twice_is_told_in_utc() {
    for (starts, ends) in [
        ("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
        ("2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z"),
        ("2026-10-25T01:59:59Z", "2026-10-25T02:30:00Z"),
        ("2026-10-24T23:30:00Z", "2026-10-25T00:15:00Z"),
    ] {
        let time = meeting(starts, ends, "Europe/Stockholm");
        let file = file(&time, "Kungsbacka kommun");
        for (name, time) in [("DTSTART", starts), ("DTEND", ends)] {
            let time = time.replace(['-', ':'], "");
            assert!(file.contains(&format!("\r\n{name}:{time}\r\n")), "{file}");
        }
        assert!(!file.contains("VTIMEZONE"), "nothing is told by its clocks: {file}");
    }
    // Immediately before and after it, local time is unambiguous.
    let time = meeting("2026-10-24T23:30:00Z", "2026-10-25T02:00:00Z", "Europe/Stockholm");
    let file = file(&time, "Kungsbacka kommun");
    assert!(file.contains("\r\nDTSTART;TZID=Europe/Stockholm:20261025T013000\r\n"));
    assert!(file.contains("\r\nDTEND;TZID=Europe/Stockholm:20261025T030000\r\n"));
}

#[test]
fn the_organisation_asks_and_wants_no_answer() {
    let time = meeting("2026-12-01T09:00:00Z", "2026-12-01T09:45:00Z", "Europe/Stockholm");
    for file in
        [entry(&time, "Åmåls \"stad\"; vård").file(), called_off(&time, "Åmåls \"stad\"; vård")]
    {
        let text = file.text.replace("\r\n ", "");
        for line in [
            "ORGANIZER;CN=\"Åmåls ^'stad^'; vård\":mailto:mote@kommun.example",
            "ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE;\
             CN=\"Anna ^'Ann^' Åström\":mailto:anna@example.org",
        ] {
            assert_eq!(text.matches(&format!("\r\n{line}\r\n")).count(), 1, "{line}: {text}");
        }
        for absent in ["VALARM", "RSVP=TRUE"] {
            assert!(!text.contains(absent), "{text}");
        }
    }
    let nameless = Person { name: None, address: "anna@example.org" };
    let text = Entry { recipient: nameless, ..entry(&time, "X") }.file().text.replace("\r\n ", "");
    assert!(text.contains(";RSVP=FALSE:mailto:anna@example.org\r\n"), "{text}");
}

/// Returns the observances of a zone, each with its kind, its offset and its rule. Empty if the times are in
/// UTC.
fn told(zone: &str, starts: &str) -> Vec<String> {
    let time = meeting(starts, starts, zone);
    let file = file(&time, "X");
    let calendar = read(&file);
    let Some(zone) = calendar.timezones.first() else { return Vec::new() };
    let kinds = file.lines().filter_map(|line| line.strip_prefix("BEGIN:"));
    let kinds = kinds.filter(|kind| matches!(*kind, "STANDARD" | "DAYLIGHT"));
    let parts = zone.transitions.iter().zip(kinds).map(|(part, kind)| {
        let of = |name| part.get_property(name).and_then(|it| it.value.as_deref()).unwrap_or("-");
        format!("{kind} {} {} {}", of("DTSTART"), of("TZOFFSETTO"), of("RRULE"))
    });
    parts.collect()
}

#[test]
fn rules_hold_for_every_year() {
    for (zone, parts) in [
        (
            "Europe/Stockholm",
            &[
                "STANDARD 20241027T030000 +0100 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
                "DAYLIGHT 20250330T020000 +0200 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            ][..],
        ),
        (
            "America/New_York",
            &[
                "STANDARD 20241103T020000 -0500 FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
                "DAYLIGHT 20250309T020000 -0400 FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
            ],
        ),
        // Irish law makes winter the exception. The file describes it as elsewhere.
        (
            "Europe/Dublin",
            &[
                "STANDARD 20241027T020000 +0000 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
                "DAYLIGHT 20250330T010000 +0100 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            ],
        ),
        (
            "Australia/Lord_Howe",
            &[
                "DAYLIGHT 20241006T020000 +1100 FREQ=YEARLY;BYMONTH=10;BYDAY=1SU",
                "STANDARD 20250406T020000 +1030 FREQ=YEARLY;BYMONTH=4;BYDAY=1SU",
            ],
        ),
        ("Asia/Kolkata", &["STANDARD 19700101T000000 +0530 -"]),
        ("America/Sao_Paulo", &["STANDARD 19700101T000000 -0300 -"]),
        ("Asia/Tokyo", &["STANDARD 19700101T000000 +0900 -"]),
        ("Etc/GMT-3", &["STANDARD 19700101T000000 +0300 -"]),
    ] {
        for starts in ["2026-12-01T09:00:00Z", "2041-07-01T09:00:00Z", "2026-01-02T23:00:00Z"] {
            assert_eq!(told(zone, starts), parts, "{zone} {starts}");
        }
    }
}

#[test]
fn a_change_before_or_after_a_weekday_is_told_by_the_days_it_falls_on() {
    for (zone, rules) in [
        ("Asia/Jerusalem", &["FREQ=YEARLY;BYMONTH=3;BYDAY=FR;BYMONTHDAY=23,24,25,26,27,28,29"][..]),
        ("America/Nuuk", &["FREQ=YEARLY;BYMONTH=3;BYDAY=SA;BYMONTHDAY=24,25,26,27,28,29,30"]),
        // In some years the last Thursday at midnight is in November.
        (
            "Africa/Cairo",
            &[
                "FREQ=YEARLY;BYMONTH=10;BYDAY=FR;BYMONTHDAY=26,27,28,29,30,31",
                "FREQ=YEARLY;BYMONTH=11;BYDAY=FR;BYMONTHDAY=1",
                "FREQ=YEARLY;BYMONTH=4;BYDAY=-1FR",
            ],
        ),
    ] {
        let parts = told(zone, "2026-12-01T09:00:00Z");
        for rule in rules {
            assert!(parts.iter().any(|part| part.ends_with(rule)), "{rule}: {parts:?}");
        }
    }
}

#[test]
fn a_zone_that_decides_for_single_years_is_told_in_utc() {
    for zone in ["Africa/Casablanca", "Africa/El_Aaiun"] {
        for starts in ["2026-12-01T09:00:00Z", "2027-02-10T09:00:00Z", "2080-07-01T09:00:00Z"] {
            let file = file(&meeting(starts, starts, zone), "X");
            assert!(!file.contains("VTIMEZONE") && !file.contains("TZID"), "{file}");
            assert!(file.contains(&format!("\r\nDTSTART:{}\r\n", starts.replace(['-', ':'], ""))));
            assert!(told(zone, starts).is_empty());
        }
    }
    // The meeting is from before the zone's present rules.
    assert!(told("America/New_York", "2005-04-01T09:00:00Z").is_empty());
}

#[test]
fn what_one_entry_tells_of_a_zone_explains_every_other() {
    for zone in
        ["Europe/Stockholm", "Africa/Cairo", "America/Nuuk", "America/Santiago", "Asia/Kolkata"]
    {
        let first =
            read(&file(&meeting("2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z", zone), "X"));
        for (year, month) in (2026..2060).flat_map(|year| (1..=12).map(move |month| (year, month)))
        {
            let starts = format!("{year}-{month:02}-15T09:00:00Z");
            let time = meeting(&starts, &starts, zone);
            let other = read(&file(&time, "X"));
            let property = other.events[0].get_property("DTSTART").expect("a start");
            assert_eq!(point(&first, property), time.starts, "{zone} {starts}");
        }
    }
}

#[test]
fn a_zone_without_changes_has_one_observance_and_utc_none() {
    let (starts, ends) = ("2026-07-01T09:00:00Z", "2026-07-01T10:00:00Z");
    let fixed = read(&file(&meeting(starts, ends, "Etc/GMT-3"), "X"));
    assert_eq!(fixed.timezones[0].transitions.len(), 1);
    assert_eq!(value(&fixed.timezones[0].transitions[0], "TZOFFSETTO"), "+0300");
    assert!(fixed.timezones[0].transitions[0].get_property("RRULE").is_none());
    assert!(read(&file(&meeting(starts, ends, "UTC"), "X")).timezones.is_empty());
    let nameless =
        MeetingTime { zone: TimeZone::fixed(tz::offset(2)), ..meeting(starts, ends, "UTC") };
    assert_means(&nameless);
}

proptest! {
    #[test]
    fn every_zone_tells_every_meeting_right(
        zone in 0..1000_usize,
        starts in 946_684_800..4_102_444_800_i64,
        minutes in 1..600_000_i64,
    ) {
        let names: Vec<_> = tz::db().available().collect();
        let name = names[zone % names.len()].as_str();
        // To the minute, and half of the times within an hour or two of a change of clocks.
        let zone = TimeZone::get(name).expect("a zone");
        let mut starts = Timestamp::from_second(starts / 60 * 60).expect("a time");
        if minutes % 2 == 0 && let Some(change) = zone.following(starts).next() {
            starts = change.timestamp().checked_add(Span::new().minutes(minutes % 240 - 120)).expect("a time");
        }
        let ends = starts.checked_add(Span::new().minutes(minutes)).expect("a time");
        assert_means(&MeetingTime { starts, ends, zone });
    }

    #[test]
    fn lines_are_folded_between_characters_and_read_back_whole(
        organisation in "([a-zåäöÅÄÖ ,;\\\\:\"\u{1f469}\u{200d}\u{1f4bb}€]|[^\r\n\\p{C}]){0,200}",
    ) {
        let time = meeting("2026-12-01T09:00:00Z", "2026-12-01T09:45:00Z", "Europe/Stockholm");
        let file = file(&time, &organisation);
        let lines = file.strip_suffix("\r\n").expect("an end of line").split("\r\n");
        for line in lines {
            prop_assert!(line.len() <= 75, "{}", line);
            prop_assert!(!line.contains(['\r', '\n']), "{}", line);
        }
        let unfolded = unescaped(&file.replace("\r\n ", ""));
        let expected = format!("SUMMARY:Videomöte med {organisation}\r\n");
        prop_assert!(unfolded.contains(&expected), "{}", unfolded);
        // The other program drops spaces at a fold.
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        let calendar = read(&file);
        let summary = unescaped(value(&calendar.events[0], "SUMMARY"));
        prop_assert_eq!(bare(&summary), bare(&format!("Videomöte med {organisation}")));
    }

    #[test]
    fn nothing_that_somebody_wrote_becomes_a_property(organisation in "(\r\n|\n|\r|\t|\u{85}|ATTENDEE:x|[a-z]){0,20}") {
        let time = meeting("2026-12-01T09:00:00Z", "2026-12-01T09:45:00Z", "Europe/Stockholm");
        let file = file(&time, &organisation);
        prop_assert!(!file.replace("\r\n", "").contains(char::is_control));
        let calendar = read(&file);
        for (calendar, properties) in
            [(calendar, 12), (read(&called_off(&time, &organisation).text), 10)]
        {
            let named = |name: &str| {
                let all = calendar.events[0].properties.iter().filter(|it| it.name == name);
                all.filter_map(|it| it.value.clone()).collect::<Vec<_>>()
            };
            prop_assert_eq!(named("ATTENDEE"), ["mailto:anna@example.org"]);
            prop_assert_eq!(named("ORGANIZER"), ["mailto:mote@kommun.example"]);
            prop_assert_eq!(calendar.events[0].properties.len(), properties);
        }
    }
}
