//! What happens when somebody does something: which rules are asked, what is remembered and what
//! is sent, all in one transaction.

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

/// How many turns of news of identifications are kept for who is slow to hear them; after that they
/// look by themselves.
const PROGRESS_KEPT: usize = 64;

/// The desk: stands behind the pages and the API.
#[derive(Clone)]
pub struct Desk {
    /// What is remembered.
    pub store: Arc<dyn Store>,
    /// What secrets are made of.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// What the organisation decided.
    pub settings: Arc<Settings>,
    /// Told whenever something was written into the outbox.
    pub posted: Arc<Notify>,
    /// Whether the mail server lets us in.
    pub mail: Reach,
    /// The e-identifications that can be used.
    pub identifiers: Arc<Identifiers>,
    /// Told whenever something is due for an identification.
    pub orders: Arc<Notify>,
    /// Tells the ids of the orders that have come further.
    pub progressed: broadcast::Sender<Arc<[String]>>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
    /// Watches over what goes on behind the requests.
    pub watch: Arc<Watch>,
    noted: tokens::Noted,
    lost_keys: lost_keys::Told,
    setback: Arc<Mutex<()>>,
}

impl Desk {
    /// A desk upon a store.
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
