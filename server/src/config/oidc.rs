//! `[[oidc]]`: the providers of OpenID Connect that people can identify with. Each has one table, only in the
//! file.

use super::{
    Error,
    keys::Keys,
    read::{line, parsed},
    reference::{Key, Section},
};
use crate::rules::{assurance::Level, loopback::is_loopback, text};
use rustls::{
    SignatureAlgorithm,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, pem::PemObject},
};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, de::Error as _};
use std::collections::HashSet;
use toml::Value as Toml;
use url::Url;

pub(super) const NAME: &str = "oidc";

pub(super) const SECTION: Section = Section {
    name: NAME,
    about: "Providers of OpenID Connect that people can identify with, one table each. Variables can't set them. \
            Each has either a client_secret or a private_key. Register the redirect address at each: public_url + \
            /back/oidc/ + the id below, such as https://mote.kommun.example/back/oidc/freja.",
    keys: &[
        Key::required(
            "id",
            "freja",
            "its name in addresses and events: at most 32 of a to z, 0 to 9 and `-`. It must not begin with \
             `bankid`",
        ),
        Key::required("name", "Freja", "its name on the button"),
        Key::required(
            "issuer",
            "https://id.example/oidc",
            "its issuer identifier, character for character. `http://` on loopback only",
        ),
        Key::required("client_id", "anslut", "the organisation's identifier at the provider"),
        Key::required(
            "client_secret",
            "/etc/anslut/freja-secret",
            "a shared secret (`client_secret_basic`, or `client_secret_post` if the provider's metadata offers only \
             that one)",
        )
        .or("this or `private_key`")
        .in_file(),
        Key::optional(
            "private_key",
            "/etc/anslut/freja-key.pem",
            "a key to sign with (`private_key_jwt`), in PEM: RSA of 2048 bits or more, P-256 or P-384",
        )
        .or("this or `client_secret`")
        .in_file(),
        Key::optional("key_id", "key-1", "that key's name at the provider"),
        Key::required(
            AS_IT_STANDS,
            "[\"http://id.elegnamnden.se/loa/1.0/loa3\", \"http://id.elegnamnden.se/loa/1.0/loa4\"]",
            "accepted `acr` values: a list of those that give `loa3`, or a table with `\"loa2\"` or `\"loa3\"` for \
             each, such as `{ \"http://id.elegnamnden.se/loa/1.0/loa2\" = \"loa2\" }`. A value that ends in `loa1` or `loa2` can't give `loa3`. A login with any other value is \
             rejected",
        ),
        Key::optional(
            "without_acr",
            "loa2",
            "`\"loa2\"` or `\"loa3\"`: the level of a login that has no `acr` at all. If it is not set, such a login \
             is rejected. Every login at the provider then counts at that level, so set it only if it has none \
             below",
        ),
        Key::new(
            "without_auth_time",
            "false",
            "`true` accepts a login that has no `auth_time`. On a shared computer the provider may then return the \
             person who used it before",
        ),
        Key::new(
            "scopes",
            "[\"openid\", \"https://id.oidc.se/scope/naturalPersonInfo\", \
             \"https://id.oidc.se/scope/naturalPersonNumber\"]",
            "requested scopes. `openid` is always requested",
        ),
        Key::new(
            "request_object",
            "false",
            "`true` signs the authorization request. It needs a `private_key`",
        ),
        Key::new(
            "claims.personal_number",
            "https://id.oidc.se/claim/personalIdentityNumber",
            "its claim for the personal identity number, of 12 digits",
        ),
        Key::new(
            "claims.coordination_number",
            "https://id.oidc.se/claim/coordinationNumber",
            "its claim for the coordination number",
        ),
        Key::new("claims.name", "name", "its claim for the person's name"),
        Key::new("claims.given_name", "given_name", "its claim for the person's given name"),
        Key::new("claims.family_name", "family_name", "its claim for the person's family name"),
        Key::new(
            "claims.email",
            "email",
            "its claim for the person's e-mail address, which hosts are recognised by. It counts if `email_verified` \
             is `true`",
        ),
        Key::optional(
            "claims.verified_email",
            "https://id.example/claim/workEmail",
            "its claim for an e-mail address that it has verified itself. If it is set, it counts instead of \
             `claims.email`",
        ),
    ],
};

/// The key that may be a table with names that are not ours.
pub(super) const AS_IT_STANDS: &str = "acr";

/// Maximum length of a value of the protocol, in characters.
const LONGEST: usize = 300;

/// Returns the prefix of the keys in a provider's table.
pub(super) fn place(index: usize) -> String {
    format!("{NAME}[{index}]")
}

/// A provider of OpenID Connect.
#[derive(Clone, Debug)]
pub struct OidcProvider {
    /// Its name in addresses and in the store.
    pub id: String,
    /// Its name on the button.
    pub name: String,
    /// Its issuer identifier, character for character.
    pub issuer: String,
    /// The relying party's identifier at the provider.
    pub client_id: String,
    /// The relying party's authentication to the provider.
    pub authentication: ClientAuthentication,
    /// The provider's `acr` values, with the level of assurance that each gives here.
    pub acr: Vec<(String, Level)>,
    /// The level of assurance of a login without `acr`. `None` if such a login is rejected.
    pub without_acr: Option<Level>,
    /// `true` if a login without `auth_time` is accepted.
    pub without_auth_time: bool,
    /// The provider's names of claims.
    pub claims: ClaimNames,
    /// The requested scopes.
    pub scopes: Vec<String>,
    /// `true` if authorization requests are signed.
    pub request_object: bool,
}

impl OidcProvider {
    /// Returns the levels of assurance that the provider can prove.
    pub fn levels(&self) -> impl Iterator<Item = Level> {
        self.acr.iter().map(|(_, level)| *level).chain(self.without_acr)
    }
}

/// The relying party's authentication to a provider.
#[derive(Clone, Debug)]
pub enum ClientAuthentication {
    /// With a shared secret (`client_secret_basic`, or `client_secret_post` if the provider offers nothing
    /// else).
    Secret(SecretString),
    /// With a signature (`private_key_jwt`).
    Key {
        /// An RSA or EC key in PEM.
        pem: SecretString,
        /// The key's id at the provider.
        id: Option<String>,
    },
}

/// A provider's names of the claims about a person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ClaimNames {
    /// The personal identity number.
    #[serde(deserialize_with = "line::<_, _, LONGEST>")]
    pub personal_number: String,
    /// The coordination number, for people without a personal identity number.
    #[serde(deserialize_with = "line::<_, _, LONGEST>")]
    pub coordination_number: String,
    /// The whole name.
    #[serde(deserialize_with = "line::<_, _, LONGEST>")]
    pub name: String,
    /// The given name.
    #[serde(deserialize_with = "line::<_, _, LONGEST>")]
    pub given_name: String,
    /// The family name.
    #[serde(deserialize_with = "line::<_, _, LONGEST>")]
    pub family_name: String,
    /// The e-mail address, which counts if `email_verified` is `true`.
    #[serde(deserialize_with = "line::<_, _, LONGEST>")]
    pub email: String,
    /// The e-mail address that the provider has verified itself. If it is set, it counts instead of `email`.
    #[serde(default, deserialize_with = "line::<_, _, LONGEST>")]
    pub verified_email: Option<String>,
}

/// The scope that OpenID Connect requires.
const OPENID: &str = "openid";

#[derive(Deserialize)]
struct Set {
    #[serde(deserialize_with = "id")]
    id: String,
    #[serde(deserialize_with = "line::<_, _, 60>")]
    name: String,
    #[serde(deserialize_with = "issuer")]
    issuer: String,
    #[serde(deserialize_with = "line::<_, _, LONGEST>")]
    client_id: String,
    #[serde(default, deserialize_with = "secret")]
    client_secret: Option<SecretString>,
    #[serde(default, deserialize_with = "private_key")]
    private_key: Option<SecretString>,
    #[serde(default, deserialize_with = "line::<_, _, LONGEST>")]
    key_id: Option<String>,
    #[serde(default, deserialize_with = "levels")]
    acr: Option<Vec<(String, Level)>>,
    #[serde(default, deserialize_with = "level")]
    without_acr: Option<Level>,
    without_auth_time: bool,
    claims: ClaimNames,
    #[serde(deserialize_with = "scopes")]
    scopes: Vec<String>,
    request_object: bool,
}

/// Reads every provider.
pub(super) fn read(keys: &mut Keys) -> Result<Vec<OidcProvider>, Error> {
    let mut ids = HashSet::new();
    (0..keys.providers)
        .map(|index| {
            let place = place(index);
            let set: Set = keys.section(&place)?;
            let provider = OidcProvider::try_from(set).map_err(|error| error.below(&place))?;
            if ids.insert(provider.id.clone()) {
                Ok(provider)
            } else {
                Err(Error::key(&format!("{place}.id"), "is another provider's too"))
            }
        })
        .collect()
}

impl TryFrom<Set> for OidcProvider {
    type Error = Error;

    fn try_from(set: Set) -> Result<Self, Error> {
        let authentication = match (set.client_secret, set.private_key) {
            (Some(secret), None) if set.key_id.is_none() => {
                Ok(ClientAuthentication::Secret(secret))
            }
            (Some(_), None) => Err(Error::key("key_id", "belongs to a private_key")),
            (None, Some(pem)) => Ok(ClientAuthentication::Key { pem, id: set.key_id }),
            (Some(_), Some(_)) => {
                Err(Error::key("client_secret", "is set together with private_key; set one"))
            }
            (None, None) => Err(Error::key("client_secret", "must be set, or private_key instead")),
        }?;
        if set.request_object && matches!(authentication, ClientAuthentication::Secret(_)) {
            return Err(Error::key("request_object", "needs a private_key to sign with"));
        }
        // A provider that never sends `acr` has no values to name.
        let none = set.without_acr.map(|_| Vec::new());
        Ok(Self {
            id: set.id,
            name: set.name,
            issuer: set.issuer,
            client_id: set.client_id,
            authentication,
            acr: set.acr.or(none).ok_or_else(|| Error::missing().below(AS_IT_STANDS))?,
            without_acr: set.without_acr,
            without_auth_time: set.without_auth_time,
            claims: set.claims,
            scopes: set.scopes,
            request_object: set.request_object,
        })
    }
}

fn id<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    parsed(value, |text| {
        let id = text::line(text, 32)?;
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.chars().all(plain) || id.starts_with('-') || id.ends_with('-') {
            return Err("must be made of a to z, 0 to 9 and - within, such as freja".to_owned());
        }
        if id.starts_with("bankid") {
            return Err("must not begin with bankid, which is a way of its own".to_owned());
        }
        Ok(id)
    })
}

fn issuer<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let issuer: String = line::<_, _, LONGEST>(value)?;
    let wrong = |wrong: &str| Err(D::Error::custom(wrong));
    let Ok(url) = Url::parse(&issuer) else {
        return wrong("must be an address such as https://id.example");
    };
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return wrong("must begin with https:// (http:// is for loopback addresses only)");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return wrong("must have no query and no fragment");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return wrong("must name no user");
    }
    Ok(issuer)
}

fn secret<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    parsed(value, |text| match text.trim() {
        "" => Err("must not be empty"),
        _ => Ok(Some(text.into())),
    })
}

fn private_key<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    parsed(value, |pem| {
        PrivateKeyDer::from_pem_slice(pem.as_bytes())
            .ok()
            .and_then(|der| any_supported_type(&der).ok())
            .filter(|key| {
                matches!(key.algorithm(), SignatureAlgorithm::RSA | SignatureAlgorithm::ECDSA)
            })
            .map(|_| Some(pem.into()))
            .ok_or("must be an RSA key of 2048 bits or more, or a P-256 or P-384 key, in PEM")
    })
}

fn level<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Level>, D::Error> {
    parsed(value, |text| text.parse().map(Some).map_err(|_| "must be \"loa2\" or \"loa3\""))
}

fn levels<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Vec<(String, Level)>>, D::Error> {
    let levels: Option<Vec<_>> = match Toml::deserialize(value)? {
        Toml::Array(names) => {
            let names = names.into_iter();
            names.map(|name| Some((name.as_str()?.to_owned(), Level::Loa3))).collect()
        }
        Toml::Table(levels) => {
            let levels = levels.into_iter();
            levels.map(|(name, level)| Some((name, level.as_str()?.parse().ok()?))).collect()
        }
        _ => None,
    };
    // The protocol separates these values by spaces.
    let word = |name: &str| {
        !name.is_empty() && name.len() <= LONGEST && name.chars().all(|c| c.is_ascii_graphic())
    };
    // Values that name a lower level themselves.
    let lower = |name: &str| name.ends_with("loa1") || name.ends_with("loa2");
    let raised = |(name, level): &(String, Level)| *level == Level::Loa3 && lower(name);
    if levels.iter().flatten().any(raised) {
        return Err(D::Error::custom(
            "must not give loa3 for a value that stands for a lower level",
        ));
    }
    let mut seen = HashSet::new();
    let levels = levels
        .filter(|levels| !levels.is_empty())
        .filter(|levels| levels.iter().all(|(name, _)| word(name) && seen.insert(name.clone())));
    levels.map(Some).ok_or_else(|| {
        D::Error::custom(
            "must list the values that give loa3, or be a table of values with \"loa2\" or \"loa3\" for each",
        )
    })
}

fn scopes<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    let mut scopes = Vec::<String>::deserialize(value)?;
    let good = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
    if scopes.iter().any(|scope| scope.is_empty() || !scope.chars().all(good)) {
        return Err(D::Error::custom("must list scopes without spaces"));
    }
    if !scopes.iter().any(|scope| scope == OPENID) {
        scopes.insert(0, OPENID.into());
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests;
