//! Calendar entries (RFC 5545).

use super::letter::MeetingTime;
use app::{wire::Language, words::messages};
use jiff::{
    Timestamp, ToSpan,
    civil::DateTime,
    tz::{Dst, Offset, TimeZone},
};
use std::fmt::Write;

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
    /// It is published, anew with each revision, and in the end cancelled (RFC 5546, 3.2.1 and 3.2.5):
    /// never a request to be answered. It names no organiser: mail programs would offer to send that
    /// person an answer.
    pub fn file(&self) -> File {
        let words = &messages::of(self.language).calendar;
        let zone = &self.time.zone;
        let method = match self.state {
            State::Planned(_) => "PUBLISH",
            State::CalledOff => "CANCEL",
        };
        let mut lines = Lines::default();
        lines.put("BEGIN", "VCALENDAR");
        lines.put("VERSION", "2.0");
        lines.put("PRODID", "-//Anslut//Anslut//SV");
        lines.put("CALSCALE", "GREGORIAN");
        lines.put("METHOD", method);
        if let Some(name) = named(zone) {
            lines.zone(name, self.time);
        }
        lines.put("BEGIN", "VEVENT");
        lines.put("UID", &escaped(self.uid));
        lines.put("SEQUENCE", &self.sequence.to_string());
        lines.put("DTSTAMP", &universal(self.written_at));
        lines.time("DTSTART", self.time.starts, zone);
        lines.time("DTEND", self.time.ends, zone);
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
}

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

    /// Adds a point in time as the zone's clocks show it; in UTC where they show it twice and this is
    /// the second time, which a clock's time can't tell (RFC 5545, 3.3.5).
    fn time(&mut self, name: &str, at: Timestamp, zone: &TimeZone) {
        let clock = zone.to_datetime(at);
        let told = zone.to_timestamp(clock).is_ok_and(|understood| understood == at);
        match named(zone) {
            Some(zone) if told => self.put(&format!("{name};TZID={zone}"), &local(clock)),
            _ => self.put(name, &universal(at)),
        }
    }

    /// Adds what there is to know of the zone from the change of clocks before the meeting to the one
    /// after it.
    fn zone(&mut self, name: &str, time: &MeetingTime) {
        let zone = &time.zone;
        // The one that the meeting may start at is before it too.
        let begun = time.starts.checked_add(1.second()).unwrap_or(time.starts);
        let before = zone.preceding(begun).next().map(|change| change.timestamp());
        let mut after = zone.following(time.starts).map(|change| change.timestamp());
        let mut changes: Vec<Timestamp> = before.into_iter().collect();
        for change in after.by_ref() {
            changes.push(change);
            if change > time.ends {
                break;
            }
        }

        self.put("BEGIN", "VTIMEZONE");
        self.put("TZID", name);
        if before.is_none() {
            let info = zone.to_offset_info(time.starts);
            let ever = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
            self.observance(info.dst(), ever, info.offset(), info.offset());
        }
        for change in changes {
            let info = zone.to_offset_info(change);
            let earlier = change.checked_sub(1.second()).unwrap_or(change);
            let from = zone.to_offset(earlier);
            self.observance(info.dst(), from.to_datetime(change), from, info.offset());
        }
        self.put("END", "VTIMEZONE");
    }

    /// Adds that clocks go from one offset to another; `onset` is in the time before.
    fn observance(&mut self, dst: Dst, onset: DateTime, from: Offset, to: Offset) {
        let kind = if dst.is_dst() { "DAYLIGHT" } else { "STANDARD" };
        self.put("BEGIN", kind);
        self.put("DTSTART", &local(onset));
        self.put("TZOFFSETFROM", &offset(from));
        self.put("TZOFFSETTO", &offset(to));
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
