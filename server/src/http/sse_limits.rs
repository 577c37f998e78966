//! The limit on simultaneous progress streams.

use crate::keys::sha256;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The maximum number of streams of a session: more tabs than anybody looks at.
const OF_A_SESSION: u32 = 4;

/// The maximum number of sessions with streams.
const IN_ALL: usize = 5_000;

/// The streams of each session.
#[derive(Clone, Default)]
pub(super) struct Listeners(Arc<Mutex<BTreeMap<Vec<u8>, u32>>>);

/// A stream's place. Dropping it frees the place.
pub(super) struct Place {
    listeners: Listeners,
    session: Vec<u8>,
}

impl Listeners {
    /// Returns a place for a session. `None` if there is none left.
    pub(super) fn place(&self, session: &str) -> Option<Place> {
        let session = sha256(session);
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= IN_ALL && !places.contains_key(&session) {
            return None;
        }
        let taken = places.entry(session.clone()).or_default();
        if *taken >= OF_A_SESSION {
            return None;
        }
        *taken += 1;
        Some(Place { listeners: self.clone(), session })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.listeners.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = places.get_mut(&self.session) {
            *taken -= 1;
            if *taken == 0 {
                places.remove(&self.session);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_has_so_many_places_and_gets_them_back() {
        let listeners = Listeners::default();
        let mut places: Vec<_> = (0..OF_A_SESSION).map(|_| listeners.place("a")).collect();
        assert!(places.iter().all(Option::is_some));
        assert!(listeners.place("a").is_none());
        assert!(listeners.place("b").is_some());
        places.pop();
        assert!(listeners.place("a").is_some());
        drop(places);
        assert!(listeners.0.lock().expect("a lock").is_empty());
    }
}
