//! `[[oidc]]`: the providers of OpenID Connect that people can identify with. Each has one table, only in the
//! file.

use super::{
    Error,
    http::is_loopback,
    keys::{Keys, Value},
    read,
};
use crate::rules::assurance::Level;
use rustls::{
    SignatureAlgorithm,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, pem::PemObject},
};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashSet;
use toml::Value as Toml;
use url::Url;

pub(super) const NAME: &str = "oidc";

pub(super) const KEYS: [&str; 17] = [
    "id",
    "name",
    "issuer",
    "client_id",
    "client_secret",
    "private_key",
    "key_id",
    AS_IT_STANDS,
    "without_acr",
    "without_auth_time",
    "claims.personal_number",
    "claims.coordination_number",
    "claims.name",
    "claims.given_name",
    "claims.family_name",
    "scopes",
    "request_object",
];

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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// The personal identity number.
    pub personal_number: String,
    /// The coordination number, for people without a personal identity number.
    pub coordination_number: String,
    /// The whole name.
    pub name: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            personal_number: "https://id.oidc.se/claim/personalIdentityNumber".into(),
            coordination_number: "https://id.oidc.se/claim/coordinationNumber".into(),
            name: "name".into(),
            given_name: "given_name".into(),
            family_name: "family_name".into(),
        }
    }
}

/// The scope that OpenID Connect requires.
const OPENID: &str = "openid";

fn default_scopes() -> Vec<String> {
    [
        OPENID,
        "https://id.oidc.se/scope/naturalPersonInfo",
        "https://id.oidc.se/scope/naturalPersonNumber",
    ]
    .map(str::to_owned)
    .into()
}

/// Takes every provider.
pub(super) fn take(keys: &mut Keys) -> Result<Vec<OidcProvider>, Error> {
    let mut ids = HashSet::new();
    let tables = keys.take_providers().into_iter().enumerate();
    tables
        .map(|(index, mut keys)| {
            let place = place(index);
            let provider = provider(&place, &mut keys)?;
            if ids.insert(provider.id.clone()) {
                Ok(provider)
            } else {
                Err(Error::key(&format!("{place}.id"), "is another provider's too"))
            }
        })
        .collect()
}

fn provider(place: &str, keys: &mut Keys) -> Result<OidcProvider, Error> {
    let key = |name: &str| format!("{place}.{name}");
    let line = |value| read::line(value, LONGEST);
    let id = keys.take_required(&key("id"), None, id)?;
    let name = keys.take_required(&key("name"), None, |value| read::line(value, 60))?;
    let issuer = keys.take_required(&key("issuer"), None, issuer)?;
    let client_id = keys.take_required(&key("client_id"), None, line)?;
    let secret = keys.take(&key("client_secret"), secret)?;
    let private = keys.take(&key("private_key"), private_key)?;
    let key_id = keys.take(&key("key_id"), line)?;
    let authentication = match (secret, private) {
        (Some(secret), None) if key_id.is_none() => Ok(ClientAuthentication::Secret(secret)),
        (Some(_), None) => Err(Error::key(&key("key_id"), "belongs to a private_key")),
        (None, Some(pem)) => Ok(ClientAuthentication::Key { pem, id: key_id }),
        (Some(_), Some(_)) => {
            Err(Error::key(&key("client_secret"), "is set together with private_key; set one"))
        }
        (None, None) => {
            Err(Error::key(&key("client_secret"), "must be set, or private_key instead"))
        }
    }?;
    let request_object = keys.take_or(&key("request_object"), false, flag)?;
    if request_object && matches!(authentication, ClientAuthentication::Secret(_)) {
        return Err(Error::key(&key("request_object"), "needs a private_key to sign with"));
    }
    let without_acr = keys.take(&key("without_acr"), level)?;
    let without_auth_time = keys.take_or(&key("without_auth_time"), false, flag)?;
    // A provider that never sends `acr` has no values to name.
    let none = without_acr.map(|_| Vec::new());
    let acr = keys.take_required(&key(AS_IT_STANDS), none, levels)?;
    let mut claim = |name: &str, default| keys.take_or(&key(name), default, line);
    let d = ClaimNames::default();
    let claims = ClaimNames {
        personal_number: claim("claims.personal_number", d.personal_number)?,
        coordination_number: claim("claims.coordination_number", d.coordination_number)?,
        name: claim("claims.name", d.name)?,
        given_name: claim("claims.given_name", d.given_name)?,
        family_name: claim("claims.family_name", d.family_name)?,
    };
    let scopes = keys.take(&key("scopes"), scopes)?.unwrap_or_else(default_scopes);
    Ok(OidcProvider {
        id,
        name,
        issuer,
        client_id,
        authentication,
        acr,
        without_acr,
        without_auth_time,
        claims,
        scopes,
        request_object,
    })
}

fn id(value: Value) -> Result<String, String> {
    let id = read::line(value, 32)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.chars().all(plain) || id.starts_with('-') || id.ends_with('-') {
        return Err("must be made of a to z, 0 to 9 and - within, such as freja".into());
    }
    if id.starts_with("bankid") {
        return Err("must not begin with bankid, which is a way of its own".into());
    }
    Ok(id)
}

fn issuer(value: Value) -> Result<String, String> {
    let text = read::line(value, LONGEST)?;
    let url = Url::parse(&text).map_err(|_| "must be an address such as https://id.example")?;
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return Err("must begin with https:// (http:// is for loopback addresses only)".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have no query and no fragment".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must name no user".into());
    }
    Ok(text)
}

fn secret(value: Value) -> Result<SecretString, String> {
    let secret = SecretString::from(read::text(value)?);
    if secret.expose_secret().trim().is_empty() {
        return Err("must not be empty".into());
    }
    Ok(secret)
}

fn private_key(value: Value) -> Result<SecretString, String> {
    let pem = SecretString::from(read::text(value)?);
    PrivateKeyDer::from_pem_slice(pem.expose_secret().as_bytes())
        .ok()
        .and_then(|der| any_supported_type(&der).ok())
        .filter(|key| {
            matches!(key.algorithm(), SignatureAlgorithm::RSA | SignatureAlgorithm::ECDSA)
        })
        .ok_or("must be an RSA key of 2048 bits or more, or a P-256 or P-384 key, in PEM")?;
    Ok(pem)
}

fn flag(value: Value) -> Result<bool, String> {
    let flag = if let Value::Toml(value) = value { value.as_bool() } else { None };
    flag.ok_or_else(|| "must be true or false".into())
}

fn level(value: Value) -> Result<Level, String> {
    read::text(value)?.parse().map_err(|_| "must be \"loa2\" or \"loa3\"".into())
}

fn levels(value: Value) -> Result<Vec<(String, Level)>, String> {
    let levels: Option<Vec<_>> = match value {
        Value::Toml(Toml::Array(names)) => {
            let names = names.into_iter();
            names.map(|name| Some((name.as_str()?.to_owned(), Level::Loa3))).collect()
        }
        Value::Toml(Toml::Table(levels)) => {
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
        return Err("must not give loa3 for a value that stands for a lower level".into());
    }
    let mut seen = HashSet::new();
    levels
        .filter(|levels| !levels.is_empty())
        .filter(|levels| levels.iter().all(|(name, _)| word(name) && seen.insert(name.clone())))
        .ok_or_else(|| {
            "must list the values that give loa3, or be a table of values with \"loa2\" or \
             \"loa3\" for each"
                .into()
        })
}

fn scopes(value: Value) -> Result<Vec<String>, String> {
    let mut scopes = read::list(value)?;
    let good = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
    if scopes.iter().any(|scope| scope.is_empty() || !scope.chars().all(good)) {
        return Err("must list scopes without spaces".into());
    }
    if !scopes.iter().any(|scope| scope == OPENID) {
        scopes.insert(0, OPENID.into());
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests;
