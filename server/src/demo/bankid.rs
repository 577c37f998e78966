//! A BankID simulator: the relying-party API v6.0 as the real service speaks it, and the phone on
//! the other side, which a person plays on a page and a script with a few calls.
//!
//! It stands by itself: it takes nothing from the code that uses BankID, so that it can't share
//! that code's mistakes. What it answers with is signed by nobody.

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
    /// One without orders, that lives by this clock.
    pub fn new(clock: Clock) -> Self {
        Self { clock, state: Arc::default() }
    }

    /// Everything below `/dev/bankid`.
    pub fn routes(&self) -> Router {
        rp::routes().merge(tester::routes()).merge(page::routes()).with_state(self.clone())
    }

    fn now(&self) -> Time {
        self.clock.now()
    }

    /// What is going on. A panic elsewhere leaves nothing half done, so its lock is taken over.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
