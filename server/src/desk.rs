//! What happens when somebody does something: which rules are asked, what is remembered and what
//! is sent, all in one transaction.

pub mod booking;
mod calendar;
mod codes;
mod door;
mod erasure;
mod events;
mod fault;
mod gate;
mod reports;
mod settings;
mod show;
mod situation;
mod tokens;

pub use erasure::erase;
pub use fault::Fault;
pub use settings::{Offered, Settings};

use crate::{clock::Clock, keys::Keys, store::Store};
use std::sync::Arc;
use tokio::sync::Notify;

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
}
