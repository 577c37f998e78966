//! The messages between a browser and its room, over a WebSocket with the subprotocol [`PROTOCOL`].
//!
//! The browser opens with [`FromBrowser::Hello`]. The server answers with [`FromServer::Welcome`], and from then on
//! both send as things happen. A violation ends the connection with a [`Close`] code.

use super::{Identified, Role};
use serde::{Deserialize, Serialize};

/// The WebSocket's subprotocol.
pub const PROTOCOL: &str = "anslut.room.1";

/// The answer to `/do/room-ticket` and `/do/check`: how to reach a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomTicket {
    /// The address of the WebSocket.
    pub signal: String,
    /// The ticket, sealed. It holds for 30 seconds and once.
    pub ticket: String,
    /// TURN servers. Empty if there are none.
    pub turn: Vec<TurnServer>,
    /// `true` if the media go through LiveKit. The offer is then empty, and the answer is JSON: `url` and `token`.
    #[serde(default)]
    pub livekit: bool,
}

/// A TURN server with credentials, as `RTCPeerConnection` takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnServer {
    /// Its addresses.
    pub urls: Vec<String>,
    /// The user name.
    pub username: String,
    /// The password.
    pub credential: String,
}

/// A message from the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FromBrowser {
    /// The first message.
    Hello {
        /// The ticket of `/do/room-ticket`.
        ticket: String,
        /// The SDP offer. Empty at LiveKit.
        offer: String,
    },
    /// The media that the browser sends, at every change.
    State {
        /// `true` if the microphone is on.
        audio: bool,
        /// `true` if the camera is on.
        video: bool,
        /// `true` if the screen is shared.
        screen: bool,
        /// `true` if the hand is raised.
        hand: bool,
    },
    /// The picture that the browser wants in a slot.
    See {
        /// The slot: the `mid` of its section.
        slot: String,
        /// The quality.
        layer: Layer,
    },
    /// Real-time text (ITU-T T.140): letters as they are typed. U+0008 erases the one before.
    Text {
        /// The letters.
        text: String,
    },
    /// A host turns somebody's microphone off.
    Mute {
        /// The seat.
        seat: u32,
    },
}

/// The quality of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layer {
    /// No picture.
    #[serde(rename = "none")]
    None,
    /// Small: 320×180.
    #[serde(rename = "l")]
    Low,
    /// Large: 640×360.
    #[serde(rename = "h")]
    High,
}

/// A message from the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromServer {
    /// The answer to [`FromBrowser::Hello`].
    Welcome {
        /// The browser's own seat.
        you: u32,
        /// The SDP answer, or how to reach LiveKit.
        answer: String,
        /// Everybody in the room.
        seats: Vec<Seat>,
        /// Time at which the room closes, in seconds since 1970-01-01T00:00:00Z.
        closes_at: i64,
    },
    /// Everybody in the room, at every change, and when the room closes at another time.
    Seats {
        /// The seats.
        seats: Vec<Seat>,
        /// Time at which the room closes, in seconds since 1970-01-01T00:00:00Z.
        closes_at: i64,
    },
    /// Another person speaks.
    Speaker {
        /// The seat. `None` if nobody speaks.
        seat: Option<u32>,
    },
    /// Real-time text of somebody else.
    Text {
        /// The seat of the writer.
        seat: u32,
        /// The letters.
        text: String,
    },
    /// A host has turned this browser's microphone off.
    Muted,
    /// The connection's bandwidth: `low` if it is too little for pictures.
    Bandwidth {
        /// `true` if pictures are off for want of it.
        low: bool,
    },
    /// The last message.
    Bye {
        /// The reason.
        reason: Bye,
    },
}

/// Somebody in the room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub struct Seat {
    /// The number of the seat, in this room.
    pub seat: u32,
    /// The name that others may read.
    pub name: String,
    /// The way in which the person identified.
    pub method: Identified,
    /// The role.
    pub role: Role,
    /// `true` if the microphone is on.
    pub audio: bool,
    /// `true` if the camera is on.
    pub video: bool,
    /// `true` if the screen is shared.
    pub screen: bool,
    /// `true` if the hand is raised.
    pub hand: bool,
    /// `true` if nothing arrives from the person's browser at the moment.
    #[serde(default)]
    pub away: bool,
    /// The slots where this browser hears and sees the person. `None` for the browser's own seat.
    pub slots: Option<Slots>,
}

/// The slots of a seat, by the `mid` of their sections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    /// Sound.
    pub audio: String,
    /// Camera.
    pub video: String,
    /// Shared screen, while it is shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
}

/// The reason why the server ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bye {
    /// The host has ended the meeting, or its time is over.
    Ended,
    /// The host has removed the person.
    Removed,
    /// The host has moved the person to the waiting room.
    Waiting,
    /// The same session has entered in another window.
    TakenOver,
    /// The session or the admission is over.
    SignedOut,
    /// The server stops. Enter again.
    Moved,
}

/// The code of a WebSocket's close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Close {
    /// The person has left the room.
    Left = 1000,
    /// A malformed message or offer.
    Malformed = 4400,
    /// A ticket that does not hold.
    Ticket = 4401,
    /// Removed, or no longer admitted.
    Removed = 4403,
    /// No first message, or silent since.
    Silent = 4408,
    /// The seat was taken over by another window of the same session.
    TakenOver = 4409,
    /// The meeting has ended.
    Ended = 4410,
    /// A message that is too large.
    TooLarge = 4413,
    /// Too many messages.
    TooMany = 4429,
    /// The media engine of another service can't be used.
    NoMedia = 4502,
    /// The server stops, or no longer holds the room. Enter again.
    Moved = 4503,
}

impl Close {
    /// Every code.
    pub const ALL: [Self; 11] = [
        Self::Left,
        Self::Malformed,
        Self::Ticket,
        Self::Removed,
        Self::Silent,
        Self::TakenOver,
        Self::Ended,
        Self::TooLarge,
        Self::TooMany,
        Self::NoMedia,
        Self::Moved,
    ];
}
