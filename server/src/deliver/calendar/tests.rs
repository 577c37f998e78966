use super::*;
use ::ical::{
    IcalParser, parser::Component, parser::ical::component::IcalCalendar, property::Property,
};
use jiff::{Span, tz};
use proptest::prelude::*;

/// The file as another program reads it.
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

/// The point in time that a property means, by what the file itself says of the zone.
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
    let onset = |p: &&::ical::parser::ical::component::IcalTimeZoneTransition| {
        value(*p, "DTSTART").parse::<DateTime>().expect("a time")
    };
    let observance = zone
        .transitions
        .iter()
        .filter(|observance| onset(observance) <= clock)
        .max_by_key(onset)
        .expect("an observance that holds");
    let offset = seconds(value(observance, "TZOFFSETTO"));
    utc(clock).checked_sub(Span::new().seconds(offset)).expect("a point in time")
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
        language: Language::Swedish,
    }
}

fn file(time: &MeetingTime, organisation: &str) -> String {
    entry(time, organisation).file().text
}

/// The same meeting called off.
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
    assert_eq!(value(&calendar, "METHOD"), "PUBLISH");
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
    assert_eq!(event.properties.len(), 8);
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
fn the_hour_that_clocks_show_twice_is_told_in_utc_the_second_time() {
    let time = meeting("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "Europe/Stockholm");
    let file = file(&time, "Kungsbacka kommun");
    assert!(file.contains("\r\nDTSTART;TZID=Europe/Stockholm:20261025T023000\r\n"));
    assert!(file.contains("\r\nDTEND:20261025T013000Z\r\n"));
}

#[test]
fn a_zone_without_changes_has_one_observance_and_utc_none() {
    let (starts, ends) = ("2026-07-01T09:00:00Z", "2026-07-01T10:00:00Z");
    let fixed = read(&file(&meeting(starts, ends, "Etc/GMT-3"), "X"));
    assert_eq!(fixed.timezones[0].transitions.len(), 1);
    assert_eq!(value(&fixed.timezones[0].transitions[0], "TZOFFSETTO"), "+0300");
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
        // To the minute, and as often as not within an hour or two of a change of clocks.
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
        prop_assert!(calendar.events[0].get_property("ATTENDEE").is_none());
        prop_assert_eq!(calendar.events[0].properties.len(), 10);
        let calendar = read(&called_off(&time, &organisation).text);
        prop_assert!(calendar.events[0].get_property("ATTENDEE").is_none());
        prop_assert_eq!(calendar.events[0].properties.len(), 8);
    }
}
