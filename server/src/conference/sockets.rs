//! The limits on signalling connections. They have left the listener's own count.

use crate::rules::limits::network_of;
use std::{
    collections::{BTreeMap, HashSet},
    net::IpAddr,
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

/// The maximum number of those from one network. An office has one address for all its people, but each of them is a
/// stranger for the moment between the request and the first message.
const STRANGERS_BY_NETWORK: usize = 64;

/// The maximum number of connections that are tried out.
const TRIALS: usize = 64;

/// The connections that are open.
#[derive(Clone, Debug)]
pub struct Sockets {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
    /// The strangers of each network that has some.
    networks: Networks,
}

type Networks = Arc<Mutex<BTreeMap<Vec<u8>, usize>>>;

impl Default for Sockets {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(MOST as usize)),
            strangers: Arc::new(Semaphore::new(STRANGERS)),
            networks: Networks::default(),
        }
    }
}

/// The place of a connection that has not shown a ticket.
pub struct Stranger {
    place: OwnedSemaphorePermit,
    of_network: OfNetwork,
    all: Arc<Semaphore>,
}

/// A place among those of a network. Dropping it frees the place.
struct OfNetwork {
    networks: Networks,
    network: Vec<u8>,
}

/// The reason why there is no place for a new connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPlace {
    /// The client's network has too many connections that have not shown a ticket.
    OfNetwork,
    /// There are too many in all.
    InAll,
}

impl Sockets {
    /// Returns a place for a new connection of a client. Clients whose address is not known share one network.
    pub fn stranger(&self, client: Option<IpAddr>) -> Result<Stranger, NoPlace> {
        let of_network = self.of_network(network_of(client)).ok_or(NoPlace::OfNetwork)?;
        let place = Arc::clone(&self.strangers).try_acquire_owned();
        let place = place.map_err(|_| NoPlace::InAll)?;
        Ok(Stranger { place, of_network, all: Arc::clone(&self.all) })
    }

    fn of_network(&self, network: Vec<u8>) -> Option<OfNetwork> {
        let mut networks = locked(&self.networks);
        let taken = networks.entry(network.clone()).or_default();
        if *taken >= STRANGERS_BY_NETWORK {
            return None;
        }
        *taken += 1;
        Some(OfNetwork { networks: Arc::clone(&self.networks), network })
    }

    /// Waits until all connections with a ticket have ended, at most for a time.
    pub async fn ended(&self, patience: Duration) {
        timeout(patience, self.all.acquire_many(MOST)).await.ok();
    }
}

impl Stranger {
    /// Exchanges the place for one of a connection that has shown a ticket. `None` if there is none left.
    pub fn known(self) -> Option<OwnedSemaphorePermit> {
        drop((self.place, self.of_network));
        self.all.try_acquire_owned().ok()
    }
}

impl Drop for OfNetwork {
    fn drop(&mut self) {
        let mut networks = locked(&self.networks);
        if let Some(taken) = networks.get_mut(&self.network) {
            *taken -= 1;
            if *taken == 0 {
                networks.remove(&self.network);
            }
        }
    }
}

fn locked<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
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
        locked(&self.0)
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

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn strangers_are_limited_more_than_those_with_a_ticket() {
        let sockets = Sockets::default();
        let networks = (0..STRANGERS).map(|place| place / STRANGERS_BY_NETWORK);
        let all = networks.map(|network| sockets.stranger(Some(ip(&format!("10.0.{network}.1")))));
        let mut strangers: Vec<_> = all.collect();
        assert!(strangers.iter().all(Result::is_ok));
        let other = || sockets.stranger(Some(ip("203.0.113.1")));
        assert_eq!(other().err(), Some(NoPlace::InAll));
        assert_eq!(locked(&sockets.networks).len(), STRANGERS / STRANGERS_BY_NETWORK);
        let known = strangers.pop().and_then(Result::ok).and_then(Stranger::known);
        assert!(known.is_some() && other().is_ok());
    }

    #[test]
    fn one_network_has_few_strangers() {
        let sockets = Sockets::default();
        for (one, same, other) in [
            (Some(ip("203.0.113.1")), Some(ip("::ffff:203.0.113.2")), Some(ip("203.0.112.1"))),
            (Some(ip("2001:db8::1")), Some(ip("2001:db8:0:0:ffff::2")), Some(ip("2001:db9::1"))),
            (None, None, Some(ip("198.51.100.1"))),
        ] {
            let mut strangers: Vec<_> =
                (0..STRANGERS_BY_NETWORK).map(|_| sockets.stranger(one)).collect();
            assert!(strangers.iter().all(Result::is_ok), "{one:?}");
            assert_eq!(sockets.stranger(same).err(), Some(NoPlace::OfNetwork), "{same:?}");
            assert!(sockets.stranger(other).is_ok(), "{other:?}");
            strangers.pop();
            assert!(sockets.stranger(same).is_ok(), "{same:?}");
        }
        assert!(locked(&sockets.networks).is_empty());
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
