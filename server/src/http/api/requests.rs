//! Request bodies of the API, for its description. `booking.rs` and `merge_patch.rs` read them member by
//! member, so that every error is reported at once, with its pointer. Tests hold the two together.

use super::responses::RoomKind;
use serde::Deserialize;
use utoipa::ToSchema;

/// A meeting to book.
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
    /// The title: one line without invisible characters. Recipients see it after they have identified.
    #[schema(min_length = 1, max_length = 200)]
    pub title: String,
    /// The description. Empty if left out.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// The start, with an offset of at most 18 hours (RFC 3339). A zone after it (RFC 9557) must agree with
    /// the offset and with `time_zone`.
    #[schema(format = DateTime)]
    pub starts_at: String,
    /// The end: at most a week after the start, and not in the past.
    #[schema(format = DateTime)]
    pub ends_at: String,
    /// The IANA name of the time zone. `Europe/Stockholm` if left out.
    pub time_zone: Option<String>,
    /// The sender.
    pub organiser: NewOrganiser,
    /// The room.
    pub room: NewRoom,
    /// The recipients.
    #[schema(min_items = 1, max_items = 200)]
    pub recipients: Vec<NewRecipient>,
    /// The hosts, who lead the meeting. Not with a `link`. The sender if left out. Recipients and hosts
    /// together must fit in a `builtin` or `livekit` room: 8 people, unless the operator has set another number.
    #[schema(value_type = Vec<NewHost>, min_items = 1, max_items = 15, required = false)]
    pub hosts: Option<Vec<NewHost>>,
}

/// The sender of a meeting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrganiser {
    /// The name: one line.
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
    /// The kind.
    #[schema(value_type = RoomKind)]
    pub kind: String,
    /// The address: https, without user name and password. Required with `link`, and only there.
    #[schema(format = "uri", max_length = 2000, nullable = false)]
    pub url: Option<String>,
}

/// A host to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHost {
    /// The name: one line.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The e-mail address. No two hosts have the same.
    #[schema(format = Email)]
    pub email: String,
}

/// A recipient to invite.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRecipient {
    /// The name: one line.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// The e-mail address.
    #[schema(format = Email)]
    pub email: String,
    /// The phone number in E.164. Required for `sms-code`.
    #[schema(pattern = r"^\+[1-9][0-9]+$")]
    pub phone: Option<String>,
    /// The required level of assurance: `loa3` with `e-id`, `loa2` with a code.
    pub assurance: Assurance,
    /// The method.
    pub method: Method,
    /// The language of the invitation. `sv` if left out.
    #[schema(value_type = Option<Language>)]
    pub language: Option<Language>,
    /// `true` if an e-ID may replace the code. `false` if left out.
    pub allow_e_id: Option<bool>,
    /// The personal identity or coordination number that the recipient must identify with: 12 digits, for
    /// e-IDs only. No response holds it.
    #[schema(pattern = "^[0-9]{12}$", write_only)]
    pub personal_number: Option<String>,
}

/// A change of a meeting, as a JSON Merge Patch (RFC 7396). Members that are not named stay as they are.
/// `null` removes an optional member. The result must be a valid booking.
///
/// `recipients` and `hosts` list changes only: a person whom they leave out stays invited. Everybody is notified
/// if the time, the zone or the sender changes. A recipient whose address, phone, level, method or personal
/// number changes gets a new invitation with another link. The old link stops working. So does a host whose
/// address changes.
///
/// The kind of room can change until somebody has joined. A kind other than `link` invites its hosts: those in `hosts`,
/// otherwise the sender. A `link` cancels their invitations.
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
    /// Another description. `null` removes it.
    #[schema(max_length = 5000)]
    pub description: Option<String>,
    /// Another start.
    #[schema(format = DateTime, nullable = false)]
    pub starts_at: Option<String>,
    /// Another end.
    #[schema(format = DateTime, nullable = false)]
    pub ends_at: Option<String>,
    /// Another time zone. `null` means the default.
    pub time_zone: Option<String>,
    /// Changes of the sender.
    #[schema(value_type = OrganiserChange, required = false)]
    pub organiser: Option<OrganiserChange>,
    /// Changes of the room.
    #[schema(value_type = RoomChange, required = false)]
    pub room: Option<RoomChange>,
    /// Changes of recipients. An entry with an `id` corrects or removes a recipient. An entry without one
    /// adds a recipient.
    #[schema(value_type = Vec<RecipientChange>, required = false)]
    pub recipients: Option<Vec<RecipientChange>>,
    /// Changes of hosts, as of recipients. Not with a `link`.
    #[schema(value_type = Vec<HostChange>, required = false)]
    pub hosts: Option<Vec<HostChange>>,
}

/// Changes of a meeting's sender.
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

/// Changes of a meeting's room.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomChange {
    /// Another kind. Nothing of the room before stays.
    #[schema(value_type = RoomKind, required = false)]
    pub kind: Option<String>,
    /// Another address.
    #[schema(format = "uri", max_length = 2000, nullable = false)]
    pub url: Option<String>,
}

/// A recipient to correct, remove or add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecipientChange {
    /// The recipient's id. Without it the entry adds a recipient, and must have everything that a booking
    /// requires.
    #[schema(format = "uuid", nullable = false)]
    pub id: Option<String>,
    /// `true` removes the recipient. The entry then has no other member but `id`. The last recipient can't be
    /// removed.
    #[schema(nullable = false)]
    pub remove: Option<bool>,
    /// Another name. `null` removes it.
    #[schema(min_length = 1, max_length = 200)]
    pub name: Option<String>,
    /// Another e-mail address.
    #[schema(format = Email, nullable = false)]
    pub email: Option<String>,
    /// Another phone number. `null` removes it.
    #[schema(pattern = r"^\+[1-9][0-9]+$")]
    pub phone: Option<String>,
    /// Another level.
    #[schema(value_type = Assurance, required = false)]
    pub assurance: Option<Assurance>,
    /// Another method.
    #[schema(value_type = Method, required = false)]
    pub method: Option<Method>,
    /// Another language. `null` means the default.
    pub language: Option<Language>,
    /// `true` if an e-ID may replace the code. `null` means `false`.
    pub allow_e_id: Option<bool>,
    /// Another personal number. `null` removes it.
    #[schema(pattern = "^[0-9]{12}$", write_only)]
    pub personal_number: Option<String>,
}

/// A host to correct, remove or add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HostChange {
    /// The host's id. Without it the entry adds a host, and must have a name and an address.
    #[schema(format = "uuid", nullable = false)]
    pub id: Option<String>,
    /// `true` removes the host. The entry then has no other member but `id`. The last host can't be removed.
    #[schema(nullable = false)]
    pub remove: Option<bool>,
    /// Another name.
    #[schema(min_length = 1, max_length = 200, nullable = false)]
    pub name: Option<String>,
    /// Another e-mail address.
    #[schema(format = Email, nullable = false)]
    pub email: Option<String>,
}

/// A level of assurance: `loa2` is a one-time code, `loa3` a Swedish e-ID.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Assurance {
    /// A one-time code.
    Loa2,
    /// A Swedish e-ID.
    Loa3,
}

/// A method to identify.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// A code by e-mail.
    EmailCode,
    /// A code by SMS.
    SmsCode,
    /// An e-ID.
    EId,
}

/// A language of messages: Swedish or English.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Swedish.
    Sv,
    /// English.
    En,
}
