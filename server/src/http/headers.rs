//! The headers that every answer carries. What a route sets itself stays.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Where nonces come from; none when there is no randomness to be had.
pub type Nonces = fn() -> Option<[u8; 16]>;

/// The nonce of this answer's inline scripts, in the request's extensions.
#[derive(Clone, Debug)]
pub struct Nonce(String);

impl Nonce {
    /// As it stands in the `nonce` attribute.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the headers depend on.
#[derive(Clone, Copy, Debug)]
pub struct Headers {
    https: bool,
    nonces: Nonces,
}

impl Headers {
    /// For a service that is or isn't reached over https.
    pub fn new(https: bool, nonces: Nonces) -> Self {
        Self { https, nonces }
    }
}

/// Nothing that these name is used; a script that got in could not use it either.
const PERMISSIONS: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), \
    encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), \
    publickey-credentials-create=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), \
    usb=(), xr-spatial-tracking=()";

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

/// A layer that gives each answer its nonce and its headers.
pub async fn add(State(headers): State<Headers>, mut request: Request, next: Next) -> Response {
    let Some(bytes) = (headers.nonces)() else {
        tracing::error!("no randomness for a nonce");
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let nonce = Nonce(URL_SAFE_NO_PAD.encode(bytes));
    let policy = HeaderValue::from_str(&content_policy(&nonce));
    request.extensions_mut().insert(nonce);
    let mut response = next.run(request).await;
    let mut set = |name: HeaderName, value: HeaderValue| {
        response.headers_mut().entry(name).or_insert(value);
    };
    if let Ok(policy) = policy {
        set(header::CONTENT_SECURITY_POLICY, policy);
    }
    if headers.https {
        // Two years, this host only: its neighbours' certificates are not ours to promise.
        let value = HeaderValue::from_static("max-age=63072000");
        set(header::STRICT_TRANSPORT_SECURITY, value);
    }
    for (name, value) in [
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "no-store"),
        (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
        (PERMISSIONS_POLICY, PERMISSIONS),
    ] {
        set(name, HeaderValue::from_static(value));
    }
    response
}

/// Scripts: the inline ones with the nonce, and the bundle that they import from here. With
/// `strict-dynamic`, 'self' would no longer count, and each preloaded module needed the nonce too.
fn content_policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
        nonce.0
    )
}
