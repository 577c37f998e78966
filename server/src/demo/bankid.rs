//! BankID simulator: the relying-party API v6.0 as the real service behaves, and the phone. A person plays
//! the phone on a page, a script by a few calls.
//!
//! It shares no code with the modules that use BankID, so it can't share their mistakes. No key verifies its
//! signatures.

mod completion;
mod hints;
mod order;
mod orders;
mod page;
mod people;
mod qr;
mod refusal;
mod request;
mod rp;
mod tester;
#[cfg(test)]
mod tests;
mod troubles;

use crate::clock::{Clock, Time};
use axum::Router;
use orders::Orders;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use troubles::Troubles;

/// The simulated service with all its orders, in memory only.
#[derive(Clone)]
pub struct Simulator {
    clock: Clock,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    orders: Orders,
    troubles: Troubles,
}

impl Simulator {
    /// Creates a simulator without orders that uses this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, state: Arc::default() }
    }

    /// Returns all routes below `/dev/bankid`.
    pub fn routes(&self) -> Router {
        rp::routes().merge(tester::routes()).merge(page::routes()).with_state(self.clone())
    }

    fn now(&self) -> Time {
        self.clock.now()
    }

    /// Locks the state. A panic elsewhere leaves it consistent, so a poisoned lock is taken over.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
