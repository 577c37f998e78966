//! What a provider says of somebody outside the ID token.

use super::{
    Inner, OidcError, Outage, Wrong, directory::Metadata, token::ALGORITHMS, wire::media_type,
};
use crate::clock::Time;
use axum::http::{
    HeaderMap, HeaderValue, Request, StatusCode,
    header::{ACCEPT, AUTHORIZATION},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    AccessToken, JsonWebKey, JsonWebKeyId, JsonWebKeyUse, JwsSigningAlgorithm, UserInfoUrl,
    core::{CoreJsonWebKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde_json::{Map, Value};

const JSON: &str = "application/json";
const JWT: &str = "application/jwt";

/// How many keys are tried for a signature that doesn't say which it was made with.
const TRIED: usize = 8;

/// What came back.
pub(super) enum Answer {
    /// Plain JSON.
    Plain(Map<String, Value>),
    /// A signed JWT, not yet checked.
    Signed(String),
}

/// Asks for it.
pub(super) async fn ask(
    provider: &Inner,
    endpoint: &UserInfoUrl,
    access: &AccessToken,
) -> Result<Answer, OidcError> {
    let malformed = OidcError::Down(Outage::Answer("its user info"));
    let mut bearer =
        HeaderValue::from_str(&format!("Bearer {}", access.secret())).map_err(|_| malformed)?;
    bearer.set_sensitive(true);
    let request = Request::get(endpoint.as_str())
        .header(ACCEPT, const { HeaderValue::from_static("application/json, application/jwt") })
        .header(AUTHORIZATION, bearer)
        .body(Vec::new())
        .map_err(|_| malformed)?;
    let response = provider.wire.send(request).await?;
    if response.status() != StatusCode::OK {
        return Err(malformed);
    }
    read(response.headers(), response.body()).ok_or(malformed)
}

fn read(headers: &HeaderMap, body: &[u8]) -> Option<Answer> {
    match media_type(headers)?.as_str() {
        JSON => serde_json::from_slice(body).ok().map(Answer::Plain),
        JWT => String::from_utf8(body.to_vec()).ok().map(Answer::Signed),
        _ => None,
    }
}

/// Checks that it is about the same person, and if it is signed by whom and for whom.
pub(super) fn check(
    provider: &Inner,
    metadata: &Metadata,
    subject: &str,
    answer: &Answer,
) -> Result<Map<String, Value>, Wrong> {
    let claims = match answer {
        Answer::Plain(claims) => claims.clone(),
        Answer::Signed(token) => signed(provider, metadata, token)?,
    };
    if claims.get("sub").and_then(Value::as_str) != Some(subject) {
        return Err(OidcError::Untrue("the subject of its user info").into());
    }
    Ok(claims)
}

fn signed(provider: &Inner, metadata: &Metadata, token: &str) -> Result<Map<String, Value>, Wrong> {
    let fail = |what| Wrong::from(OidcError::Untrue(what));
    let claims = open(token.trim(), metadata.jwks())?;
    if claims.get("iss").and_then(Value::as_str) != Some(&provider.config.issuer) {
        return Err(fail("the issuer of its user info"));
    }
    let us = provider.config.client_id.as_str();
    let for_us = match claims.get("aud") {
        Some(Value::Array(all)) => all.iter().any(|one| one == us),
        Some(one) => one == us,
        None => false,
    };
    if !for_us {
        return Err(fail("the audience of its user info"));
    }
    let Time(now) = provider.clock.now();
    let expires = claims.get("exp").map(Value::as_f64);
    #[expect(clippy::cast_precision_loss, reason = "seconds are far below what a f64 can count")]
    if expires.is_some_and(|time| time.is_none_or(|time| time * 1000.0 <= now as f64)) {
        return Err(fail("the expiry of its user info"));
    }
    Ok(claims)
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<JsonWebKeyId>,
    crit: Option<Value>,
}

/// The claims of a signed JWT. The crate's own verifier of user info takes RS256 only.
fn open(token: &str, keys: &CoreJsonWebKeySet) -> Result<Map<String, Value>, Wrong> {
    let fail = |what| Wrong::from(OidcError::Untrue(what));
    let form = || fail("the form of its user info");
    let (message, signature) = token.rsplit_once('.').ok_or_else(form)?;
    let (header, payload) = message.split_once('.').ok_or_else(form)?;
    let [header, payload, signature] =
        [header, payload, signature].map(|part| URL_SAFE_NO_PAD.decode(part));
    let header = header.map_err(|_| form())?;
    let header: Header = serde_json::from_slice(&header).map_err(|_| form())?;
    let signature = signature.map_err(|_| form())?;
    if !ALGORITHMS.contains(&header.alg) || header.crit.is_some() {
        return Err(fail("the algorithm of its user info"));
    }
    let mut keys = keys.keys().iter().filter(|key| usable(key, &header)).take(TRIED).peekable();
    if keys.peek().is_none() {
        return Err(Wrong::Key);
    }
    if !keys.any(|key| key.verify_signature(&header.alg, message.as_bytes(), &signature).is_ok()) {
        return Err(fail("the signature of its user info"));
    }
    payload.ok().and_then(|payload| serde_json::from_slice(&payload).ok()).ok_or_else(form)
}

fn usable(key: &CoreJsonWebKey, header: &Header) -> bool {
    (header.kid.is_none() || key.key_id() == header.kid.as_ref())
        && header.alg.key_type().as_ref() == Some(key.key_type())
        && key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
}
