//! A room in the organisation's Jitsi Meet, reached by its address with a token.
//!
//! Jitsi Meet reads the fragment of its address: the token, and settings. Each value is JSON, so the token is in quotes. No
//! server gets the fragment, so no server logs it.

use super::{Entrant, NoAddress};
use crate::{config, keys::Keys};
use app::wire::Role;
use jsonwebtoken::{Header, encode};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Time that a clock at Jitsi may be behind ours.
const SKEW: Duration = Duration::from_mins(1);

/// The settings that follow the token. Two people would otherwise send sound and pictures to each other directly, and so
/// learn each other's IP addresses.
const SETTINGS: &str = "config.p2p.enabled=false";

/// The data of a room in Jitsi Meet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jitsi {
    /// The id of the key that the room's name is derived with, so that the name stays when the key is rotated. Empty until the
    /// room is stored.
    #[serde(default)]
    pub key_id: String,
}

/// The content of a token, as Jitsi's Prosody module `token_verification` and Jitsi Meet read it.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    room: &'a str,
    nbf: i64,
    exp: i64,
    context: Context<'a>,
}

#[derive(Serialize)]
struct Context<'a> {
    user: User<'a>,
}

/// A person. Jitsi shows all of it to others in the room, and takes text alone.
#[derive(Serialize)]
struct User<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    name: &'a str,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    leads: Option<Leads>,
}

/// The words for somebody who leads. Jitsi's own services know the first, and the module `token_affiliation` both.
#[derive(Serialize)]
struct Leads {
    moderator: &'static str,
    affiliation: &'static str,
}

const LEADS: Leads = Leads { moderator: "true", affiliation: "owner" };

impl Jitsi {
    /// Returns the address that leads an admitted visitor in, with a token for this person, this room and this meeting's time.
    pub(super) fn address(
        &self,
        entrant: &Entrant<'_>,
        keys: &Keys,
        jitsi: Option<&config::Jitsi>,
    ) -> Result<String, NoAddress> {
        let jitsi = jitsi.ok_or(NoAddress::NoJitsi)?;
        let room = keys.jitsi_room(&self.key_id, entrant.meeting);
        let claims = Claims {
            iss: &jitsi.app_id,
            aud: &jitsi.audience,
            sub: &jitsi.subject,
            room: &room,
            nbf: (entrant.now - SKEW).unix_seconds(),
            exp: entrant.closes_at.unix_seconds(),
            context: Context {
                user: User {
                    id: entrant.invitation,
                    name: entrant.name,
                    leads: (entrant.role == Role::Host).then_some(LEADS),
                },
            },
        };
        let header = Header { kid: jitsi.key_id.clone(), ..Header::new(jitsi.algorithm) };
        let token = encode(&header, &claims, &jitsi.key).map_err(|_| NoAddress::NoToken)?;
        // The token's own characters need no encoding.
        Ok(format!("{}/{room}#jwt=%22{token}%22&{SETTINGS}", jitsi.url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Time;
    use crate::rules::assurance::{Level, admit};
    use jsonwebtoken::{Algorithm, EncodingKey};
    use proptest::prelude::*;

    fn jitsi() -> config::Jitsi {
        config::Jitsi {
            url: "https://meet.kommun.example".to_owned(),
            app_id: "anslut".to_owned(),
            audience: "jitsi".to_owned(),
            subject: "meet.kommun.example".to_owned(),
            key: EncodingKey::from_secret(&[7; 32]),
            algorithm: Algorithm::HS256,
            key_id: None,
        }
    }

    /// Returns the address for somebody in a meeting.
    fn address(keys: &Keys, meeting: &str, invitation: &str, role: Role) -> String {
        let admitted = admit(Some(Level::Loa2), Level::Loa2).expect("enough");
        let (now, closes_at) = (Time(1_000_000), Time(2_000_000));
        let name = "";
        let entrant =
            Entrant { admitted: &admitted, meeting, invitation, name, role, now, closes_at };
        let room = Jitsi { key_id: keys.current_id().to_owned() };
        room.address(&entrant, keys, Some(&jitsi())).expect("an address")
    }

    /// Returns the room of an address.
    fn room(address: &str) -> &str {
        let path = address.strip_prefix("https://meet.kommun.example/").expect("below the address");
        path.split('#').next().expect("a room")
    }

    proptest! {
        #[test]
        fn all_of_a_meeting_come_into_one_room_and_no_others(
            secret: [u8; 32], other_secret: [u8; 32],
            meeting in "[0-9a-f-]{1,36}", other in "[0-9a-f-]{1,36}",
            guest in "[0-9a-f]{8}", host in "[0-9a-f]{8}",
        ) {
            prop_assume!(meeting != other && secret != other_secret);
            let keys = Keys::new(secret, &[]);
            let of_guest = address(&keys, &meeting, &guest, Role::Guest);
            let of_host = address(&keys, &meeting, &host, Role::Host);
            let name = room(&of_guest);
            prop_assert_eq!(name, room(&of_host));
            prop_assert!(name.len() == 32 && name.bytes().all(|it| it.is_ascii_digit() || it.is_ascii_lowercase()));
            let elsewhere = address(&keys, &other, &guest, Role::Guest);
            prop_assert_ne!(name, room(&elsewhere));
            // The id alone is not enough to find the name.
            let foreign = address(&Keys::new(other_secret, &[]), &meeting, &guest, Role::Guest);
            prop_assert_ne!(name, room(&foreign));
        }

        #[test]
        fn a_room_keeps_its_name_while_its_key_is_known(old: [u8; 32], new: [u8; 32], meeting: String) {
            prop_assume!(old != new);
            let (before, rotated, after) =
                (Keys::new(old, &[]), Keys::new(new, &[old]), Keys::new(new, &[]));
            let key = before.current_id();
            let name = before.jitsi_room(key, &meeting);
            prop_assert_eq!(&name, &rotated.jitsi_room(key, &meeting));
            // A key that others have is of no use to them.
            prop_assert_ne!(&name, &after.jitsi_room(key, &meeting));
        }
    }

    #[test]
    fn a_meeting_in_a_jitsi_that_is_configured_no_more_leads_nowhere() {
        let admitted = admit(Some(Level::Loa2), Level::Loa2).expect("enough");
        let entrant = Entrant {
            admitted: &admitted,
            meeting: "1",
            invitation: "2",
            name: "Anna",
            role: Role::Guest,
            now: Time(0),
            closes_at: Time(1),
        };
        let keys = Keys::new([1; 32], &[]);
        let led = Jitsi::default().address(&entrant, &keys, None);
        assert_eq!(led, Err(NoAddress::NoJitsi));
    }
}
