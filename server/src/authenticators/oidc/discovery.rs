//! OpenID Connect discovery: fetches and caches provider metadata and keys. One caller fetches for all who
//! wait.

use super::{
    OidcError, Outage,
    description::Description,
    http::{Wire, object},
    signed::Keys,
};
use crate::{
    clock::{Clock, Time},
    http_client::CallError,
};
use axum::http::{Request, StatusCode, header::ACCEPT};
use serde_json::{Map, Value};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{error::Elapsed, timeout},
};

/// Time for which metadata is cached.
const KEPT: Duration = Duration::from_hours(1);

/// Time for which a failure is cached, so that those who waited for it don't retry one after another.
const FAILURE_KEPT: Duration = Duration::from_secs(2);

/// Minimum time between two fetches of keys that are cached already.
const REFRESHED: Duration = Duration::from_mins(1);

/// Maximum time of both fetches together. Less than a whole step of a login.
const LONGEST: Duration = Duration::from_secs(7);

/// A provider's metadata and keys.
pub(crate) struct Metadata {
    /// Metadata.
    pub(crate) description: Arc<Description>,
    /// Keys.
    pub(crate) keys: Keys,
}

/// The cache of a provider's metadata.
pub(crate) struct Directory {
    issuer: String,
    wire: Wire,
    clock: Clock,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Time, Arc<Metadata>)>,
    failed: Option<(Time, OidcError)>,
    refreshed: Option<Time>,
}

impl Directory {
    pub(crate) fn new(issuer: String, wire: Wire, clock: Clock) -> Self {
        Self { issuer, wire, clock, known: Mutex::default() }
    }

    /// Returns the metadata and keys, from the cache if they are fresh.
    pub(crate) async fn get(&self) -> Result<Arc<Metadata>, OidcError> {
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        if let Some((at, metadata)) = &known.metadata
            && now.since(*at) < KEPT
        {
            return Ok(Arc::clone(metadata));
        }
        if let Some((at, error)) = known.failed
            && now.since(at) < FAILURE_KEPT
        {
            return Err(error);
        }
        let fetched = timeout(LONGEST, self.discover()).await.unwrap_or_else(silent);
        let now = self.clock.now();
        match fetched {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                known.metadata = Some((now, Arc::clone(&metadata)));
                known.failed = None;
                Ok(metadata)
            }
            Err(error) => {
                known.failed = Some((now, error));
                Err(error)
            }
        }
    }

    /// Returns the metadata with newer keys than those in `used`, which don't fit a signature. `None` if keys
    /// were fetched just now: a token with a forged signature must not make us flood the provider.
    pub(crate) async fn newer(
        &self,
        used: &Arc<Metadata>,
    ) -> Result<Option<Arc<Metadata>>, OidcError> {
        let mut known = self.known.lock().await;
        let now = self.clock.now();
        let at = match &known.metadata {
            Some((_, metadata)) if !Arc::ptr_eq(metadata, used) => {
                return Ok(Some(Arc::clone(metadata)));
            }
            Some((at, _)) => *at,
            None => now,
        };
        if known.refreshed.is_some_and(|at| now.since(at) < REFRESHED) {
            return Ok(None);
        }
        known.refreshed = Some(now);
        let keys = self.keys(&used.description).await?;
        let metadata = Arc::new(Metadata { description: Arc::clone(&used.description), keys });
        known.metadata = Some((at, Arc::clone(&metadata)));
        Ok(Some(metadata))
    }

    async fn discover(&self) -> Result<Metadata, OidcError> {
        // The issuer may end in a slash (Discovery, section 4).
        let address =
            format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let description = Description::read(&self.fetch(&address).await?, &self.issuer)?;
        // Other addresses are checked when they are called. The browser calls this one.
        if !self.wire.allows(description.authorization.scheme()) {
            return Err(OidcError::InvalidResponse("an address that is not https"));
        }
        let keys = self.keys(&description).await?;
        Ok(Metadata { description: Arc::new(description), keys })
    }

    async fn keys(&self, description: &Description) -> Result<Keys, OidcError> {
        Keys::read(&self.fetch(description.keys.as_str()).await?).ok_or(MALFORMED)
    }

    /// Fetches a JSON object of any media type. The sender is known.
    async fn fetch(&self, address: &str) -> Result<Map<String, Value>, OidcError> {
        let request = Request::get(address)
            .header(ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| MALFORMED)?;
        let response = self.wire.send(request).await?;
        let body = Some(response.body()).filter(|_| response.status() == StatusCode::OK);
        body.and_then(|body| object(body)).ok_or(MALFORMED)
    }
}

const MALFORMED: OidcError = OidcError::Unavailable(Outage::Answer("its description or keys"));

fn silent(_: Elapsed) -> Result<Metadata, OidcError> {
    Err(OidcError::Unavailable(Outage::Call(CallError::Timeout)))
}
