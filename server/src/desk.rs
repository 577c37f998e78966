//! Application state, and the actions behind the pages and the API.
//!
//! Each action asks the rules, stores its result and enqueues its messages in one transaction.

pub mod booking;
pub(crate) mod calendar;
pub mod changes;
mod codes;
mod collector;
mod door;
mod e_id;
mod erasure;
mod events;
mod fault;
mod gate;
mod identifiers;
mod inviting;
mod judgement;
mod logins;
mod lost_keys;
mod progress;
mod readiness;
mod reminders;
mod reports;
mod returns;
mod setback;
mod settings;
mod show;
mod situation;
mod tokens;
mod turns;

pub use collector::Collector;
pub use erasure::{ERASE_EVERY, erase, erase_in_turn};
pub use fault::Fault;
pub(crate) use fault::Spell;
pub use identifiers::Identifiers;
pub use reminders::{REMIND_EVERY, Reminding, remind};
pub use returns::Returned;
pub use settings::{EIdSettings, Offered, Settings};
pub use tokens::NoToken;

use crate::{
    clock::Clock, deliver::reach::Reach, keys::Keys, metrics::Metrics, store::Store, watch::Watch,
};
use std::sync::Arc;
use tokio::sync::{Mutex, Notify, broadcast};

/// Number of progress batches kept for slow subscribers. One that misses a batch reads the store.
const PROGRESS_KEPT: usize = 64;

/// State shared by the handlers of the pages and the API.
#[derive(Clone)]
pub struct Desk {
    /// The database.
    pub store: Arc<dyn Store>,
    /// The installation's keys, from which secrets are derived.
    pub keys: Keys,
    /// The source of the time.
    pub clock: Clock,
    /// The organisation's settings.
    pub settings: Arc<Settings>,
    /// Wakes the outbox worker after a message was enqueued.
    pub posted: Arc<Notify>,
    /// Status of the mail server.
    pub mail: Reach,
    /// The configured e-ID methods.
    pub identifiers: Arc<Identifiers>,
    /// Wakes the BankID poller when an order has work due.
    pub orders: Arc<Notify>,
    /// Sends the ids of orders that have progressed.
    pub progressed: broadcast::Sender<Arc<[String]>>,
    /// The service's metrics.
    pub metrics: Arc<Metrics>,
    /// Heartbeats of the background tasks.
    pub watch: Arc<Watch>,
    noted: tokens::Noted,
    lost_keys: lost_keys::Told,
    setback: Arc<Mutex<()>>,
}

impl Desk {
    /// Creates the state on a store.
    pub fn new(
        store: Arc<dyn Store>,
        keys: Keys,
        clock: Clock,
        settings: Settings,
        identifiers: Identifiers,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            store,
            keys,
            mail: Reach::new(clock.clone()),
            clock,
            settings: Arc::new(settings),
            posted: Arc::default(),
            identifiers: Arc::new(identifiers),
            orders: Arc::default(),
            progressed: broadcast::Sender::new(PROGRESS_KEPT),
            metrics,
            watch: Arc::default(),
            noted: Arc::default(),
            lost_keys: Arc::default(),
            setback: Arc::default(),
        }
    }
}
