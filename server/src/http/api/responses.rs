//! Response bodies of the API. Its description is generated from the same types.

use crate::{
    clock::Time,
    meetings::create::{Booked, status},
    model,
    rooms::{self, Link},
};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

/// A booked meeting. It never holds a link, a token, a code or a personal number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "6a2f41a3-c54c-4b01-90f2-6d2a3f1f6f5e",
    "title": "Uppföljningsmöte", "description": "Vi går igenom planen.",
    "starts_at": "2026-12-01T09:00:00+01:00", "ends_at": "2026-12-01T09:45:00+01:00",
    "time_zone": "Europe/Stockholm",
    "organiser": { "name": "Kim Handläggare", "email": "kim@kommun.example", "phone": "+46300834000" },
    "room": { "kind": "link", "url": "https://video.example/rum/42" },
    "recipients": [{
        "id": "0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11", "status": "sent", "name": "Anna Andersson",
        "email": "anna@example.org", "phone": null, "assurance": "loa2", "method": "email-code",
        "language": "sv", "allow_e_id": false
    }]
}))]
pub struct Meeting {
    /// The id.
    #[schema(format = "uuid")]
    id: String,
    /// The title. Recipients see it after they have identified.
    title: String,
    /// The sender's description. May be empty.
    description: String,
    /// The start, with the offset of the time zone.
    #[schema(format = DateTime, example = "2026-12-01T09:00:00+01:00")]
    starts_at: String,
    /// The end, with the offset of the time zone.
    #[schema(format = DateTime, example = "2026-12-01T09:45:00+01:00")]
    ends_at: String,
    /// The IANA name of the time zone.
    #[schema(example = "Europe/Stockholm")]
    time_zone: String,
    /// The sender.
    organiser: Organiser,
    /// The room.
    room: Room,
    /// The recipients, in the order of the booking. Removed ones are included.
    recipients: Vec<Recipient>,
}

/// The sender of a meeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organiser {
    /// The name.
    name: String,
    /// The e-mail address.
    #[schema(format = Email)]
    email: String,
    /// The phone number in E.164.
    #[schema(example = "+46300834000")]
    phone: String,
}

/// A meeting room.
#[derive(Debug, Serialize, ToSchema)]
pub struct Room {
    /// The kind.
    #[schema(value_type = RoomKind)]
    kind: String,
    /// The address: https.
    #[schema(format = "uri")]
    url: String,
}

/// A recipient.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recipient {
    /// The recipient's id.
    #[schema(format = "uuid")]
    id: String,
    /// The status of the invitation.
    #[schema(value_type = RecipientStatus)]
    status: &'static str,
    /// The name.
    #[schema(required)]
    name: Option<String>,
    /// The e-mail address.
    #[schema(format = Email)]
    email: String,
    /// The phone number in E.164.
    #[schema(required)]
    phone: Option<String>,
    /// The required level of assurance.
    #[schema(value_type = super::requests::Assurance)]
    assurance: String,
    /// The method.
    #[schema(value_type = super::requests::Method)]
    method: String,
    /// The language of messages to the recipient.
    #[schema(value_type = super::requests::Language)]
    language: String,
    /// `true` if an e-ID may replace the code.
    allow_e_id: bool,
}

/// The status of an invitation: `queued`, `sent`, `opened`, `identified`, `joined`, in this order. `failed`
/// if its mail was refused. `locked` after too many wrong attempts. `cancelled` if the meeting was cancelled
/// or the recipient was removed.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described")]
enum RecipientStatus {
    Queued,
    Sent,
    Opened,
    Identified,
    Joined,
    Failed,
    Locked,
    Cancelled,
}

/// A kind of room.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described")]
pub(super) enum RoomKind {
    Link,
}

/// A page of meetings, the last booked first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meetings {
    /// The meetings.
    meetings: Vec<Meeting>,
    /// The cursor of the next page. `null` on the last page.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl Meetings {
    /// Creates a page of meetings.
    pub(super) fn new(meetings: &[Booked], next_cursor: Option<String>) -> Self {
        Self { meetings: meetings.iter().map(Meeting::from).collect(), next_cursor }
    }
}

/// An event of a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 7, "at": "2026-12-01T08:01:12Z", "kind": "identified",
    "recipient": "0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11", "assurance": "loa3", "method": "bankid",
    "who": "Cia Ceder", "identity_matched": true
}))]
pub struct Event {
    /// The number. It grows.
    id: i64,
    /// The time, in UTC.
    #[schema(format = DateTime)]
    at: String,
    /// The kind, such as `booked`, `sent`, `opened`, `identified`, `joined`, `changed`, `recipient-added`,
    /// `recipient-removed`, `corrected`, `invited-again`, `cancelled`. There are others, and more may be
    /// added.
    kind: String,
    /// The recipient. `null` if the event is about the meeting.
    #[schema(required)]
    recipient: Option<String>,
    /// The proven level of assurance.
    #[schema(required)]
    assurance: Option<String>,
    /// The method: `email-code`, `sms-code`, `bankid` or a provider's id.
    #[schema(required)]
    method: Option<String>,
    /// The name of the person, if the method gives one.
    #[schema(required)]
    who: Option<String>,
    /// `true` if the identity is the one that the sender named. `null` if the sender named nobody, and for
    /// codes.
    #[schema(required)]
    identity_matched: Option<bool>,
}

impl From<&Booked> for Meeting {
    fn from(Booked { meeting, invitations }: &Booked) -> Self {
        Self {
            id: meeting.id.clone(),
            title: meeting.title.clone(),
            description: meeting.description.clone(),
            starts_at: local(meeting, meeting.starts_at),
            ends_at: local(meeting, meeting.ends_at),
            time_zone: meeting.time_zone.clone(),
            organiser: Organiser {
                name: meeting.organiser_name.clone(),
                email: meeting.organiser_email.clone(),
                phone: meeting.organiser_phone.clone(),
            },
            room: Room::from(&meeting.room),
            recipients: invitations.iter().map(|it| Recipient::of(meeting, it)).collect(),
        }
    }
}

impl From<&rooms::Room> for Room {
    fn from(room: &rooms::Room) -> Self {
        let rooms::Room::Link(Link { url }) = room;
        Self { kind: room.kind().to_owned(), url: url.clone() }
    }
}

impl Recipient {
    /// Returns a recipient of a meeting.
    pub(super) fn of(meeting: &model::Meeting, invitation: &model::Invitation) -> Self {
        Self {
            id: invitation.id.clone(),
            status: status(meeting, invitation),
            name: invitation.name.clone(),
            email: invitation.email.clone(),
            phone: invitation.phone.clone(),
            assurance: invitation.assurance.clone(),
            method: invitation.method.clone(),
            language: invitation.language.clone(),
            allow_e_id: invitation.allow_e_id,
        }
    }
}

impl From<model::Event> for Event {
    fn from(event: model::Event) -> Self {
        Self {
            id: event.number,
            at: event.at.timestamp().to_string(),
            kind: event.kind,
            recipient: event.invitation_id,
            assurance: event.level,
            method: event.method,
            who: event.name,
            identity_matched: event.identity_matched,
        }
    }
}

/// Returns a point in time with the offset of the meeting's time zone (RFC 3339).
fn local(meeting: &model::Meeting, time: Time) -> String {
    let zone = TimeZone::get(&meeting.time_zone).unwrap_or(TimeZone::UTC);
    let at = time.timestamp();
    at.display_with_offset(zone.to_offset(at)).to_string()
}
