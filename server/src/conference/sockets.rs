//! The limits on signalling connections. They have left the listener's own count.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The maximum number of connections of this process.
const MOST: u32 = 4_096;

/// The maximum number of connections that have not shown a ticket.
const STRANGERS: usize = 512;

/// The maximum number of connections that are tried out.
const TRIALS: usize = 64;

/// The connections that are open.
#[derive(Clone, Debug)]
pub struct Sockets {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Default for Sockets {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(MOST as usize)),
            strangers: Arc::new(Semaphore::new(STRANGERS)),
        }
    }
}

/// The place of a connection that has not shown a ticket.
pub struct Stranger {
    place: OwnedSemaphorePermit,
    all: Arc<Semaphore>,
}

impl Sockets {
    /// Returns a place for a new connection. `None` if there is none left.
    pub fn stranger(&self) -> Option<Stranger> {
        let place = Arc::clone(&self.strangers).try_acquire_owned().ok()?;
        Some(Stranger { place, all: Arc::clone(&self.all) })
    }

    /// Waits until all connections with a ticket have ended, at most for a time.
    pub async fn ended(&self, patience: Duration) {
        timeout(patience, self.all.acquire_many(MOST)).await.ok();
    }
}

impl Stranger {
    /// Exchanges the place for one of a connection that has shown a ticket. `None` if there is none left.
    pub fn known(self) -> Option<OwnedSemaphorePermit> {
        drop(self.place);
        self.all.try_acquire_owned().ok()
    }
}

/// The connections that are tried out: one for a session.
#[derive(Clone, Debug, Default)]
pub struct Trials(Arc<Mutex<HashSet<String>>>);

/// A connection that is tried out. Dropping it ends the trial.
pub struct Trial {
    trials: Trials,
    session: String,
}

impl Trials {
    /// Begins a trial. `None` if the session has one already, or if there are too many.
    pub fn begin(&self, session: &str) -> Option<Trial> {
        let mut sessions = self.sessions();
        if sessions.len() >= TRIALS || !sessions.insert(session.to_owned()) {
            return None;
        }
        Some(Trial { trials: self.clone(), session: session.to_owned() })
    }

    fn sessions(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.trials.sessions().remove(&self.session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_are_limited_more_than_those_with_a_ticket() {
        let sockets = Sockets::default();
        let mut strangers: Vec<_> = (0..STRANGERS).map(|_| sockets.stranger()).collect();
        assert!(strangers.iter().all(Option::is_some));
        assert!(sockets.stranger().is_none());
        let known = strangers.pop().flatten().and_then(Stranger::known);
        assert!(known.is_some() && sockets.stranger().is_some());
    }

    #[test]
    fn a_session_tries_out_one_connection_at_a_time() {
        let trials = Trials::default();
        let first = trials.begin("a");
        assert!(first.is_some() && trials.begin("a").is_none() && trials.begin("b").is_some());
        drop(first);
        assert!(trials.begin("a").is_some());
    }
}
