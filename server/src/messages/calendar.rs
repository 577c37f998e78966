//! Calendar entries (RFC 5545) with the method for calendar programs (RFC 5546).
//!
//! An entry keeps its UID as long as its invitation lives. SEQUENCE grows with every change of the meeting
//! and every new link, and once more on cancellation. Entries are sent with a method (`REQUEST`, then
//! `CANCEL`), because programs move and remove only entries that came that way.

mod person;
mod zone;

pub use self::person::Person;
use self::zone::{Observance, observances};
use super::content::MeetingTime;
use app::{i18n::messages, wire::Language};
use jiff::{
    Timestamp,
    civil::DateTime,
    tz::{Offset, TimeZone},
};
use std::fmt::Write;

/// A recipient's calendar entry for a meeting. It holds the time, the parties and the invitation's link. It
/// never says what the meeting is about, or where the room is.
pub struct Entry<'a> {
    /// The entry's UID.
    pub uid: &'a str,
    /// The entry's SEQUENCE, from 0. An entry replaces those before it with the same UID.
    pub sequence: u32,
    /// The time of this version's cause.
    pub written_at: Timestamp,
    /// The time that the meeting has, or would have had.
    pub time: &'a MeetingTime,
    /// The meeting's state.
    pub state: State<'a>,
    /// The organisation's name.
    pub organisation: &'a str,
    /// The address that the organisation sends from.
    pub sender: &'a str,
    /// The invited person.
    pub recipient: Person<'a>,
    /// The language of the texts.
    pub language: Language,
}

/// The state of a meeting for its recipient.
#[derive(Clone, Copy)]
pub enum State<'a> {
    /// The meeting will take place. Holds the invitation's link, in full.
    Planned(&'a str),
    /// The meeting is cancelled.
    CalledOff,
}

/// A calendar entry as a file.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// The file's content.
    pub text: String,
    /// The action for calendar programs (RFC 5546).
    method: &'static str,
}

impl File {
    /// Returns the media type. Its method must be the same as in the file (RFC 6047, 2.4).
    pub fn media_type(&self) -> String {
        format!("text/calendar; charset=utf-8; method={}", self.method)
    }
}

impl Entry<'_> {
    /// Returns the entry as a file.
    ///
    /// The file is a request for each version, and in the end a cancellation (RFC 5546, 3.2.2 and 3.2.5):
    /// programs move and remove only entries that came this way. It asks for no reply. The organiser is the
    /// organisation, and nobody reads mail to that address.
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

    /// Returns the zone in which the times are written, with its rules. `None` means UTC, in two cases. If
    /// clocks show one of the times twice, local time is ambiguous. If the zone follows no rules, programs
    /// that know the zone may know it differently.
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

/// Parameters of the invited person.
const INVITED: &str = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE";

#[derive(Default)]
struct Lines(String);

impl Lines {
    /// Maximum number of octets in a line, without its end (RFC 5545, 3.1).
    const WIDTH: usize = 75;

    /// Adds a content line, folded between characters. No value can end the line.
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

    /// Adds a zone with its rules.
    fn zone(&mut self, name: &str, observances: &[Observance]) {
        self.put("BEGIN", "VTIMEZONE");
        self.put("TZID", name);
        for observance in observances {
            self.observance(observance);
        }
        self.put("END", "VTIMEZONE");
    }

    /// Adds one observance of a zone.
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

/// Returns the zone's name. `None` for UTC and for a zone without a name.
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

/// Escapes a text value (RFC 5545, 3.3.11).
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
