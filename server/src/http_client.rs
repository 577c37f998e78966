//! HTTP client for calls to other services: bounded in time and size, without redirects. It ignores proxies
//! that the environment names.

use crate::metrics::{Meter, Outcome};
use axum::http::{HeaderMap, Request};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{sync::Arc, time::Duration};

/// Time limit of a call, from connecting to the last byte of the body.
const LONGEST: Duration = Duration::from_secs(6);

/// Time limit of connecting.
const CONNECT: Duration = Duration::from_secs(4);

/// Largest body that is read, in bytes. Services send far less.
const LARGEST: usize = 256 * 1024;

/// Certificates of a client: the roots that it trusts, and its own.
#[derive(Default)]
pub struct Trust<'a> {
    /// The trusted roots, as PEM. `None` for those of the system.
    pub roots: Option<&'a [u8]>,
    /// A client certificate with its chain and its key, both as PEM.
    pub identity: Option<(&'a [u8], &'a [u8])>,
}

/// Reason why a client could not be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsConfigError {
    /// There is no root certificate.
    #[error("holds no certificate in PEM")]
    Roots,
    /// The client certificate or its key can't be used.
    #[error("is no certificate and key in PEM that belong together")]
    Identity,
    /// TLS can't be set up.
    #[error("TLS can't be set up")]
    Tls,
}

/// HTTP client for one service.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    meter: Meter,
}

/// Response of a service.
#[derive(Debug)]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// Reason why a call has no response. It repeats nothing of the request or response, so it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The service can't be reached, or its certificate is not trusted.
    #[error("it can't be reached")]
    Unreachable,
    /// The call exceeded its time limit.
    #[error("it took too long")]
    Timeout,
    /// The connection broke, or what came over it was not HTTP.
    #[error("the connection broke")]
    Broken,
    /// The body exceeds the limit.
    #[error("its answer is too large")]
    TooLarge,
}

impl HttpClient {
    /// Builds a client.
    ///
    /// # Errors
    /// Fails if the certificates can't be used, or TLS can't be set up.
    pub fn new(trust: &Trust<'_>) -> Result<Self, TlsConfigError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| TlsConfigError::Tls)?
            .with_root_certificates(roots(trust.roots)?);
        let config = match trust.identity {
            None => config.with_no_client_auth(),
            Some((chain, key)) => {
                let chain = certificates(chain);
                let key =
                    PrivateKeyDer::from_pem_slice(key).map_err(|_| TlsConfigError::Identity)?;
                config.with_client_auth_cert(chain, key).map_err(|_| TlsConfigError::Identity)?
            }
        };
        reqwest::Client::builder()
            .tls_backend_preconfigured(config)
            .user_agent("anslut")
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(LONGEST)
            .build()
            .map(|client| Self { client, meter: Meter::default() })
            .map_err(|_| TlsConfigError::Tls)
    }

    /// Returns the client with its calls measured.
    #[must_use]
    pub fn measured(self, meter: Meter) -> Self {
        Self { meter, ..self }
    }

    /// Sends a request and reads the whole response.
    ///
    /// # Errors
    /// Fails if no response came within the limits. Any HTTP status is a response.
    pub async fn call(&self, request: Request<Vec<u8>>) -> Result<HttpResponse, CallError> {
        self.meter.measure(self.called(request), outcome).await
    }

    async fn called(&self, request: Request<Vec<u8>>) -> Result<HttpResponse, CallError> {
        let request = reqwest::Request::try_from(request).map_err(|_| CallError::Unreachable)?;
        let mut response = self.client.execute(request).await.map_err(|error| trouble(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| trouble(&error))? {
            if body.len() + chunk.len() > LARGEST {
                return Err(CallError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(HttpResponse { status, headers, body })
    }
}

/// Returns the outcome of a call, as far as HTTP shows it.
fn outcome(result: &Result<HttpResponse, CallError>) -> Outcome {
    match result {
        Ok(HttpResponse { status: 400..=499, .. }) => Outcome::Refused,
        Ok(HttpResponse { status: 500.., .. }) => Outcome::Troubled,
        Ok(_) => Outcome::Answered,
        Err(error) => (*error).into(),
    }
}

impl From<CallError> for Outcome {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unreachable => Self::Unreachable,
            CallError::Timeout => Self::Silent,
            CallError::Broken | CallError::TooLarge => Self::Broken,
        }
    }
}

fn trouble(error: &reqwest::Error) -> CallError {
    if error.is_timeout() {
        CallError::Timeout
    } else if error.is_connect() || error.is_builder() {
        CallError::Unreachable
    } else {
        CallError::Broken
    }
}

fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect()
}

fn roots(pem: Option<&[u8]>) -> Result<RootCertStore, TlsConfigError> {
    let mut roots = RootCertStore::empty();
    match pem {
        Some(pem) => {
            roots.add_parsable_certificates(certificates(pem));
            if roots.is_empty() {
                return Err(TlsConfigError::Roots);
            }
        }
        // Without system roots every call over HTTPS fails, and reports that.
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(roots)
}
