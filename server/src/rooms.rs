//! Meeting rooms. A kind of room is a variant of [`Room`] and a file with its data.

mod link;

pub use link::{Link, Reach};

use crate::rules::assurance::Admitted;
use serde::{Deserialize, Serialize};

/// The name of the kind of room that this program has built in.
pub const BUILTIN: &str = "builtin";

/// The name of the kind of room whose media go through LiveKit.
pub const LIVEKIT: &str = "livekit";

/// The name of the kind of room in Jitsi Meet.
pub const JITSI: &str = "jitsi";

/// A meeting's room, with the data of its kind. The store keeps it as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Room {
    /// A room in another service.
    Link(Link),
    /// A room of this program.
    Builtin,
    /// A room of this program whose media go through the organisation's LiveKit.
    Livekit,
    /// A room in the organisation's Jitsi Meet.
    Jitsi,
}

/// The media engine of a room with our pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// The SFU of the process that holds the room.
    Sfu,
    /// LiveKit.
    LiveKit,
}

/// A stored room that this program does not know. It names no value, since the room's address is secret.
#[derive(Debug, thiserror::Error)]
#[error("a room of an unknown kind")]
pub struct UnknownRoom;

impl Room {
    /// Returns the name of its kind, for senders.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Link(_) => Link::KIND,
            Self::Builtin => BUILTIN,
            Self::Livekit => LIVEKIT,
            Self::Jitsi => JITSI,
        }
    }

    /// `true` if somebody leads its meetings, invited as a host. The room of a link has its own rules.
    pub const fn has_hosts(&self) -> bool {
        !matches!(self, Self::Link(_))
    }

    /// `true` if this program's pages lead into it: the check, the waiting room and the call.
    pub const fn has_lobby(&self) -> bool {
        self.engine().is_some()
    }

    /// Returns the engine of its media. `None` if its pages are another service's.
    pub const fn engine(&self) -> Option<Engine> {
        match self {
            Self::Builtin => Some(Engine::Sfu),
            Self::Livekit => Some(Engine::LiveKit),
            Self::Link(_) | Self::Jitsi => None,
        }
    }

    /// Returns the address that leads an admitted visitor into another service. `None` if the room is built in.
    pub fn address(&self, admitted: &Admitted) -> Option<&str> {
        match self {
            Self::Link(link) => Some(link.address(admitted)),
            Self::Builtin | Self::Livekit | Self::Jitsi => None,
        }
    }
}

impl TryFrom<String> for Room {
    type Error = UnknownRoom;

    fn try_from(stored: String) -> Result<Self, UnknownRoom> {
        serde_json::from_str(&stored).map_err(|_| UnknownRoom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_stored_with_its_kind() {
        let room = Room::Link(Link { url: "https://video.example/rum".to_owned() });
        let stored = serde_json::to_string(&room).expect("JSON");
        assert_eq!(stored, r#"{"kind":"link","url":"https://video.example/rum"}"#);
        assert_eq!(room.kind(), "link");
        assert_eq!(Room::try_from(stored).expect("a room"), room);
    }

    #[test]
    fn an_unknown_room_is_refused_without_its_address() {
        for stored in [
            "",
            "{}",
            r#"{"kind":"sign","url":"https://video.example/secret"}"#,
            r#"{"kind":"link"}"#,
        ] {
            let wrong = Room::try_from(stored.to_owned()).expect_err(stored).to_string();
            assert!(!wrong.contains("video"), "{wrong}");
        }
    }
}
