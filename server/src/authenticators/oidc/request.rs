//! The authorization request, and the claims that it requests.

use super::{
    Essential, Inner, Login, OidcError, Required, claims::EMAIL_VERIFIED, description::Description,
};
use crate::{
    clock::Time,
    config::{ClaimNames, OidcProvider},
    keys::new_id,
    rules::assurance::{Level, admit},
};
use app::wire::Language;
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use serde_json::{Map, Value, json};
use url::Url;

/// The scope of the standard claims about an e-mail address.
const EMAIL: &str = "email";

/// Validity of a signed request or assertion, in seconds.
const GOOD_FOR: i64 = 60;

/// Maximum age of an authentication, in seconds, for a provider that can't be asked for claims. It makes the
/// provider report the time of the authentication.
const MAX_AGE: i64 = 300;

/// Returns the address to which the browser is sent.
pub(crate) fn address(
    provider: &Inner,
    description: &Description,
    login: &Login,
    required: Required,
    language: Language,
) -> Result<Url, OidcError> {
    if !provider.config.levels().any(|level| admit(Some(level), required.level).is_some()) {
        return Err(OidcError::InsufficientAcr);
    }
    let mut asked = parameters(provider, description, login, required, language);
    if provider.config.request_object {
        asked = signed(provider, description, asked)?;
    }
    let mut address = description.authorization.clone();
    for (name, value) in &asked {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        address.query_pairs_mut().append_pair(name, &value);
    }
    Ok(address)
}

/// Returns the provider's `acr` values that suffice.
fn levels(provider: &Inner, required: Level) -> Vec<&str> {
    let levels = provider.config.acr.iter();
    levels
        .filter(|(_, level)| admit(Some(*level), required).is_some())
        .map(|(name, _)| name.as_str())
        .collect()
}

fn parameters(
    provider: &Inner,
    description: &Description,
    login: &Login,
    required: Required,
    language: Language,
) -> Map<String, Value> {
    let verifier = PkceCodeVerifier::new(login.verifier.clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let mut asked = Map::new();
    let mut ask = |name: &str, value: Value| asked.insert(name.to_owned(), value);
    ask("response_type", "code".into());
    ask("client_id", provider.config.client_id.as_str().into());
    ask("redirect_uri", provider.redirect.as_str().into());
    ask("scope", scope(provider, required.essential).into());
    ask("state", login.state.as_str().into());
    ask("nonce", login.nonce.as_str().into());
    ask("code_challenge", challenge.as_str().into());
    ask("code_challenge_method", challenge.method().as_str().into());
    // The provider may still know the person who used this computer before.
    ask("prompt", "login".into());
    ask("ui_locales", language.tag().into());
    if description.heeds_claims {
        ask("claims", claims(provider, required));
    } else {
        let enough = levels(provider, required.level);
        if !enough.is_empty() {
            ask("acr_values", enough.join(" ").into());
        }
        ask("max_age", MAX_AGE.into());
    }
    asked
}

/// Returns the requested scopes. A host's standard claims need their scope (OpenID Connect Core, 5.4).
fn scope(provider: &Inner, essential: Essential) -> String {
    let OidcProvider { scopes, claims, .. } = &provider.config;
    let listed = scopes.iter().any(|scope| scope == EMAIL);
    let more = essential == Essential::Email && claims.verified_email.is_none() && !listed;
    let more = more.then_some(EMAIL);
    scopes.iter().map(String::as_str).chain(more).collect::<Vec<_>>().join(" ")
}

/// Returns the names of the claims that identify somebody. A host's number is of no use, and not requested.
fn identity_claims(names: &ClaimNames, essential: Essential) -> Vec<&str> {
    let mut all: Vec<&str> = match (essential, &names.verified_email) {
        (Essential::Name | Essential::Number, _) => {
            vec![&names.personal_number, &names.coordination_number]
        }
        (Essential::Email, Some(verified)) => vec![verified],
        (Essential::Email, None) => vec![&names.email, EMAIL_VERIFIED],
    };
    all.extend([names.name.as_str(), &names.given_name, &names.family_name]);
    all
}

fn claims(provider: &Inner, Required { level: required, essential }: Required) -> Value {
    // None of these is essential to the provider. Nobody has both numbers, and a provider in Sweden refuses a
    // login if an essential claim is missing.
    let identity: Map<_, _> = identity_claims(&provider.config.claims, essential)
        .into_iter()
        .map(|name| (name.to_owned(), Value::Null))
        .collect();
    let mut token = identity.clone();
    // A claim that the provider may leave out, as configured, is not essential either.
    let enough = levels(provider, required);
    let may_lack = admit(provider.config.without_acr, required).is_some();
    let mut acr = Map::new();
    if !may_lack {
        acr.insert("essential".into(), true.into());
    }
    if !enough.is_empty() {
        acr.insert("values".into(), enough.into());
    }
    token.insert("acr".into(), if acr.is_empty() { Value::Null } else { acr.into() });
    let essential = json!({ "essential": true });
    let time = if provider.config.without_auth_time { Value::Null } else { essential };
    token.insert("auth_time".into(), time);
    json!({ "id_token": token, "userinfo": identity })
}

/// Returns the request as a signed request object (RFC 9101), beside the parameters that must also be outside
/// it.
fn signed(
    provider: &Inner,
    description: &Description,
    mut asked: Map<String, Value>,
) -> Result<Map<String, Value>, OidcError> {
    let outside = ["response_type", "client_id", "scope"];
    let mut outer: Map<_, _> = outside
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), asked.get(name)?.clone())))
        .collect();
    asked.append(&mut statement(provider)?);
    let object = provider
        .signatory
        .as_ref()
        .and_then(|signatory| {
            signatory.sign(
                "oauth-authz-req+jwt",
                &asked.into(),
                description.request_algorithms.as_deref(),
            )
        })
        .ok_or(OidcError::SigningFailed)?;
    outer.insert("request".into(), object.into());
    Ok(outer)
}

/// Returns the client assertion. `None` if the client authenticates without a signature. RFC 7523.
pub(crate) fn assertion(
    provider: &Inner,
    description: &Description,
) -> Result<Option<String>, OidcError> {
    let Some(signatory) = &provider.signatory else { return Ok(None) };
    let mut claims = statement(provider)?;
    claims.insert("sub".into(), provider.config.client_id.as_str().into());
    let accepted = description.assertion_algorithms.as_deref();
    signatory.sign("JWT", &claims.into(), accepted).map(Some).ok_or(OidcError::SigningFailed)
}

/// Returns the claims of everything that we sign: issuer, audience and validity.
fn statement(provider: &Inner) -> Result<Map<String, Value>, OidcError> {
    let Time(now) = provider.clock.now();
    let now = now.div_euclid(1000);
    let mut claims = Map::new();
    claims.insert("iss".into(), provider.config.client_id.as_str().into());
    claims.insert("aud".into(), provider.config.issuer.as_str().into());
    claims.insert("iat".into(), now.into());
    claims.insert("exp".into(), (now + GOOD_FOR).into());
    claims.insert("jti".into(), new_id().map_err(|_| OidcError::SigningFailed)?.into());
    Ok(claims)
}
