//! What the API takes, for its description. It is read by hand (`reading.rs`, `patching.rs`), so that all that is
//! wrong is told at once and pointed at; tests hold the two together.

use super::responses::RoomKind;
use serde::Deserialize;
use utoipa::ToSchema;

/// A meeting to be booked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "Uppföljningsmöte",
    "description": "Vi går igenom planen.",
    "starts_at": "2026-12-01T09:00:00+01:00",
    "ends_at": "2026-12-01T09:45:00+01:00",
    "time_zone": "Europe/Stockholm",
    "organiser": { "name": "Kim Handläggare", "email": "kim@kommun.example", "phone": "+46300834000" },
    "room": { "kind": "link", "url": "https://video.example/rum/42" },
    "recipients": [{
        "name": "Anna Andersson", "email": "anna@example.org", "assurance": "loa2",
        "method": "email-code", "language": "sv"
    }]
}))]
pub struct Booking {
    /// The title, one line, which a recipient reads after identifying. Lines hold nothing that can't be seen.
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// What there is to say about it; empty where left out.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// The start, with an offset (RFC 3339) of 18 hours at most. A zone behind it (RFC 9557) must agree with it and
    /// with `time_zone`.
    #[schema(format = DateTime)]
    pub starts_at: String,
    /// The end: after the start by a week at most, and not passed.
    #[schema(format = DateTime)]
    pub ends_at: String,
    /// The IANA name of the zone it is held in; `Europe/Stockholm` where left out.
    pub time_zone: Option<String>,
    /// Who sends the invitations.
    pub organiser: NewOrganiser,
    /// Where it is held.
    pub room: NewRoom,
    /// Who is invited.
    #[schema(min_items = 1, max_items = 200)]
    pub recipients: Vec<NewRecipient>,
}

/// The sender of a meeting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganiser {
    /// The name, one line.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The e-mail address.
    #[schema(format = Email)]
    pub email: String,
    /// The phone number in E.164.
    #[schema(pattern = r"^\+[1-9][0-9]+$")]
    pub phone: String,
}

/// The room of a meeting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRoom {
    /// Its kind.
    #[schema(value_type = RoomKind)]
    pub kind: String,
    /// Its address: https, without user name and password.
    #[schema(format = "uri", max_length = 2000)]
    pub url: String,
}

/// Somebody to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecipient {
    /// The name, one line.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The e-mail address.
    #[schema(format = Email)]
    pub email: String,
    /// The phone number in E.164; required for `sms-code`.
    #[schema(pattern = r"^\+[1-9][0-9]+$")]
    pub phone: Option<String>,
    /// The level to identify at: `loa3` goes with `e-id`, `loa2` with the codes.
    pub assurance: Assurance,
    /// The way to identify.
    pub method: Method,
    /// The language of the invitation; `sv` where left out.
    #[schema(value_type = Option<Language>)]
    pub language: Option<Language>,
    /// Whether an e-identification may be used where a code would do; not where left out.
    pub allow_e_id: Option<bool>,
    /// The personal or coordination number that must be identified with, 12 digits; for e-identifications
    /// only. It is never answered.
    #[schema(pattern = "^[0-9]{12}$", write_only)]
    pub personal_number: Option<String>,
}

/// What is to be another of a meeting, as a JSON Merge Patch (RFC 7396): members that are not named stay as they
/// are, null takes away what may be left out. The result must be what could be booked.
///
/// Of `recipients` only those named are changed: a list that forgets somebody shuts nobody out. Those whose time,
/// zone or sender changes are told. A recipient whose address, phone, level, way or personal number changes gets a
/// new invitation by another link, and the old one is dead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "starts_at": "2026-12-02T09:00:00+01:00",
    "ends_at": "2026-12-02T09:45:00+01:00",
    "recipients": [
        { "id": "0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11", "email": "anna.andersson@example.org" },
        { "id": "b8a3c6a2-53c6-4a0e-8a5e-3f1f4f1c2d22", "remove": true },
        { "email": "bo@example.org", "assurance": "loa2", "method": "email-code" }
    ]
}))]
pub struct Change {
    /// Another title.
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    pub title: Option<String>,
    /// Another description; null takes it away.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// Another start.
    #[schema(format = DateTime, nullable = false)]
    pub starts_at: Option<String>,
    /// Another end.
    #[schema(format = DateTime, nullable = false)]
    pub ends_at: Option<String>,
    /// Another zone; null means the default.
    pub time_zone: Option<String>,
    /// What is another of the sender.
    #[schema(value_type = OrganiserChange, required = false)]
    pub organiser: Option<OrganiserChange>,
    /// What is another of the room.
    #[schema(value_type = RoomChange, required = false)]
    pub room: Option<RoomChange>,
    /// Those about whom something changes: with an `id` one is corrected, or taken off; without one somebody is
    /// added.
    #[schema(value_type = Vec<RecipientChange>, required = false)]
    pub recipients: Option<Vec<RecipientChange>>,
}

/// What is another of a meeting's sender.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganiserChange {
    /// Another name.
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    pub name: Option<String>,
    /// Another e-mail address.
    #[schema(format = Email, nullable = false)]
    pub email: Option<String>,
    /// Another phone number in E.164.
    #[schema(pattern = r"^\+[1-9][0-9]+$", nullable = false)]
    pub phone: Option<String>,
}

/// What is another of a meeting's room.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomChange {
    /// Another kind.
    #[schema(value_type = RoomKind, required = false)]
    pub kind: Option<String>,
    /// Another address.
    #[schema(format = "uri", max_length = 2000, nullable = false)]
    pub url: Option<String>,
}

/// A recipient to be corrected, taken off or added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientChange {
    /// Who it is about; left out, it is somebody new, of whom all that a booking asks for must be said.
    #[schema(format = "uuid", nullable = false)]
    pub id: Option<String>,
    /// True takes the recipient off the meeting; nothing else is said then. The last one can't be taken off.
    #[schema(nullable = false)]
    pub remove: Option<bool>,
    /// Another name; null takes it away.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Another e-mail address.
    #[schema(format = Email, nullable = false)]
    pub email: Option<String>,
    /// Another phone number; null takes it away.
    #[schema(pattern = r"^\+[1-9][0-9]+$")]
    pub phone: Option<String>,
    /// Another level.
    #[schema(value_type = Assurance, required = false)]
    pub assurance: Option<Assurance>,
    /// Another way.
    #[schema(value_type = Method, required = false)]
    pub method: Option<Method>,
    /// Another language; null means the default.
    pub language: Option<Language>,
    /// Whether an e-identification may be used instead; null means not.
    pub allow_e_id: Option<bool>,
    /// Another personal number; null takes it away.
    #[schema(pattern = "^[0-9]{12}$", write_only)]
    pub personal_number: Option<String>,
}

/// How surely a recipient must be who was invited: `loa2` is a one-time code, `loa3` a Swedish e-identification.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Assurance {
    /// A one-time code.
    Loa2,
    /// A Swedish e-identification.
    Loa3,
}

/// How a recipient identifies.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// A code by e-mail.
    EmailCode,
    /// A code by SMS.
    SmsCode,
    /// An e-identification.
    EId,
}

/// What a recipient is written to in: Swedish or English.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Swedish.
    Sv,
    /// English.
    En,
}
