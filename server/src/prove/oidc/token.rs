//! The code is exchanged for an ID token, and that is checked.

use super::{
    Inner, Login, OidcError, Outage, Wrong, directory::Metadata, refused, request, wire::WireError,
};
use crate::{
    clock::Time,
    config::ClientAuthentication,
    rules::assurance::{Level, admit},
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, ClaimsVerificationError as Claims,
    Client, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointNotSet, IdToken, IdTokenFields,
    IdTokenVerifier, Nonce, OAuth2TokenResponse, PkceCodeVerifier, RequestTokenError,
    SignatureVerificationError as Signature, StandardErrorResponse, StandardTokenResponse,
    TokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Algorithm,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse,
        CoreTokenType,
    },
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::{
    fmt,
    time::{Duration, UNIX_EPOCH},
};

/// The algorithms that a provider may sign with: with a key of its own, so that nobody who knows
/// what we know can sign in its place.
pub(super) const ALGORITHMS: [Algorithm; 8] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
];

/// How far two clocks may be apart, in seconds.
const APART: i64 = 60;

/// How old a token may be, in seconds.
const OLDEST: i64 = 5 * 60;

/// The claims that the crate has no field for. They say nothing of themselves in a log.
#[derive(Clone, Deserialize, Serialize)]
#[serde(transparent)]
pub(super) struct Others(Map<String, Value>);

impl fmt::Debug for Others {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Others")
    }
}

impl AdditionalClaims for Others {}

type Token = IdToken<Others, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Algorithm>;

/// What the token endpoint answers.
pub(super) type Tokens = StandardTokenResponse<
    IdTokenFields<
        Others,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        Algorithm,
    >,
    CoreTokenType,
>;

type Exchange = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
>;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Exchanges the code.
pub(super) async fn exchange(
    provider: &Inner,
    metadata: &Metadata,
    login: &Login,
    code: &str,
) -> Result<Tokens, OidcError> {
    let endpoint = metadata
        .token_endpoint()
        .ok_or(OidcError::Down(Outage::Answer("its description, which has no token endpoint")))?;
    let mut client = Exchange::new(
        ClientId::new(provider.config.client_id.clone()),
        provider.issuer.clone(),
        metadata.jwks().clone(),
    )
    .set_redirect_uri(provider.redirect.clone());
    if let ClientAuthentication::Secret(secret) = &provider.config.authentication {
        client = client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()));
    }
    let client = client.set_token_uri(endpoint.clone());
    let mut request = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(login.verifier.clone()));
    if let Some(assertion) = request::assertion(provider, metadata)? {
        request = request
            .add_extra_param("client_assertion_type", JWT_BEARER)
            .add_extra_param("client_assertion", assertion);
    }
    request.request_async(&provider.wire).await.map_err(failed)
}

fn failed(
    error: RequestTokenError<WireError, StandardErrorResponse<CoreErrorResponseType>>,
) -> OidcError {
    match error {
        RequestTokenError::Request(error) => error.into(),
        RequestTokenError::ServerResponse(answer) => refused(answer.error().as_ref()),
        _ => OidcError::Down(Outage::Answer("its tokens")),
    }
}

/// What a checked ID token says.
pub(super) struct Said {
    /// Whom it is about.
    pub(super) subject: String,
    /// How sure the provider is of it.
    pub(super) level: Level,
    /// Everything.
    pub(super) claims: Map<String, Value>,
}

/// Checks an ID token (OpenID Connect Core, section 3.1.3.7).
pub(super) fn check(
    provider: &Inner,
    metadata: &Metadata,
    login: &Login,
    tokens: &Tokens,
    required: Level,
) -> Result<Said, Wrong> {
    let token: &Token = tokens
        .id_token()
        .ok_or(OidcError::Down(Outage::Answer("its tokens, without an ID token")))?;
    let client = ClientId::new(provider.config.client_id.clone());
    let Time(now) = provider.clock.now();
    let at = UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or(0));
    let now = now.div_euclid(1000);
    let verifier = IdTokenVerifier::new_public_client(
        client.clone(),
        provider.issuer.clone(),
        metadata.jwks().clone(),
    )
    .set_allowed_algs(ALGORITHMS)
    .set_time_fn(move || at.into());
    let claims =
        token.claims(&verifier, &Nonce::new(login.nonce.clone())).map_err(|error| wrong(&error))?;
    let fail = |what| Err(Wrong::from(OidcError::Untrue(what)));

    if claims.authorized_party().is_some_and(|party| *party != client) {
        return fail("the authorised party");
    }
    let issued = claims.issue_time().timestamp();
    if issued > now + APART || issued < now - OLDEST - APART {
        return fail("the time of issue");
    }
    // An authentication from before this login may be somebody else's.
    let begun = login.begun.0.div_euclid(1000);
    let Some(proven) = claims.auth_time().map(|time| time.timestamp()) else {
        return fail("the time of authentication, which is missing");
    };
    if proven > now + APART || proven < begun - APART {
        return fail("the time of authentication");
    }
    if let Some(hash) = claims.access_token_hash() {
        let made = token.signing_alg().ok().zip(token.signing_key(&verifier).ok()).and_then(
            |(algorithm, key)| {
                AccessTokenHash::from_token(tokens.access_token(), algorithm, key).ok()
            },
        );
        if made.as_ref() != Some(hash) {
            return fail("the access token");
        }
    }
    let level = claims
        .auth_context_ref()
        .and_then(|acr| provider.config.acr.iter().find(|(name, _)| name == acr.as_str()))
        .map(|(_, level)| *level)
        .filter(|level| admit(Some(*level), required).is_some())
        .ok_or(OidcError::Weak)?;
    let Ok(Value::Object(all)) = serde_json::to_value(claims) else {
        return fail("the form of its ID token");
    };
    Ok(Said { subject: claims.subject().to_string(), level, claims: all })
}

fn wrong(error: &Claims) -> Wrong {
    OidcError::Untrue(match error {
        Claims::SignatureVerification(Signature::NoMatchingKey) => return Wrong::Key,
        Claims::SignatureVerification(
            Signature::NoSignature | Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_),
        ) => "the algorithm",
        Claims::SignatureVerification(_) => "the signature",
        Claims::InvalidIssuer(_) => "the issuer",
        Claims::InvalidAudience(_) => "the audience",
        Claims::InvalidNonce(_) => "the nonce",
        Claims::Expired(_) => "the expiry",
        _ => "the form of its ID token",
    })
    .into()
}
