//! Calendar entries (RFC 5545), as what they are to do (RFC 5546).

mod person;
mod zone;

use super::letter::MeetingTime;
use app::{wire::Language, words::messages};
use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};
pub use person::Person;
use std::fmt::Write;
use zone::{Observance, observances};

/// A recipient's calendar entry for a meeting. It says when, with whom and where the invitation is;
/// never what about, and never where the room is.
pub struct Entry<'a> {
    /// Its identity.
    pub uid: &'a str,
    /// Its revision, from 0: an entry takes the place of those before it with the same identity.
    pub sequence: u32,
    /// When this revision came about.
    pub written_at: Timestamp,
    /// When the meeting is, or would have been.
    pub time: &'a MeetingTime,
    /// Where the meeting stands.
    pub state: State<'a>,
    /// The organisation's name.
    pub organisation: &'a str,
    /// The address that the organisation sends from.
    pub sender: &'a str,
    /// Who is invited.
    pub recipient: Person<'a>,
    /// The language to write in.
    pub language: Language,
}

/// Where a meeting stands, for its recipient.
#[derive(Clone, Copy)]
pub enum State<'a> {
    /// It is to be. With the invitation's link, in full.
    Planned(&'a str),
    /// It is called off.
    CalledOff,
}

/// An entry as a file of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// What is in it.
    pub text: String,
    /// What programs are to do with it (RFC 5546).
    method: &'static str,
}

impl File {
    /// Its media type. The method in it must be the file's own (RFC 6047, 2.4).
    pub fn media_type(&self) -> String {
        format!("text/calendar; charset=utf-8; method={}", self.method)
    }
}

impl Entry<'_> {
    /// The entry as a file of its own.
    ///
    /// It is a request, anew with each revision, and in the end a cancellation (RFC 5546, 3.2.2 and 3.2.5):
    /// programs move and remove only what came so. No answer is asked for: the organiser is the organisation,
    /// and nobody reads what comes to that address.
    pub fn file(&self) -> File {
        let words = &messages::of(self.language).calendar;
        let zone = self.zone();
        let zone_id = zone.as_ref().map(|(name, _)| *name);
        let method = match self.state {
            State::Planned(_) => "REQUEST",
            State::CalledOff => "CANCEL",
        };
        let mut lines = Lines::default();
        lines.put("BEGIN", "VCALENDAR");
        lines.put("VERSION", "2.0");
        lines.put("PRODID", "-//Anslut//Anslut//SV");
        lines.put("CALSCALE", "GREGORIAN");
        lines.put("METHOD", method);
        if let Some((name, observances)) = &zone {
            lines.zone(name, observances);
        }
        lines.put("BEGIN", "VEVENT");
        lines.put("UID", &escaped(self.uid));
        lines.put("SEQUENCE", &self.sequence.to_string());
        lines.put("DTSTAMP", &universal(self.written_at));
        let organiser = Person { name: Some(self.organisation), address: self.sender };
        lines.put(&format!("ORGANIZER{}", organiser.parameter()), &organiser.uri());
        let invited = self.recipient.parameter();
        lines.put(&format!("ATTENDEE;{INVITED}{invited}"), &self.recipient.uri());
        for (name, at) in [("DTSTART", self.time.starts), ("DTEND", self.time.ends)] {
            match zone_id {
                Some(id) => {
                    lines.put(&format!("{name};TZID={id}"), &local(self.time.zone.to_datetime(at)));
                }
                None => lines.put(name, &universal(at)),
            }
        }
        match self.state {
            State::Planned(link) => {
                lines.put("SUMMARY", &escaped(&(words.summary)(self.organisation)));
                lines.put("DESCRIPTION", &escaped(&format!("{}\n\n{link}", words.description)));
                lines.put("LOCATION", &escaped(link));
                lines.put("URL", link);
            }
            State::CalledOff => {
                lines.put("SUMMARY", &escaped(&(words.called_off)(self.organisation)));
                lines.put("STATUS", "CANCELLED");
            }
        }
        lines.put("CLASS", "PRIVATE");
        lines.put("END", "VEVENT");
        lines.put("END", "VCALENDAR");
        File { text: lines.0, method }
    }

    /// The zone that the times are told in, with what there is to know of it. They are told in UTC where
    /// clocks show one of them twice, which says in no other way which of the two it is, and where the zone
    /// follows no rules: then programs that know it by themselves may know it otherwise than we do.
    fn zone(&self) -> Option<(&str, Vec<Observance>)> {
        let MeetingTime { starts, ends, zone } = self.time;
        let twice = |at: &Timestamp| {
            let clock = zone.to_datetime(*at);
            zone.to_ambiguous_timestamp(clock).is_ambiguous()
        };
        let name = named(zone).filter(|_| ![*starts, *ends].iter().any(twice))?;
        Some((name, observances(zone, *starts)?))
    }
}

/// What is said of whoever is invited.
const INVITED: &str = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE";

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Octets of a line, its end not counted (RFC 5545, 3.1).
    const WIDTH: usize = 75;

    /// Adds a content line, folded between characters. Nothing in the value can end the line.
    fn put(&mut self, name: &str, value: &str) {
        let mut width = 0;
        let value = value.chars().filter(|c| !c.is_control());
        for c in name.chars().chain([':']).chain(value) {
            if width + c.len_utf8() > Self::WIDTH {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// Adds what there is to know of the zone.
    fn zone(&mut self, name: &str, observances: &[Observance]) {
        self.put("BEGIN", "VTIMEZONE");
        self.put("TZID", name);
        for observance in observances {
            self.observance(observance);
        }
        self.put("END", "VTIMEZONE");
    }

    /// Adds one of its offsets.
    fn observance(&mut self, observance: &Observance) {
        let kind = if observance.daylight { "DAYLIGHT" } else { "STANDARD" };
        self.put("BEGIN", kind);
        self.put("DTSTART", &local(observance.onset));
        self.put("TZOFFSETFROM", &offset(observance.from));
        self.put("TZOFFSETTO", &offset(observance.to));
        if let Some(rule) = &observance.rule {
            self.put("RRULE", &rule.to_string());
        }
        self.put("END", kind);
    }
}

/// The zone's name, where there is anything to tell about it.
fn named(zone: &TimeZone) -> Option<&str> {
    zone.iana_name().filter(|name| *name != "UTC")
}

fn universal(at: Timestamp) -> String {
    local(TimeZone::UTC.to_datetime(at)) + "Z"
}

fn local(at: DateTime) -> String {
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

fn offset(offset: Offset) -> String {
    let sign = if offset.is_negative() { '-' } else { '+' };
    let seconds = offset.seconds().unsigned_abs();
    let mut out = format!("{sign}{:02}{:02}", seconds / 3600, seconds / 60 % 60);
    if !seconds.is_multiple_of(60) {
        // Writing into a string can't fail.
        let _ = write!(out, "{:02}", seconds % 60);
    }
    out
}

/// A text value (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests;
