//! What a provider says of itself, and its keys: fetched when first needed, kept for a while, and
//! fetched by one caller for all who wait.

use super::{
    OidcError, Outage,
    wire::{Wire, WireError},
};
use crate::{
    caller::CallError,
    clock::{Clock, Time},
};
use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, IssuerUrl, ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType,
        CoreJsonWebKey, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Mutex,
    time::{error::Elapsed, timeout},
};

/// How long what a provider says of itself is believed.
const KEPT: Duration = Duration::from_hours(1);

/// How long a failure stands, so that those who waited for it don't each try again in turn.
const FAILURE_KEPT: Duration = Duration::from_secs(2);

/// From one time that keys are asked for out of turn to the next.
const REFRESHED: Duration = Duration::from_mins(1);

/// How long both fetches together may take: less than a whole step of a login.
const LONGEST: Duration = Duration::from_secs(7);

/// What a provider says of itself, with its keys.
pub(super) type Metadata = ProviderMetadata<
    Additional,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is not in the discovery specification itself.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Additional {
    /// Whether its answers name their issuer (RFC 9207).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(super) names_issuer: bool,
}

impl AdditionalProviderMetadata for Additional {}

/// What is known of a provider.
pub(super) struct Directory {
    issuer: IssuerUrl,
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
    pub(super) fn new(issuer: IssuerUrl, wire: Wire, clock: Clock) -> Self {
        Self { issuer, wire, clock, known: Mutex::default() }
    }

    /// What the provider says of itself.
    pub(super) async fn get(&self) -> Result<Arc<Metadata>, OidcError> {
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

    /// The same with newer keys than in `used`, which lack one that is needed. None where they were
    /// asked for just now: a token with a made-up key must not make us a nuisance.
    pub(super) async fn newer(
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
        let keys = CoreJsonWebKeySet::fetch_async(used.jwks_uri(), &self.wire)
            .await
            .map_err(|error| failed(&error))?;
        let metadata = Arc::new(Metadata::clone(used).set_jwks(keys));
        known.metadata = Some((at, Arc::clone(&metadata)));
        Ok(Some(metadata))
    }

    async fn discover(&self) -> Result<Metadata, OidcError> {
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.wire)
            .await
            .map_err(|error| failed(&error))?;
        // The others are checked when they are called; this one the browser calls.
        if !self.wire.allows(metadata.authorization_endpoint().url().scheme()) {
            return Err(OidcError::Untrue("an address that is not https"));
        }
        Ok(metadata)
    }
}

fn silent(_: Elapsed) -> Result<Metadata, OidcError> {
    Err(OidcError::Down(Outage::Call(CallError::Silent)))
}

fn failed(error: &DiscoveryError<WireError>) -> OidcError {
    match error {
        DiscoveryError::Request(error) => (*error).into(),
        DiscoveryError::Validation(_) => OidcError::Untrue("the issuer in its description"),
        _ => OidcError::Down(Outage::Answer("its description or keys")),
    }
}
