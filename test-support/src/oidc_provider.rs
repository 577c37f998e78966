//! An OpenID Connect provider that answers as the test says, and records its calls.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response, Uri},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use openidconnect::{
    JsonWebKeyId, PrivateSigningKey,
    core::{CoreHmacKey, CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use rcgen::SigningKey;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, HashMap},
    future::pending,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::net::TcpListener;

/// Path of the provider's metadata.
pub const DESCRIPTION: &str = "/op/.well-known/openid-configuration";
/// Path of the provider's keys.
pub const KEYS: &str = "/op/keys";
/// Path of the token endpoint.
pub const TOKEN: &str = "/op/token";
/// Path of the user info endpoint.
pub const USER_INFO: &str = "/op/me";

/// Response at an address.
#[derive(Clone)]
pub enum Answer {
    /// This response.
    Say {
        /// The status.
        status: u16,
        /// Names and values.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: Vec<u8>,
    },
    /// No response.
    Silence,
}

impl Answer {
    /// Returns a response with this media type.
    pub fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", media_type.to_owned())];
        Self::Say { status, headers, body: body.into() }
    }

    /// Returns a response with status 200 and a JSON body.
    pub fn json(body: &Value) -> Self {
        Self::new(200, "application/json", body.to_string())
    }
}

/// A call that was received.
#[derive(Clone)]
pub struct Call {
    /// The path, without its query.
    pub path: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Call {
    /// Returns the form's fields.
    pub fn form(&self) -> BTreeMap<String, String> {
        url::form_urlencoded::parse(self.body.as_bytes()).into_owned().collect()
    }
}

#[derive(Default)]
struct Memory {
    answers: Mutex<HashMap<String, Answer>>,
    calls: Mutex<Vec<Call>>,
}

/// A running provider.
pub struct TestProvider {
    /// Its issuer identifier.
    pub issuer: String,
    memory: Arc<Memory>,
}

impl TestProvider {
    /// Starts a provider with metadata and one RSA key, named `1`.
    pub async fn start() -> Self {
        let memory = Arc::<Memory>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(Arc::clone(&memory));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let provider = Self { issuer: format!("http://{address}/op"), memory };
        provider.answer(DESCRIPTION, Answer::json(&provider.description()));
        provider.answer(KEYS, Answer::json(&json!({ "keys": [Key::provider().public("1")] })));
        provider
    }

    /// Returns its metadata.
    pub fn description(&self) -> Value {
        let issuer = &self.issuer;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/auth?tenant=a"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/me"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256"],
            "claims_parameter_supported": true,
            "authorization_response_iss_parameter_supported": true,
        })
    }

    /// Replaces these members of its metadata.
    pub fn describe(&self, changes: &Value) {
        let mut description = self.description();
        for (name, value) in changes.as_object().expect("an object") {
            description[name] = value.clone();
        }
        self.answer(DESCRIPTION, Answer::json(&description));
    }

    /// Sets the response at a path from now on.
    pub fn answer(&self, path: &str, answer: Answer) {
        let mut answers = self.memory.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.insert(path.to_owned(), answer);
    }

    /// Returns the calls of a path so far.
    pub fn calls(&self, path: &str) -> Vec<Call> {
        let calls = self.memory.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|call| call.path == path).cloned().collect()
    }
}

async fn answer(
    State(memory): State<Arc<Memory>>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let path = uri.path().to_owned();
    let answer = {
        let answers = memory.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(&path).cloned()
    };
    let body = String::from_utf8_lossy(&body).into_owned();
    let call = Call { path, headers, body };
    memory.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    match answer {
        Some(Answer::Silence) => pending().await,
        Some(Answer::Say { status, headers, body }) => {
            let response = headers
                .into_iter()
                .fold(Response::builder().status(status), |r, (name, value)| r.header(name, value));
            response.body(body.into()).expect("an answer")
        }
        None => Response::builder().status(404).body(Body::empty()).expect("an answer"),
    }
}

/// A signing key, for tests only.
pub enum Key {
    /// An RSA key, in PEM.
    Rsa(&'static str),
    /// A key on the curve P-256.
    Ec(Box<rcgen::KeyPair>),
    /// A secret that both sides have.
    Shared(Vec<u8>),
}

/// The client's RSA key, in PEM.
pub const CLIENT_KEY: &str = include_str!("keys/client.pem");
const PROVIDER_KEY: &str = include_str!("keys/provider.pem");
const STRANGER_KEY: &str = include_str!("keys/stranger.pem");

impl Key {
    /// Returns the provider's RSA key.
    pub const fn provider() -> Self {
        Self::Rsa(PROVIDER_KEY)
    }

    /// Returns the client's RSA key.
    pub const fn client() -> Self {
        Self::Rsa(CLIENT_KEY)
    }

    /// Returns an RSA key that nobody has published.
    pub const fn stranger() -> Self {
        Self::Rsa(STRANGER_KEY)
    }

    /// Returns a new key on the curve P-256.
    pub fn ec() -> Self {
        Self::Ec(Box::new(rcgen::KeyPair::generate().expect("a key")))
    }

    /// Returns the public key as a JWK.
    pub fn public(&self, id: &str) -> Value {
        match self {
            Self::Rsa(pem) => {
                let id = Some(JsonWebKeyId::new(id.to_owned()));
                let key = CoreRsaPrivateSigningKey::from_pem(pem, id).expect("a key");
                serde_json::to_value(key.as_verification_key()).expect("a JWK")
            }
            Self::Ec(pair) => {
                let (x, y) = pair.public_key_raw()[1..].split_at(32);
                let [x, y] = [x, y].map(|part| URL_SAFE_NO_PAD.encode(part));
                json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": id, "use": "sig" })
            }
            Self::Shared(_) => panic!("a shared key has no public half"),
        }
    }

    /// Returns a signed JWT with any header.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        let [first, second] = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = format!("{first}.{second}");
        let algorithm: Option<CoreJwsSigningAlgorithm> =
            serde_json::from_value(header["alg"].clone()).ok();
        let signature = match (self, algorithm) {
            (_, None | Some(CoreJwsSigningAlgorithm::None)) => Vec::new(),
            (Self::Rsa(pem), Some(algorithm)) => CoreRsaPrivateSigningKey::from_pem(pem, None)
                .expect("a key")
                .sign(&algorithm, message.as_bytes())
                .expect("a signature"),
            (Self::Ec(pair), _) => {
                fixed_width(&pair.sign(message.as_bytes()).expect("a signature"))
            }
            (Self::Shared(secret), Some(algorithm)) => CoreHmacKey::new(secret.clone())
                .sign(&algorithm, message.as_bytes())
                .expect("a signature"),
        };
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

/// Converts a P-256 signature from DER to the form of JOSE (RFC 7518, 3.4).
fn fixed_width(der: &[u8]) -> Vec<u8> {
    let r_length = usize::from(der[3]);
    let (r, s) = (&der[4..4 + r_length], &der[6 + r_length..]);
    [r, s]
        .iter()
        .flat_map(|number| {
            let number = number.iter().rev().copied().chain([0; 32]).take(32);
            let mut number: Vec<u8> = number.collect();
            number.reverse();
            number
        })
        .collect()
}
