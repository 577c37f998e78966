//! `livekit.*`: the organisation's LiveKit, whose media a room may use instead of those of this program.

use super::{
    Error,
    keys::Keys,
    read::{line, parsed, signing_secret},
    reference::{Key, Section},
};
use crate::rules::loopback::is_loopback;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use url::Url;

/// The words for keys without which LiveKit can't be used.
const WITH_URL: &str = "must be set with `livekit.url`";

pub(super) const SECTION: Section = Section {
    name: "livekit",
    about: "",
    keys: &[
        Key::optional(
            "livekit.url",
            "wss://livekit.kommun.example",
            "address of a LiveKit server. If it is set, meetings can be booked with a room of the kind `livekit`. \
             `ws://` on loopback only",
        ),
        Key::optional("livekit.api_key", "APIanslut", "the name of the key at LiveKit")
            .or(WITH_URL),
        Key::optional(
            "livekit.api_secret",
            "/etc/anslut/livekit-secret",
            "the secret of that key, of 32 characters or more",
        )
        .or(WITH_URL)
        .in_file(),
    ],
};

/// A LiveKit server and our key there.
#[derive(Clone, Debug)]
pub struct LiveKit {
    /// The address that browsers connect to, without a trailing slash: `wss://`, or `ws://` on loopback.
    pub browsers: String,
    /// The address of its calls, without a trailing slash: `https://`, or `http://` on loopback.
    pub calls: String,
    /// The name of the key.
    pub api_key: String,
    /// The secret of the key.
    pub api_secret: SecretString,
}

#[derive(Deserialize)]
struct Set {
    #[serde(default, deserialize_with = "url")]
    url: Option<Url>,
    #[serde(default, deserialize_with = "line::<_, _, 100>")]
    api_key: Option<String>,
    #[serde(default, deserialize_with = "secret")]
    api_secret: Option<SecretString>,
}

impl LiveKit {
    /// Reads the section. `None` if no LiveKit is configured.
    pub(super) fn read(keys: &mut Keys) -> Result<Option<Self>, Error> {
        let Set { url, api_key, api_secret } = keys.section(SECTION.name)?;
        let Some(url) = url else {
            let set = [
                ("livekit.api_key", api_key.is_some()),
                ("livekit.api_secret", api_secret.is_some()),
            ];
            return Error::of_any(set, "is set without livekit.url").map(|()| None);
        };
        let missing = |key| Error::missing().below(key);
        let rest = url.as_str().trim_end_matches('/').split_once(':').map_or("", |parts| parts.1);
        let (browsers, calls) = match url.scheme() {
            "wss" | "https" => ("wss", "https"),
            _ => ("ws", "http"),
        };
        Ok(Some(Self {
            browsers: format!("{browsers}:{rest}"),
            calls: format!("{calls}:{rest}"),
            api_key: api_key.ok_or_else(|| missing("livekit.api_key"))?,
            api_secret: api_secret.ok_or_else(|| missing("livekit.api_secret"))?,
        }))
    }

    /// Returns the secret.
    pub fn secret(&self) -> &[u8] {
        self.api_secret.expose_secret().as_bytes()
    }
}

fn url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Url>, D::Error> {
    parsed(value, address).map(Some)
}

fn address(text: &str) -> Result<Url, &'static str> {
    const WRONG: &str = "must be an address such as wss://livekit.kommun.example";
    let url = Url::parse(text.trim()).map_err(|_| WRONG)?;
    match url.scheme() {
        "wss" | "https" if url.host().is_some() => {}
        "ws" | "http" if is_loopback(&url) => {}
        "ws" | "http" => {
            return Err("would send sound and pictures to anybody: must begin with wss://");
        }
        _ => return Err(WRONG),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold no user: set livekit.api_key and livekit.api_secret");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err("must have nothing after the host and port");
    }
    Ok(url)
}

fn secret<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    signing_secret(value, |text| text.into())
}
