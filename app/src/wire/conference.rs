//! The built-in meeting room, for its page: the people who may come in, and those who wait.

use super::{LocalTime, Machine, Schedule};
use serde::{Deserialize, Serialize};

/// The built-in room of an open meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conference {
    /// The visitor's role.
    pub role: Role,
    /// The most people in the room at once, hosts included. The page's offer has as many places.
    pub people: u8,
    /// The name of the host: of the first in the booking.
    #[serde(default)]
    pub leader: String,
    /// The hosts, for guests, in the order of the booking.
    pub hosts: Vec<Participant>,
    /// Time at which the room closes, even for those inside.
    pub closes: LocalTime,
    /// The visitor's browser and system.
    #[serde(default)]
    pub machine: Machine,
    /// `true` if the media go through LiveKit, whose client the page then loads.
    #[serde(default)]
    pub livekit: bool,
    /// The waiting room. `None` for a guest who has not knocked and for a host who has not opened the room.
    pub lobby: Option<Lobby>,
}

/// The test of camera, microphone and connection, before the day of a meeting in a built-in room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceTest {
    /// The meeting's time.
    pub when: Schedule,
    /// The visitor's browser and system.
    pub machine: Machine,
    /// The room, of which the page needs less than an open one's.
    pub conference: TestedRoom,
}

/// The built-in room of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedRoom {
    /// The visitor's role.
    pub role: Role,
    /// The most people in the room at once. The connection that is tried has as many places.
    pub people: u8,
    /// The sender's name: the room's bundle reads no view without one.
    pub leader: String,
    /// `true` if the media go through LiveKit, whose client the page then loads.
    #[serde(default)]
    pub livekit: bool,
}

/// The part that somebody has in a meeting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Invited by the sender.
    #[default]
    Guest,
    /// Leads the meeting.
    Host,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::Guest, Self::Host];

    /// Returns its name: the store keeps it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guest => "guest",
            Self::Host => "host",
        }
    }

    /// Returns the role with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// A person and how they identified, as others may read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// The name that the sender gave. Only if there is none, the name according to the e-ID.
    pub name: String,
    /// The way in which the person identified. `None` if the person has not.
    pub method: Option<Identified>,
}

/// The way in which somebody identified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identified {
    /// A code sent to the e-mail address.
    EmailCode,
    /// A code sent to the phone.
    SmsCode,
    /// BankID.
    #[serde(rename = "bankid")]
    BankId,
    /// Another e-ID.
    EId,
}

/// A meeting's waiting room, as the visitor's role may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Lobby {
    /// For a guest: only the guest's own knock.
    Guest(GuestLobby),
    /// For a host: who waits and who is inside.
    Host(HostLobby),
}

/// A guest's own knock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestLobby {
    /// The state of the knock.
    pub state: Knock,
    /// Time of the knock.
    pub since: LocalTime,
    /// Presence of a host.
    pub host: Presence,
    /// `true` if a host has opened the room and none is there any more.
    #[serde(default)]
    pub left: bool,
    /// The phone number of the organiser, in E.164, once a host is late. Empty otherwise.
    #[serde(default)]
    pub phone: String,
    /// The host's latest message. Empty if there is none.
    pub message: String,
}

/// The state of a guest's knock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Knock {
    /// Waits for a host.
    Waiting,
    /// May be inside, until the meeting ends or the host revokes it.
    Admitted,
    /// Refused by the host.
    Refused,
    /// Removed by the host.
    Removed,
    /// The host has locked the meeting.
    Locked,
    /// The room has no seat left.
    Full,
    /// The meeting has ended.
    Ended,
}

/// Presence of a host in the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// No host is in the room.
    Away,
    /// A host is in the room.
    Here,
}

/// The waiting room, for a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostLobby {
    /// Guests who wait, the longest first.
    pub waiting: Vec<Guest>,
    /// Guests who were admitted, connected or not.
    pub inside: Vec<Guest>,
    /// `true` if nobody else can knock.
    pub locked: bool,
    /// `true` if the room has no seat left for the host.
    #[serde(default)]
    pub full: bool,
    /// Invited people who don't come in and wish to be called, the latest first.
    #[serde(default)]
    pub calls: Vec<Call>,
}

/// Somebody who does not come in and wishes to be called. It proves nothing: whoever has the link can wish it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// The name that the sender gave. Empty if there is none.
    pub name: String,
    /// The step at which the person stands: the last part of its address.
    pub step: String,
    /// Time of the wish.
    pub at: LocalTime,
}

/// A guest, for the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    /// The id of the knock, for the host's decisions.
    pub guest: String,
    /// The name: according to the e-ID, otherwise as the sender wrote it. Empty if there is none.
    pub name: String,
    /// `true` if the name is according to the e-ID.
    pub name_proven: bool,
    /// The way in which the guest identified.
    pub method: Identified,
    /// The level of assurance: `loa2` or `loa3`.
    pub level: String,
    /// `true` if the personal identity number is the one that the sender named. `None` if the sender named none.
    pub identity_matched: Option<bool>,
    /// Time of the knock.
    pub since: LocalTime,
    /// The guest's camera and microphone, as the guest's page has reported them.
    pub equipment: Equipment,
}

/// The equipment of a guest: `None` if it was not tried, otherwise `true` if it works.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equipment {
    /// The camera.
    pub camera: Option<bool>,
    /// The microphone.
    pub microphone: Option<bool>,
    /// The connection to the room.
    pub connection: Option<bool>,
}
