//! `jitsi.*`: the organisation's Jitsi Meet, which has the rooms of the kind `jitsi`.

use super::{
    Error, Mode,
    keys::Keys,
    read::{line, parsed, signing_secret},
    reference::{Key, Section},
};
use crate::rules::loopback::is_loopback;
use jsonwebtoken::{Algorithm, EncodingKey};
use rustls::{
    SignatureAlgorithm,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, pem::PemObject},
};
use serde::{Deserialize, Deserializer};
use url::Url;

/// The words for a key without which Jitsi can't be used.
const WITH_URL: &str = "must be set with `jitsi.url`";

/// Maximum length of a claim, in characters.
const LONGEST: usize = 300;

pub(super) const SECTION: Section = Section {
    name: "jitsi",
    about: "",
    keys: &[
        Key::optional(
            "jitsi.url",
            "https://meet.kommun.example",
            "address of a Jitsi Meet that asks for tokens, with the tenant as its path if there are tenants. If it is \
             set, meetings can be booked with a room of the kind `jitsi`. `http://` on loopback in a demo only",
        ),
        Key::optional("jitsi.app_id", "anslut", "our name at Jitsi (`app_id`): the tokens' `iss`")
            .or(WITH_URL),
        Key::optional(
            "jitsi.key",
            "/etc/anslut/jitsi-key",
            "the secret shared with Jitsi (`app_secret`), of 32 characters or more, to sign tokens with HS256",
        )
        .or("this or `jitsi.private_key`")
        .in_file(),
        Key::optional(
            "jitsi.private_key",
            "/etc/anslut/jitsi-key.pem",
            "a key to sign tokens with RS256, in PEM: RSA of 2048 bits or more",
        )
        .or("this or `jitsi.key`")
        .in_file(),
        Key::optional("jitsi.key_id", "anslut-1", "that private key's name at Jitsi: the tokens' `kid`")
            .or("must be set with `jitsi.private_key`"),
        Key::new(
            "jitsi.audience",
            "jitsi",
            "the tokens' `aud`, one of Jitsi's `asap_accepted_audiences`",
        ),
        Key::optional(
            "jitsi.subject",
            "meet.jitsi",
            "the tokens' `sub`: the tenant, or the XMPP domain, which in a container is often `meet.jitsi`",
        )
        .or("the path of `jitsi.url`, or its host"),
    ],
};

/// A Jitsi Meet, and what its tokens are made with.
#[derive(Clone, Debug)]
pub struct Jitsi {
    /// The address below which the rooms are, without a trailing slash: https. In a demo also http on loopback.
    pub url: String,
    /// The tokens' issuer.
    pub app_id: String,
    /// The tokens' audience.
    pub audience: String,
    /// The tokens' subject: the tenant or the XMPP domain.
    pub subject: String,
    /// The key that signs tokens.
    pub key: EncodingKey,
    /// The algorithm that belongs to the key.
    pub algorithm: Algorithm,
    /// The name of a private key at Jitsi.
    pub key_id: Option<String>,
}

#[derive(Deserialize)]
struct Set {
    #[serde(default, deserialize_with = "url")]
    url: Option<Url>,
    #[serde(default, deserialize_with = "line::<_, _, LONGEST>")]
    app_id: Option<String>,
    #[serde(default, deserialize_with = "secret")]
    key: Option<EncodingKey>,
    #[serde(default, deserialize_with = "private_key")]
    private_key: Option<EncodingKey>,
    #[serde(default, deserialize_with = "line::<_, _, LONGEST>")]
    key_id: Option<String>,
    #[serde(deserialize_with = "line::<_, _, LONGEST>")]
    audience: String,
    #[serde(default, deserialize_with = "line::<_, _, LONGEST>")]
    subject: Option<String>,
}

impl Jitsi {
    /// Reads the section. `None` if no Jitsi is configured.
    pub(super) fn read(keys: &mut Keys, mode: Mode) -> Result<Option<Self>, Error> {
        let set: Set = keys.section(SECTION.name)?;
        let Some(url) = set.url else {
            let set = [
                ("jitsi.app_id", set.app_id.is_some()),
                ("jitsi.key", set.key.is_some()),
                ("jitsi.private_key", set.private_key.is_some()),
                ("jitsi.key_id", set.key_id.is_some()),
                ("jitsi.subject", set.subject.is_some()),
            ];
            return Error::of_any(set, "is set without jitsi.url").map(|()| None);
        };
        if url.scheme() != "https" && mode == Mode::Product {
            let wrong = "would send tokens in clear: must begin with https://";
            return Err(Error::key("jitsi.url", wrong));
        }
        let missing = |key| Error::missing().below(key);
        let app_id = set.app_id.ok_or_else(|| missing("jitsi.app_id"))?;
        let (key, algorithm) = match (set.key, set.private_key) {
            (Some(key), None) => (key, Algorithm::HS256),
            (None, Some(key)) => (key, Algorithm::RS256),
            (Some(_), Some(_)) => {
                let wrong = "is set together with jitsi.private_key; set one";
                return Err(Error::key("jitsi.key", wrong));
            }
            (None, None) => {
                let wrong = "must be set, or jitsi.private_key instead";
                return Err(Error::key("jitsi.key", wrong));
            }
        };
        match (algorithm, &set.key_id) {
            (Algorithm::RS256, None) => return Err(missing("jitsi.key_id")),
            (Algorithm::HS256, Some(_)) => {
                return Err(Error::key("jitsi.key_id", "belongs to a jitsi.private_key"));
            }
            _ => {}
        }
        let tenant = url.path().trim_matches('/').to_lowercase();
        let place = if tenant.is_empty() { url.host_str().unwrap_or_default() } else { &tenant };
        let subject = set.subject.unwrap_or_else(|| place.to_owned());
        let (audience, key_id) = (set.audience, set.key_id);
        let url = url.as_str().trim_end_matches('/').to_owned();
        Ok(Some(Self { url, app_id, audience, subject, key, algorithm, key_id }))
    }
}

fn url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Url>, D::Error> {
    parsed(value, address).map(Some)
}

fn address(text: &str) -> Result<Url, &'static str> {
    const WRONG: &str = "must be an address such as https://meet.kommun.example";
    let url = Url::parse(text.trim()).map_err(|_| WRONG)?;
    match url.scheme() {
        "https" if url.host().is_some() => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err("would send tokens in clear: must begin with https://"),
        _ => return Err(WRONG),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold no user");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have nothing after the path");
    }
    Ok(url)
}

fn secret<'de, D: Deserializer<'de>>(value: D) -> Result<Option<EncodingKey>, D::Error> {
    signing_secret(value, |text| EncodingKey::from_secret(text.as_bytes()))
}

fn private_key<'de, D: Deserializer<'de>>(value: D) -> Result<Option<EncodingKey>, D::Error> {
    parsed(value, |pem| {
        PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .ok()
            .and_then(|der| any_supported_type(&der).ok())
            .filter(|key| key.algorithm() == SignatureAlgorithm::RSA)
            .and_then(|_| EncodingKey::from_rsa_pem(pem.as_bytes()).ok())
            .map(Some)
            .ok_or("must be an RSA key of 2048 bits or more, in PEM")
    })
}
