//! Meeting rooms. A kind of room is a variant of [`Room`] and a file with its data.

mod jitsi;
mod link;

pub use jitsi::Jitsi;
pub use link::{Link, Reach};

use crate::{clock::Time, config, keys::Keys, rules::assurance::Admitted};
use app::wire::Role;
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
    Jitsi(Jitsi),
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

/// An admitted visitor of a room, as its service may know them.
#[derive(Debug)]
pub struct Entrant<'a> {
    /// The witness that the visitor is admitted.
    pub admitted: &'a Admitted,
    /// The id of the meeting.
    pub meeting: &'a str,
    /// The id of the invitation.
    pub invitation: &'a str,
    /// The name that others may read. Empty if it is not known.
    pub name: &'a str,
    /// The role.
    pub role: Role,
    /// The time of the visit.
    pub now: Time,
    /// Time at which the room closes.
    pub closes_at: Time,
}

/// Reason why there is no address that leads into a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    /// The room is in this program.
    #[error("the room is in this program")]
    Here,
    /// The meeting was booked when Jitsi was configured.
    #[error("a meeting is in Jitsi, and jitsi.url is not set")]
    NoJitsi,
    /// The token can't be signed.
    #[error("a token for Jitsi can't be signed")]
    NoToken,
}

impl Room {
    /// Returns the name of its kind, for senders.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Link(_) => Link::KIND,
            Self::Builtin => BUILTIN,
            Self::Livekit => LIVEKIT,
            Self::Jitsi(_) => JITSI,
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
            Self::Link(_) | Self::Jitsi(_) => None,
        }
    }

    /// Returns the room as it is stored, in the place of the one before. A room that stays in Jitsi Meet keeps its name.
    #[must_use]
    pub fn stored(&self, before: Option<&Self>, keys: &Keys) -> Self {
        match (self, before) {
            (Self::Jitsi(_), Some(Self::Jitsi(before))) => Self::Jitsi(before.clone()),
            (Self::Jitsi(_), _) => Self::Jitsi(Jitsi { key_id: keys.current_id().to_owned() }),
            (Self::Link(_) | Self::Builtin | Self::Livekit, _) => self.clone(),
        }
    }

    /// Returns the address that leads an admitted visitor into another service. It may hold a secret of this visitor alone.
    pub fn address(
        &self,
        entrant: &Entrant<'_>,
        keys: &Keys,
        jitsi: Option<&config::Jitsi>,
    ) -> Result<String, NoAddress> {
        match self {
            Self::Link(link) => Ok(link.address(entrant.admitted).to_owned()),
            Self::Jitsi(room) => room.address(entrant, keys, jitsi),
            Self::Builtin | Self::Livekit => Err(NoAddress::Here),
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
    fn a_room_that_stays_in_jitsi_keeps_its_key() {
        let (old, new) = (Keys::new([1; 32], &[]), Keys::new([2; 32], &[[1; 32]]));
        let asked = Room::Jitsi(Jitsi::default());
        let booked = asked.stored(None, &old);
        assert_eq!(booked, Room::Jitsi(Jitsi { key_id: old.current_id().to_owned() }));
        assert_eq!(asked.stored(Some(&booked), &new), booked);
        let moved = asked.stored(Some(&Room::Builtin), &new);
        assert_eq!(moved, Room::Jitsi(Jitsi { key_id: new.current_id().to_owned() }));
        let stored = serde_json::to_string(&booked).expect("JSON");
        assert_eq!(Room::try_from(stored).expect("a room"), booked);
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
