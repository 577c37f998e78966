//! `UserInfo`: a provider's claims outside the ID token.

use super::{
    Inner, OidcError, Outage, Wrong,
    discovery::Metadata,
    http::{media_type, object},
    signed::{Flaw, open},
};
use crate::clock::Time;
use axum::http::{
    HeaderMap, HeaderValue, Request, StatusCode,
    header::{ACCEPT, AUTHORIZATION},
};
use openidconnect::AccessToken;
use serde_json::{Map, Value};
use url::Url;

const JSON: &str = "application/json";
const JWT: &str = "application/jwt";

/// The response of `UserInfo`.
pub(crate) enum Answer {
    /// Plain JSON.
    Plain(Map<String, Value>),
    /// Signed JWT, not checked yet.
    Signed(String),
}

/// Requests `UserInfo`.
pub(crate) async fn ask(
    provider: &Inner,
    endpoint: &Url,
    access: Option<&AccessToken>,
) -> Result<Answer, OidcError> {
    let malformed = OidcError::Unavailable(Outage::Answer("its user info"));
    let access = access
        .ok_or(OidcError::Unavailable(Outage::Answer("its tokens, without an access token")))?;
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
        JSON => object(body).map(Answer::Plain),
        JWT => String::from_utf8(body.to_vec()).ok().map(Answer::Signed),
        _ => None,
    }
}

/// Checks that a response is about the same person. If it is signed, checks by whom and for whom.
pub(crate) fn check(
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
        return Err(OidcError::InvalidResponse("the subject of its user info").into());
    }
    Ok(claims)
}

fn signed(provider: &Inner, metadata: &Metadata, token: &str) -> Result<Map<String, Value>, Wrong> {
    let fail = |what| Wrong::from(OidcError::InvalidResponse(what));
    let claims = open(token.trim(), &metadata.keys).map_err(wrong)?.claims;
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

fn wrong(flaw: Flaw) -> Wrong {
    match flaw {
        Flaw::Form => OidcError::InvalidResponse("the form of its user info").into(),
        Flaw::Critical | Flaw::Algorithm => {
            OidcError::InvalidResponse("the algorithm of its user info").into()
        }
        Flaw::Key => Wrong::Key(OidcError::InvalidResponse("the key")),
        Flaw::Signature => Wrong::Key(OidcError::InvalidResponse("the signature of its user info")),
    }
}
