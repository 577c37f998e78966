//! Verification of a provider's signatures (RFC 7515) with its keys (RFC 7517).

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose},
};
use openidconnect::{
    JsonWebKey, JsonWebKeyAlgorithm, JsonWebKeyUse, JwsSigningAlgorithm,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm as Algorithm},
};
use serde_json::{Map, Value};

/// Accepted algorithms of a provider. All use a private key that only the provider has, so nobody with our
/// secrets can sign in its place.
const ALGORITHMS: [Algorithm; 8] = [
    Algorithm::RsaSsaPkcs1V15Sha256,
    Algorithm::RsaSsaPkcs1V15Sha384,
    Algorithm::RsaSsaPkcs1V15Sha512,
    Algorithm::RsaSsaPssSha256,
    Algorithm::RsaSsaPssSha384,
    Algorithm::RsaSsaPssSha512,
    Algorithm::EcdsaP256Sha256,
    Algorithm::EcdsaP384Sha384,
];

/// Maximum number of keys that are tried for a signature.
const TRIED: usize = 8;

/// Base64 as keys are written in practice: with or without padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A provider's keys.
#[derive(Clone)]
pub(crate) struct Keys(Vec<CoreJsonWebKey>);

impl Keys {
    /// Reads a key set. Ignores keys that can't be understood.
    pub(crate) fn read(said: &Map<String, Value>) -> Option<Self> {
        let keys = said.get("keys")?.as_array()?;
        Some(Self(keys.iter().filter_map(key).collect()))
    }

    /// `true` if no key can verify a signature.
    pub(crate) fn is_empty(&self) -> bool {
        !self.0.iter().any(signs)
    }

    /// Returns the keys of the right kind that may have made a signature. At most [`TRIED`].
    ///
    /// If the signature has a key id, these are the keys with this id. If no key has it, they are the keys
    /// without an id.
    fn candidates(&self, algorithm: &Algorithm, name: Option<&str>) -> Vec<&CoreJsonWebKey> {
        let fit = || {
            let kind = algorithm.key_type();
            self.0.iter().filter(move |key| {
                signs(key) && kind.as_ref() == Some(key.key_type()) && is_for(key, algorithm)
            })
        };
        let id = |key: &CoreJsonWebKey| key.key_id().map(|id| id.as_str().to_owned());
        let Some(name) = name else { return fit().take(TRIED).collect() };
        let named: Vec<_> =
            fit().filter(|key| id(key).as_deref() == Some(name)).take(TRIED).collect();
        if !named.is_empty() {
            return named;
        }
        fit().filter(|key| id(key).is_none()).take(TRIED).collect()
    }
}

fn signs(key: &CoreJsonWebKey) -> bool {
    key.key_use().is_none_or(JsonWebKeyUse::allows_signature)
}

/// `true` if a key is for this algorithm, or for no particular one.
fn is_for(key: &CoreJsonWebKey, algorithm: &Algorithm) -> bool {
    match key.signing_alg() {
        JsonWebKeyAlgorithm::Unspecified => true,
        JsonWebKeyAlgorithm::Algorithm(named) => named == algorithm,
        JsonWebKeyAlgorithm::Unsupported => false,
    }
}

/// Reads a key, from the members that define it.
fn key(said: &Value) -> Option<CoreJsonWebKey> {
    const NUMBERS: [&str; 4] = ["n", "e", "x", "y"];
    let said = said.as_object()?;
    let member = |name: &&str| {
        let value = said.get(*name).filter(|value| !value.is_null())?;
        let number = value.as_str().filter(|_| NUMBERS.contains(name)).and_then(plain);
        Some(((*name).to_owned(), number.map_or_else(|| value.clone(), Value::from)))
    };
    let members = ["kty", "use", "kid", "alg", "crv"].iter().chain(&NUMBERS).filter_map(member);
    serde_json::from_value(Value::Object(members.collect())).ok()
}

/// Returns base64 without padding, in the alphabet for URLs.
fn plain(number: &str) -> Option<String> {
    let number: String = number
        .chars()
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    LENIENT.decode(number).ok().map(|bytes| general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// The content of a verified signed value, and its signature.
pub(crate) struct Opened {
    /// Claims.
    pub(crate) claims: Map<String, Value>,
    /// Media type (`typ`).
    pub(crate) media_type: Option<Value>,
    /// Algorithm of the signature.
    pub(crate) algorithm: Algorithm,
    /// Key of the signature.
    pub(crate) key: CoreJsonWebKey,
}

/// The fault of a signed value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Unreadable.
    Form,
    /// Critical header that is not understood (`crit`).
    Critical,
    /// Unsigned, or signed with an algorithm that is not accepted.
    Algorithm,
    /// Signed with an unknown key.
    Key,
    /// Not signed with the named key.
    Signature,
}

/// Verifies a signed value. Nothing in it is trusted before the signature is verified.
pub(crate) fn open(token: &str, keys: &Keys) -> Result<Opened, Flaw> {
    let base64 = general_purpose::URL_SAFE_NO_PAD;
    let object = |part: &str| {
        let part = base64.decode(part).ok()?;
        serde_json::from_slice::<Map<String, Value>>(&part).ok()
    };
    let (message, signature) = token.rsplit_once('.').ok_or(Flaw::Form)?;
    let (header, payload) = message.split_once('.').ok_or(Flaw::Form)?;
    let header = object(header).ok_or(Flaw::Form)?;
    let signature = base64.decode(signature).map_err(|_| Flaw::Form)?;
    let algorithm = header.get("alg").and_then(Value::as_str).ok_or(Flaw::Form)?;
    if header.get("crit").is_some_and(|crit| !crit.is_null()) {
        return Err(Flaw::Critical);
    }
    let algorithm: Algorithm =
        serde_json::from_value(algorithm.into()).map_err(|_| Flaw::Algorithm)?;
    if !ALGORITHMS.contains(&algorithm) {
        return Err(Flaw::Algorithm);
    }
    let name = header.get("kid").and_then(Value::as_str);
    let candidates = keys.candidates(&algorithm, name);
    if candidates.is_empty() {
        return Err(Flaw::Key);
    }
    let right = |key: &&&CoreJsonWebKey| {
        key.verify_signature(&algorithm, message.as_bytes(), &signature).is_ok()
    };
    let key = CoreJsonWebKey::clone(candidates.iter().find(right).ok_or(Flaw::Signature)?);
    let claims = object(payload).ok_or(Flaw::Form)?;
    Ok(Opened { claims, media_type: header.get("typ").cloned(), algorithm, key })
}
