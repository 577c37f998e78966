//! The headers of every response. A header that a route sets itself stays.

use axum::{
    extract::FromRequestParts,
    http::{HeaderName, HeaderValue, header, request::Parts},
    response::Response,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::convert::Infallible;

/// The source of nonces. `None` if there is no randomness.
pub type Nonces = fn() -> Option<[u8; 16]>;

/// The nonce of this response's inline scripts, in the request's extensions. Empty outside the middleware.
#[derive(Clone, Debug, Default)]
pub struct Nonce(String);

impl Nonce {
    /// Returns the value for the `nonce` attribute.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Nonce {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// The settings that the headers depend on.
#[derive(Clone, Copy, Debug)]
pub struct Headers {
    https: bool,
    nonces: Nonces,
}

impl Headers {
    /// Creates the settings. `https` is `true` if the service is reached over https.
    pub fn new(https: bool, nonces: Nonces) -> Self {
        Self { https, nonces }
    }
}

/// The features that no page uses, and that an injected script can't use either.
macro_rules! never {
    () => {
        "accelerometer=(), encrypted-media=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), \
         magnetometer=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(), \
         publickey-credentials-get=(), serial=(), usb=(), xr-spatial-tracking=()"
    };
}

/// The permissions of every page except a meeting's.
const PERMISSIONS: &str = concat!(
    "autoplay=(), camera=(), display-capture=(), fullscreen=(), microphone=(), screen-wake-lock=(), \
     speaker-selection=(), ",
    never!()
);

/// The permissions of a meeting's page.
const CONFERENCE: &str = concat!(
    "autoplay=(self), camera=(self), display-capture=(self), fullscreen=(self), microphone=(self), \
     screen-wake-lock=(self), speaker-selection=(self), ",
    never!()
);

const CROSS_ORIGIN_OPENER_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-opener-policy");
const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");

impl Headers {
    /// Returns a new nonce. `None` if there is no randomness.
    pub(super) fn nonce(&self) -> Option<Nonce> {
        Some(Nonce(URL_SAFE_NO_PAD.encode((self.nonces)()?)))
    }

    /// Gives a response its headers.
    pub(super) fn add(&self, response: &mut Response, nonce: &Nonce) {
        let mut set = |name: HeaderName, value: HeaderValue| {
            response.headers_mut().entry(name).or_insert(value);
        };
        if let Ok(policy) = HeaderValue::from_str(&content_policy(nonce, "")) {
            set(header::CONTENT_SECURITY_POLICY, policy);
        }
        if self.https {
            // Two years, for this host only: its neighbours' certificates are not ours to promise.
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
    }
}

/// Gives the page of a built-in room the permissions that it needs, and lets it connect to its signalling. The
/// middleware adds the other headers.
pub(super) fn allow_conference(response: &mut Response, nonce: &Nonce, signal: &str) {
    let headers = response.headers_mut();
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static(CONFERENCE));
    if let Ok(policy) = HeaderValue::from_str(&content_policy(nonce, signal)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// Returns the policy. It allows inline scripts with the nonce, and the bundle that they import from here.
/// With `strict-dynamic`, 'self' would no longer count, and each preloaded module would need the nonce too.
///
/// `signal` are other origins to connect to, if any. Older browsers do not count web sockets as 'self'.
fn content_policy(nonce: &Nonce, signal: &str) -> String {
    let space = if signal.is_empty() { "" } else { " " };
    format!(
        "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self' data:; connect-src 'self'{space}{signal}; manifest-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'",
        nonce = nonce.0
    )
}
