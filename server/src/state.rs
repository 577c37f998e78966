//! Application state, shared by the handlers and the background jobs.

pub mod cookies;
pub mod error;
mod handoff;
mod heartbeats;
mod lost_keys;
pub mod mail_status;
mod providers;
mod readiness;
mod setback;
mod settings;

pub(crate) use self::error::ErrorLog;
pub use self::{
    error::InternalError,
    handoff::{HandedMessage, Handoff},
    heartbeats::Heartbeats,
    providers::IdentityProviders,
    settings::{EIdSettings, LOGO, LOGO_DARK, Offered, Settings},
};

use self::mail_status::MailStatus;
use crate::{
    clock::{Clock, Time},
    keys::Keys,
    metrics::Metrics,
    store::Store,
};
use std::{collections::HashMap, ops::Deref, sync::Arc};
use tokio::sync::{Mutex, Notify, broadcast};

/// Number of progress batches kept for slow subscribers. One that misses a batch reads the store.
const PROGRESS_KEPT: usize = 64;

/// State shared by the handlers of the pages and the API, and by the jobs of the store. A clone is the same
/// state.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

impl Deref for AppState {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// The fields of the state.
pub struct Shared {
    /// The database.
    pub store: Store,
    /// The installation's keys, from which secrets are derived.
    pub keys: Keys,
    /// The source of the time.
    pub clock: Clock,
    /// The organisation's settings.
    pub settings: Settings,
    /// Wakes the outbox worker after a message was enqueued that is not handed to it.
    pub posted: Notify,
    /// Hands codes' messages to the outbox worker.
    pub handoff: Handoff,
    /// Status of the mail server.
    pub mail: MailStatus,
    /// The configured e-ID methods.
    pub identity_providers: IdentityProviders,
    /// Wakes the BankID poller when an order has work due.
    pub orders: Notify,
    /// Sends the ids of orders that have progressed.
    pub progressed: broadcast::Sender<Arc<[String]>>,
    /// The service's metrics.
    pub metrics: Arc<Metrics>,
    /// Heartbeats of the background tasks.
    pub heartbeats: Heartbeats,
    /// Time at which this process last recorded the use of each API token.
    pub(crate) token_uses: std::sync::Mutex<HashMap<String, Time>>,
    lost_keys: lost_keys::Logged,
    setback: Mutex<()>,
}

impl AppState {
    /// Creates the state on a store.
    pub fn new(
        store: Store,
        keys: Keys,
        clock: Clock,
        settings: Settings,
        identity_providers: IdentityProviders,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self(Arc::new(Shared {
            store,
            keys,
            mail: MailStatus::new(clock.clone()),
            clock,
            settings,
            posted: Notify::new(),
            handoff: Handoff::default(),
            identity_providers,
            orders: Notify::new(),
            progressed: broadcast::Sender::new(PROGRESS_KEPT),
            metrics,
            heartbeats: Heartbeats::default(),
            token_uses: std::sync::Mutex::default(),
            lost_keys: lost_keys::Logged::default(),
            setback: Mutex::default(),
        }))
    }
}
