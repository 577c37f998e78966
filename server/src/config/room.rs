//! `room.*`: the built-in meeting rooms.

use super::{
    Error, Http, Mode, OidcProvider, Origin,
    keys::Keys,
    read::{list, parsed},
    reference::{Key, Section},
};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use std::net::SocketAddr;

/// The fewest people that a room may be limited to.
const FEWEST: u8 = 2;

/// The most people that a room may be limited to. Each browser keeps a place for every other person.
const MOST: u8 = 16;

/// The maximum length of a server's name.
const LONGEST_NAME: usize = 64;

/// The value of `room.host` for a code by e-mail.
const EMAIL_CODE: &str = "email-code";

/// The words of an address that can't be read.
const ADDRESS: &str = "must be an address and a port such as 192.0.2.10:7882";

pub(super) const SECTION: Section = Section {
    name: "room",
    about: "",
    keys: &[
        Key::optional(
            "room.listen",
            "192.0.2.10:7882",
            "UDP and TCP address of the media of built-in rooms. If it is set, meetings can be booked with a \
             built-in room. Port 0 takes a free one",
        ),
        Key::optional(
            "room.advertise",
            "[\"203.0.113.7:7882\"]",
            "addresses with ports that browsers get, such as those outside a NAT. It must be set where \
             `room.listen` is `0.0.0.0` or `[::]`",
        )
        .or("`room.listen`"),
        Key::optional(
            "room.turn.urls",
            "[\"turns:turn.kommun.example:443?transport=tcp\"]",
            "TURN servers, for visitors whose network lets nothing else out",
        ),
        Key::optional(
            "room.turn.secret",
            "/etc/anslut/turn-secret",
            "the secret shared with the TURN servers (coturn's `static-auth-secret`)",
        )
        .or("must be set with `room.turn.urls`")
        .in_file(),
        Key::optional(
            "room.server",
            "mote1",
            "name of this server, in the address of its signalling, of at most 64 letters, digits, `.`, `-` and `_`. \
             Each server of a database needs another one",
        )
        .or("the host name"),
        Key::optional(
            "room.signal_url",
            "https://mote1.kommun.example",
            "origin of this server's signalling, if it is another one than that of the pages. `http://` on loopback only",
        )
        .or("`http.public_url`"),
        Key::new("room.people", "8", "most people in a room, hosts included: 2 to 16"),
        Key::new(
            "room.host",
            "email-code",
            "how hosts identify: `email-code`, or the id of an `[[oidc]]` provider",
        ),
    ],
};

/// The settings of built-in rooms.
#[derive(Clone, Debug)]
pub struct Room {
    /// The media. `None` if this server holds no rooms. Another one may hold them.
    pub media: Option<Media>,
    /// The name of this server.
    pub server: String,
    /// The origin of its signalling.
    pub signal_url: Origin,
    /// The TURN servers. `None` if there are none.
    pub turn: Option<Turn>,
    /// The most people in a room, hosts included. From 2 to 16.
    pub people: u8,
    /// The way in which hosts identify.
    pub host: HostMethod,
}

/// The addresses of the media.
#[derive(Clone, Debug)]
pub struct Media {
    /// The UDP and TCP address. Port 0 stands for a free one.
    pub listen: SocketAddr,
    /// The addresses that browsers get. If it is empty, the bound one.
    pub advertise: Vec<SocketAddr>,
}

/// TURN servers whose credentials are derived from a secret (draft-uberti-behave-turn-rest-00, as in coturn).
#[derive(Clone, Debug)]
pub struct Turn {
    /// Their addresses.
    pub urls: Vec<String>,
    /// The secret shared with them.
    pub secret: SecretString,
}

/// The way in which hosts identify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostMethod {
    /// A code sent to the host's e-mail address.
    EmailCode,
    /// A login with the provider of this id.
    Provider(String),
}

#[derive(Deserialize)]
struct Set {
    #[serde(default, deserialize_with = "address")]
    listen: Option<SocketAddr>,
    #[serde(default, deserialize_with = "addresses")]
    advertise: Vec<SocketAddr>,
    turn: Option<SetTurn>,
    server: Option<String>,
    signal_url: Option<Origin>,
    people: i64,
    host: String,
}

#[derive(Deserialize)]
struct SetTurn {
    #[serde(default, deserialize_with = "urls")]
    urls: Vec<String>,
    #[serde(default, deserialize_with = "secret")]
    secret: Option<SecretString>,
}

impl Room {
    /// Reads the section.
    pub(super) fn read(
        keys: &mut Keys,
        http: &Http,
        providers: &[OidcProvider],
        mode: Mode,
    ) -> Result<Self, Error> {
        let Set { listen, advertise, turn, server, signal_url, people, host } =
            keys.section(SECTION.name)?;
        let people = u8::try_from(people)
            .ok()
            .filter(|people| (FEWEST..=MOST).contains(people))
            .ok_or_else(|| Error::key("room.people", "must be from 2 to 16"))?;
        let host = match host.trim() {
            EMAIL_CODE => HostMethod::EmailCode,
            id if providers.iter().any(|provider| provider.id == id) => {
                HostMethod::Provider(id.to_owned())
            }
            _ => {
                let wrong = "must be email-code or the id of an [[oidc]] provider";
                return Err(Error::key("room.host", wrong));
            }
        };
        let turn = match turn {
            None => None,
            Some(SetTurn { urls, secret: Some(secret) }) if !urls.is_empty() => {
                Some(Turn { urls, secret })
            }
            Some(SetTurn { urls, secret: None }) if urls.is_empty() => None,
            Some(_) => {
                return Err(Error::key("room.turn.secret", "must be set with room.turn.urls"));
            }
        };
        if listen.is_some_and(|at| at.ip().is_unspecified()) && advertise.is_empty() {
            let wrong = "must be set where room.listen names no address of its own";
            return Err(Error::key("room.advertise", wrong));
        }
        let media = listen.map(|listen| Media { listen, advertise });
        let server = match server {
            Some(server) => server.trim().to_owned(),
            None => host_name(),
        };
        if media.is_some() && !is_name(&server) {
            let wrong = "must be at most 64 letters, digits, dots, hyphens and underscores";
            return Err(Error::key("room.server", wrong));
        }
        let signal_url = signal_url.unwrap_or_else(|| http.public_url.clone());
        if mode == Mode::Demo && !signal_url.is_loopback() {
            return Err(Error::key("room.signal_url", "must be a loopback address in a demo"));
        }
        Ok(Self { media, server, signal_url, turn, people, host })
    }
}

/// Returns the name of the machine, with a hyphen for each character that no name may have. Empty if it has none.
fn host_name() -> String {
    let name = hostname::get().ok().and_then(|name| name.into_string().ok()).unwrap_or_default();
    let allowed = |it: char| if is_of_a_name(it) { it } else { '-' };
    name.chars().map(allowed).take(LONGEST_NAME).collect()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST_NAME && text.chars().all(is_of_a_name)
}

const fn is_of_a_name(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_')
}

fn address<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SocketAddr>, D::Error> {
    parsed(value, |text| text.trim().parse().map_err(|_| ADDRESS)).map(Some)
}

fn addresses<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<SocketAddr>, D::Error> {
    list(value, |item| match item.trim().parse::<SocketAddr>() {
        Ok(address) if !address.ip().is_unspecified() && address.port() != 0 => Ok(address),
        _ => Err(ADDRESS),
    })
}

fn urls<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    list(value, |item| {
        let item = item.trim();
        if item.starts_with("turn:") || item.starts_with("turns:") {
            Ok(item.to_owned())
        } else {
            Err("must begin with turn: or turns:")
        }
    })
}

fn secret<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    let wrong = "must not be empty";
    let read =
        |text: &str| if text.trim().is_empty() { Err(wrong) } else { Ok(text.trim().into()) };
    parsed(value, read).map(Some)
}
