//! Calendar entries (RFC 5545).

use super::letter::MeetingTime;
use app::wire::Language;
use jiff::Timestamp;

/// A recipient's calendar entry for a meeting. It says when, with whom and where the invitation is;
/// never what about, and never where the room is.
pub struct Entry<'a> {
    /// Its identity.
    pub uid: &'a str,
    /// Its revision, from 0.
    pub sequence: u32,
    /// When this revision came about.
    pub written_at: Timestamp,
    /// When the meeting is.
    pub time: &'a MeetingTime,
    /// The invitation's link, in full.
    pub link: &'a str,
    /// The organisation's name.
    pub organisation: &'a str,
    /// The language to write in.
    pub language: Language,
}

impl Entry<'_> {
    /// The entry as a file of its own, `text/calendar; method=PUBLISH`.
    pub fn file(&self) -> String {
        todo!()
    }
}
