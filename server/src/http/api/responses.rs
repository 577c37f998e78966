//! What the API answers with. The description of the API is made of the same types.

use crate::{
    clock::Time,
    meetings::create::{Booked, status},
    model,
};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

/// A booked meeting. Never holds a link, a token, a code or a personal number.
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
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// Its title, which a recipient reads after identifying.
    title: String,
    /// What the sender writes about it; may be empty.
    description: String,
    /// Its start, with the offset of its zone.
    #[schema(format = DateTime, example = "2026-12-01T09:00:00+01:00")]
    starts_at: String,
    /// Its end, likewise.
    #[schema(format = DateTime, example = "2026-12-01T09:45:00+01:00")]
    ends_at: String,
    /// The IANA name of the zone it is held in.
    #[schema(example = "Europe/Stockholm")]
    time_zone: String,
    /// The sender.
    organiser: Organiser,
    /// Where it is held.
    room: Room,
    /// Who is invited, in the order of the booking; those taken off too.
    recipients: Vec<Recipient>,
}

/// Who sends the invitations.
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
    /// Its kind.
    #[schema(value_type = RoomKind)]
    kind: String,
    /// Its address, https.
    #[schema(format = "uri")]
    url: String,
}

/// Somebody who is invited.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recipient {
    /// The recipient's id.
    #[schema(format = "uuid")]
    id: String,
    /// Where the invitation stands.
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
    /// The level to identify at.
    #[schema(value_type = super::requests::Assurance)]
    assurance: String,
    /// The way to identify.
    #[schema(value_type = super::requests::Method)]
    method: String,
    /// The language that the recipient is written to in.
    #[schema(value_type = super::requests::Language)]
    language: String,
    /// Whether an e-identification may be used where a code would do.
    allow_e_id: bool,
}

/// Where an invitation stands: `queued`, `sent`, `opened`, `identified`, `joined` in that order; `failed` when
/// its mail was refused, `locked` after too many wrong tries, `cancelled` when the meeting was called off
/// or the recipient taken off it.
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

/// The kinds of rooms.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described")]
pub(super) enum RoomKind {
    Link,
}

/// Some of the meetings, the last booked first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Meetings {
    /// The meetings.
    meetings: Vec<Meeting>,
    /// What to ask for those after these with; null when there are none.
    #[schema(required)]
    next_cursor: Option<String>,
}

impl Meetings {
    /// Some meetings and how to go on.
    pub(super) fn new(meetings: &[Booked], next_cursor: Option<String>) -> Self {
        Self { meetings: meetings.iter().map(Meeting::from).collect(), next_cursor }
    }
}

/// Something that happened to a meeting.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": 7, "at": "2026-12-01T08:01:12Z", "kind": "identified",
    "recipient": "0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11", "assurance": "loa3", "method": "bankid",
    "who": "Cia Ceder", "identity_matched": true
}))]
pub struct Event {
    /// Its number, growing.
    id: i64,
    /// When it happened, in UTC.
    #[schema(format = DateTime)]
    at: String,
    /// What happened, such as `booked`, `sent`, `opened`, `identified`, `joined`, `changed`, `recipient-added`,
    /// `recipient-removed`, `corrected`, `invited-again`, `cancelled`. There are more, and more may come.
    kind: String,
    /// The recipient it happened to; null where it happened to the meeting.
    #[schema(required)]
    recipient: Option<String>,
    /// The level that was proven.
    #[schema(required)]
    assurance: Option<String>,
    /// By which way: `email-code`, `sms-code`, `bankid` or a provider's id.
    #[schema(required)]
    method: Option<String>,
    /// The name of who identified, as far as the way tells.
    #[schema(required)]
    who: Option<String>,
    /// Whether it was who the sender named; null when the sender named nobody, and for codes.
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
            room: Room { kind: meeting.room_kind.clone(), url: meeting.room_url.clone() },
            recipients: invitations.iter().map(|it| Recipient::of(meeting, it)).collect(),
        }
    }
}

impl Recipient {
    /// A recipient of a meeting.
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

/// A point in time with the offset of the meeting's zone (RFC 3339).
fn local(meeting: &model::Meeting, time: Time) -> String {
    let zone = TimeZone::get(&meeting.time_zone).unwrap_or(TimeZone::UTC);
    let at = time.timestamp();
    at.display_with_offset(zone.to_offset(at)).to_string()
}
