//! Application state, shared by the handlers and the background jobs.

pub mod cookies;
pub mod error;
mod handoff;
mod heartbeats;
mod known_servers;
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
    settings::{EIdSettings, Hosting, LOGO, LOGO_DARK, Offered, Settings},
};

use self::{known_servers::KnownServers, mail_status::MailStatus};
use crate::{
    clock::{Clock, Time},
    conference::Conferences,
    keys::Keys,
    metrics::Metrics,
    store::Store,
};
use std::{collections::HashMap, ops::Deref, sync::Arc};
use tokio::sync::{Mutex, Notify, broadcast};

/// Number of progress batches kept for slow subscribers. One that misses a batch reads the store.
const PROGRESS_KEPT: usize = 64;

/// Number of changed waiting rooms kept for slow subscribers. One that misses a change reads the store.
const LOBBIES_KEPT: usize = 256;

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
    /// The built-in rooms of this process. `None` if they are not offered, or if it serves nobody.
    pub conferences: Option<Arc<Conferences>>,
    /// Sends the meetings whose waiting rooms have changed.
    pub lobby_changed: broadcast::Sender<Arc<str>>,
    /// The name by which this process holds built-in rooms. Empty if it holds none.
    pub server: String,
    /// The other servers that hold built-in rooms.
    pub(crate) known_servers: KnownServers,
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
    /// `true` if built-in rooms are offered, and the thread of their media has ended.
    pub(crate) fn has_lost_media(&self) -> bool {
        self.conferences.as_ref().is_some_and(|conferences| conferences.engines.has_lost_media())
    }

    /// Creates the state on a store.
    pub fn new(
        store: Store,
        keys: Keys,
        clock: Clock,
        settings: Settings,
        identity_providers: IdentityProviders,
        conferences: Option<Arc<Conferences>>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let server = conferences.as_ref().map(|it| it.server.clone()).unwrap_or_default();
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
            conferences,
            lobby_changed: broadcast::Sender::new(LOBBIES_KEPT),
            server,
            known_servers: KnownServers::default(),
            metrics,
            heartbeats: Heartbeats::default(),
            token_uses: std::sync::Mutex::default(),
            lost_keys: lost_keys::Logged::default(),
            setback: Mutex::default(),
        }))
    }
}

impl AppState {
    /// Notifies listeners in this process that a meeting's waiting room has changed. Other servers find it by its
    /// version.
    pub(crate) fn tell_lobby(&self, meeting: &str) {
        // Nobody may listen.
        self.lobby_changed.send(meeting.into()).ok();
    }
}
