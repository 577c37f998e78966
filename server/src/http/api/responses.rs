//! Response bodies of the API. Its description is generated from the same types.

use crate::{
    clock::Time,
    meetings::create::{Booked, EventLog, status},
    model,
    rooms::{self, Link},
};
use app::wire::Role;
use jiff::tz::TimeZone;
use serde::Serialize;
use std::collections::HashSet;
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
    /// The hosts, in the order of the booking. Removed ones are included. Not if the room is a `link`.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    hosts: Option<Vec<Host>>,
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
    /// The address: https. Only of a `link`.
    #[schema(format = "uri")]
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
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

/// A host: leads the meeting.
#[derive(Debug, Serialize, ToSchema)]
pub struct Host {
    /// The host's id.
    #[schema(format = "uuid")]
    id: String,
    /// The status of the invitation.
    #[schema(value_type = RecipientStatus)]
    status: &'static str,
    /// The name.
    name: String,
    /// The e-mail address.
    #[schema(format = Email)]
    email: String,
}

/// The status of an invitation: `queued`, `sent`, `opened`, `identified`, `waiting`, `joined`, in this order. `failed`
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
    Waiting,
    Joined,
    Failed,
    Locked,
    Cancelled,
}

/// A kind of room: `builtin` is in this service, `livekit` too, with sound and pictures through LiveKit, `jitsi` in the
/// organisation's Jitsi Meet, `link` in another service. All but `link` are offered only where they are configured.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described")]
pub(super) enum RoomKind {
    Link,
    Builtin,
    Livekit,
    Jitsi,
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
    "recipient": "0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11", "host": null, "assurance": "loa3", "method": "bankid",
    "who": "Cia Ceder", "identity_matched": true, "step": null
}))]
pub struct Event {
    /// The number. It grows.
    id: i64,
    /// The time, in UTC.
    #[schema(format = DateTime)]
    at: String,
    /// The kind, such as `booked`, `sent`, `opened`, `identified`, `joined`, `changed`, `recipient-added`,
    /// `recipient-removed`, `host-added`, `host-removed`, `corrected`, `invited-again`, `waiting`, `admitted`,
    /// `ended`, `cancelled`. There are
    /// others, and more may be added.
    kind: String,
    /// The recipient. `null` if the event is about a host or the meeting.
    #[schema(required)]
    recipient: Option<String>,
    /// The host. `null` if the event is about a recipient or the meeting.
    #[schema(required)]
    host: Option<String>,
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
    /// The step at which somebody wished to be called (`call-wanted`): the last part of its address.
    #[schema(required)]
    step: Option<String>,
}

impl From<&Booked> for Meeting {
    fn from(booked: &Booked) -> Self {
        let meeting = &booked.meeting;
        let hosts = || booked.of_role(Role::Host).map(|it| Host::of(meeting, it)).collect();
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
            recipients: booked.of_role(Role::Guest).map(|it| Recipient::of(meeting, it)).collect(),
            hosts: meeting.room.has_hosts().then(hosts),
        }
    }
}

impl From<&rooms::Room> for Room {
    fn from(room: &rooms::Room) -> Self {
        let url = match room {
            rooms::Room::Link(Link { url }) => Some(url.clone()),
            rooms::Room::Builtin | rooms::Room::Livekit | rooms::Room::Jitsi(_) => None,
        };
        Self { kind: room.kind().to_owned(), url }
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

impl Host {
    /// Returns a host of a meeting.
    pub(super) fn of(meeting: &model::Meeting, invitation: &model::Invitation) -> Self {
        Self {
            id: invitation.id.clone(),
            status: status(meeting, invitation),
            name: invitation.name.clone().unwrap_or_default(),
            email: invitation.email.clone(),
        }
    }
}

impl Event {
    /// Returns the events of a meeting.
    pub(super) fn all(log: EventLog) -> Vec<Self> {
        let EventLog { events, hosts } = log;
        events.into_iter().map(|event| Self::of(event, &hosts)).collect()
    }

    fn of(event: model::Event, hosts: &HashSet<String>) -> Self {
        let host = event.invitation_id.as_ref().is_some_and(|id| hosts.contains(id));
        let (host, recipient) =
            if host { (event.invitation_id, None) } else { (None, event.invitation_id) };
        Self {
            id: event.number,
            at: event.at.timestamp().to_string(),
            kind: event.kind,
            recipient,
            host,
            assurance: event.level,
            method: event.method,
            who: event.name,
            identity_matched: event.identity_matched,
            step: event.step,
        }
    }
}

/// Returns a point in time with the offset of the meeting's time zone (RFC 3339).
fn local(meeting: &model::Meeting, time: Time) -> String {
    let zone = TimeZone::get(&meeting.time_zone).unwrap_or(TimeZone::UTC);
    let at = time.timestamp();
    at.display_with_offset(zone.to_offset(at)).to_string()
}
