//! The check of an ID token: strict for all claims that prove, and nothing else.

use super::{
    Inner, Login, OidcError, Outage, Wrong,
    discovery::Metadata,
    exchange::Tokens,
    signed::{Flaw, Opened, open},
};
use crate::{
    clock::Time,
    rules::assurance::{Level, admit},
};
use openidconnect::AccessTokenHash;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;

/// Maximum difference of two clocks, in seconds.
const APART: f64 = 60.0;

/// Maximum age of a token, in seconds.
const OLDEST: f64 = 5.0 * 60.0;

/// The content of a checked ID token.
pub(crate) struct Said {
    /// Subject.
    pub(crate) subject: String,
    /// Level of assurance.
    pub(crate) level: Level,
    /// All claims.
    pub(crate) claims: Map<String, Value>,
}

/// Checks an ID token. OpenID Connect Core, section 3.1.3.7.
pub(crate) fn check(
    provider: &Inner,
    metadata: &Metadata,
    login: &Login,
    tokens: &Tokens,
    required: Level,
) -> Result<Said, Wrong> {
    let opened = open(&tokens.id, &metadata.keys).map_err(wrong)?;
    let subject = identity(provider, login, &opened)?;
    times(provider, login, &opened.claims)?;
    if let Some(hash) = given(&opened.claims, "at_hash")
        && !names(hash, tokens, &opened)
    {
        return Err(OidcError::InvalidResponse("the access token").into());
    }
    let level = level(provider, &opened.claims)
        .filter(|level| admit(Some(*level), required).is_some())
        .ok_or(OidcError::InsufficientAcr)?;
    Ok(Said { subject, level, claims: opened.claims })
}

/// Checks the issuer, the audience, the login and the subject. Returns the subject.
fn identity(provider: &Inner, login: &Login, opened: &Opened) -> Result<String, OidcError> {
    let claims = &opened.claims;
    let us = provider.config.client_id.as_str();
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let token = |name: &Value| {
        name.as_str().is_some_and(|name| {
            name.eq_ignore_ascii_case("JWT") || name.eq_ignore_ascii_case("application/jwt")
        })
    };
    if opened.media_type.as_ref().is_some_and(|name| !name.is_null() && !token(name)) {
        return Err(OidcError::InvalidResponse("the form of its ID token"));
    }
    if text("iss") != Some(provider.config.issuer.as_str()) {
        return Err(OidcError::InvalidResponse("the issuer"));
    }
    // A token may be for another client that we don't know, so this client must be its only audience.
    let for_us = match claims.get("aud") {
        Some(Value::Array(all)) => !all.is_empty() && all.iter().all(|one| one == us),
        Some(one) => one == us,
        None => false,
    };
    if !for_us {
        return Err(OidcError::InvalidResponse("the audience"));
    }
    if given(claims, "azp").is_some_and(|party| party != us) {
        return Err(OidcError::InvalidResponse("the authorised party"));
    }
    let nonce = text("nonce").unwrap_or_default();
    if !bool::from(nonce.as_bytes().ct_eq(login.nonce.as_bytes())) {
        return Err(OidcError::InvalidResponse("the nonce"));
    }
    let subject = text("sub").filter(|subject| !subject.is_empty());
    subject.map(str::to_owned).ok_or(OidcError::InvalidResponse("the subject"))
}

/// Checks that the token is valid now, was issued for this login, and reports an authentication in it.
fn times(provider: &Inner, login: &Login, claims: &Map<String, Value>) -> Result<(), OidcError> {
    let (now, begun) = (seconds(provider.clock.now()), seconds(login.begun).floor());
    let time = |name: &str| claims.get(name).and_then(Value::as_f64);
    if time("exp").is_none_or(|expiry| expiry <= now) {
        return Err(OidcError::InvalidResponse("the expiry"));
    }
    let issued = time("iat").ok_or(OidcError::InvalidResponse("the time of issue"))?.floor();
    if issued > now + APART || issued < now.floor() - OLDEST - APART {
        return Err(OidcError::InvalidResponse("the time of issue"));
    }
    // An authentication from before this login may be somebody else's.
    if given(claims, "auth_time").is_none() {
        return if provider.config.without_auth_time {
            Ok(())
        } else {
            Err(OidcError::InvalidResponse("the time of authentication, which is missing"))
        };
    }
    let proven =
        time("auth_time").ok_or(OidcError::InvalidResponse("the time of authentication"))?.floor();
    if proven > now + APART || proven < begun - APART {
        return Err(OidcError::InvalidResponse("the time of authentication"));
    }
    Ok(())
}

/// Returns the level of assurance for `acr`, or the configured one if `acr` is missing.
fn level(provider: &Inner, claims: &Map<String, Value>) -> Option<Level> {
    let config = &provider.config;
    let Some(said) = given(claims, "acr") else { return config.without_acr };
    config.acr.iter().find(|(name, _)| said == name.as_str()).map(|(_, level)| *level)
}

/// `true` if this is the hash of the access token beside the ID token.
fn names(hash: &Value, tokens: &Tokens, opened: &Opened) -> bool {
    let made = tokens.access.as_ref().and_then(|access| {
        AccessTokenHash::from_token(access, &opened.algorithm, &opened.key).ok()
    });
    made.is_some_and(|made| hash == made.as_str())
}

/// Returns a claim that is not null.
fn given<'a>(claims: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    claims.get(name).filter(|value| !value.is_null())
}

#[expect(clippy::cast_precision_loss, reason = "a time is far below what a f64 can count")]
fn seconds(Time(at): Time) -> f64 {
    at as f64 / 1000.0
}

fn wrong(flaw: Flaw) -> Wrong {
    match flaw {
        Flaw::Form => OidcError::Unavailable(Outage::Answer("its ID token")).into(),
        Flaw::Critical => OidcError::InvalidResponse("the form of its ID token").into(),
        Flaw::Algorithm => OidcError::InvalidResponse("the algorithm").into(),
        Flaw::Key => Wrong::Key(OidcError::InvalidResponse("the key")),
        Flaw::Signature => Wrong::Key(OidcError::InvalidResponse("the signature")),
    }
}
