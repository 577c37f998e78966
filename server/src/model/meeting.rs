//! Meetings.

use crate::{clock::Time, rooms::Room};

/// The details of a meeting that recipients get, as they were before a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierDetails {
    /// Start.
    pub starts_at: Time,
    /// End.
    pub ends_at: Time,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The sender's name.
    pub organiser_name: String,
    /// The sender's phone number in E.164.
    pub organiser_phone: String,
}

/// A booked meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meeting {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// The sender's description. May be empty.
    pub description: String,
    /// Start.
    pub starts_at: Time,
    /// End.
    pub ends_at: Time,
    /// IANA name of its time zone.
    pub time_zone: String,
    /// The sender's name.
    pub organiser_name: String,
    /// The sender's e-mail address.
    pub organiser_email: String,
    /// The sender's phone number in E.164.
    pub organiser_phone: String,
    /// Language of messages to the sender.
    pub organiser_language: String,
    /// The room.
    pub room: Room,
    /// Number of changes of its time. Calendars compare versions by it (`SEQUENCE`, RFC 5545).
    pub sequence: i64,
    /// Time of booking.
    pub created_at: Time,
    /// Time of cancellation.
    pub cancelled_at: Option<Time>,
    /// Time of the last change.
    pub changed_at: Option<Time>,
    /// Number of changes by its sender, to the meeting or its recipients.
    pub version: i64,
}
