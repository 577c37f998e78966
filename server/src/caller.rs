//! Calls to other services: bounded in time and in size, without redirects, and never through a
//! proxy that the environment names.

use crate::metrics::{Meter, Outcome};
use axum::http::{HeaderMap, Request};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use std::{sync::Arc, time::Duration};

/// How long a call may take, from the first byte sent to the last one read.
const LONGEST: Duration = Duration::from_secs(6);

/// How long reaching the other side may take.
const CONNECT: Duration = Duration::from_secs(4);

/// The largest answer that is read, in bytes: many times what any service has to say.
const LARGEST: usize = 256 * 1024;

/// Whom a caller trusts, and who it says that it is.
#[derive(Default)]
pub struct Trust<'a> {
    /// The roots to trust, as PEM; the system's where none are given.
    pub roots: Option<&'a [u8]>,
    /// A client certificate with its chain and its key, both as PEM.
    pub identity: Option<(&'a [u8], &'a [u8])>,
}

/// Why a caller could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Untrusted {
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

/// Calls other services.
#[derive(Clone, Debug)]
pub struct Caller {
    client: reqwest::Client,
    meter: Meter,
}

/// What another service answered.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer. It repeats nothing of what was said: it may be logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The other side can't be reached, or isn't who it should be.
    #[error("it can't be reached")]
    Unreachable,
    /// It took too long.
    #[error("it took too long")]
    Silent,
    /// The connection broke, or what came over it was no HTTP.
    #[error("the connection broke")]
    Broken,
    /// The answer is larger than any should be.
    #[error("its answer is too large")]
    TooLarge,
}

impl Caller {
    /// Makes a caller.
    ///
    /// # Errors
    /// The certificates can't be used.
    pub fn new(trust: &Trust<'_>) -> Result<Self, Untrusted> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| Untrusted::Tls)?
            .with_root_certificates(roots(trust.roots)?);
        let config = match trust.identity {
            None => config.with_no_client_auth(),
            Some((chain, key)) => {
                let chain = certificates(chain);
                let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| Untrusted::Identity)?;
                config.with_client_auth_cert(chain, key).map_err(|_| Untrusted::Identity)?
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
            .map_err(|_| Untrusted::Tls)
    }

    /// The same with its calls measured.
    #[must_use]
    pub fn measured(self, meter: Meter) -> Self {
        Self { meter, ..self }
    }

    /// Makes a call.
    pub async fn call(&self, request: Request<Vec<u8>>) -> Result<Reply, CallError> {
        self.meter.measure(self.called(request), outcome).await
    }

    async fn called(&self, request: Request<Vec<u8>>) -> Result<Reply, CallError> {
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
        Ok(Reply { status, headers, body })
    }
}

/// How a call ended, as far as HTTP tells.
fn outcome(result: &Result<Reply, CallError>) -> Outcome {
    match result {
        Ok(Reply { status: 400..=499, .. }) => Outcome::Refused,
        Ok(Reply { status: 500.., .. }) => Outcome::Troubled,
        Ok(_) => Outcome::Answered,
        Err(error) => (*error).into(),
    }
}

impl From<CallError> for Outcome {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Unreachable => Self::Unreachable,
            CallError::Silent => Self::Silent,
            CallError::Broken | CallError::TooLarge => Self::Broken,
        }
    }
}

fn trouble(error: &reqwest::Error) -> CallError {
    if error.is_timeout() {
        CallError::Silent
    } else if error.is_connect() || error.is_builder() {
        CallError::Unreachable
    } else {
        CallError::Broken
    }
}

fn certificates(pem: &[u8]) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect()
}

fn roots(pem: Option<&[u8]>) -> Result<RootCertStore, Untrusted> {
    let mut roots = RootCertStore::empty();
    match pem {
        Some(pem) => {
            roots.add_parsable_certificates(certificates(pem));
            if roots.is_empty() {
                return Err(Untrusted::Roots);
            }
        }
        // A machine without any reaches no https, which each call says by itself.
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    Ok(roots)
}
