//! Lost keys: removed too early. Values derived from them can't be derived again, so no code can be sent.

use super::{Desk, Fault, situation::Situation};
use app::{
    steps::{Step, Track},
    wire::Problem,
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

/// Names of the lost keys that were logged. Each is logged once, however many visitors ask for a code.
pub(super) type Told = Arc<Mutex<BTreeSet<String>>>;

impl Desk {
    /// `true` if values derived with this key can't be derived again.
    pub fn lacks_key(&self, key_id: &str) -> bool {
        if self.keys.knows(key_id) {
            return false;
        }
        let mut told = self.lost_keys.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(key_id.to_owned()) {
            tracing::error!(
                key = key_id,
                "a key that invitations were made with is configured no more: no code can be sent for them, \
                 see secrets.previous"
            );
        }
        true
    }

    /// Logs each key that invitations still need but that is no longer configured. Returns the number of
    /// invitations of each.
    pub async fn look_for_lost_keys(&self) -> Result<Vec<(String, i64)>, Fault> {
        let closed = self.clock.now() - self.settings.meeting.closes_after;
        let mut tx = self.store.read().await?;
        let mut needed = tx.keys_needed(closed).await?;
        needed.retain(|(key_id, _)| self.lacks_key(key_id));
        Ok(needed)
    }

    /// Returns the problem that prevents a code, on the steps before one is requested. It is the same for
    /// every address.
    pub(super) fn no_code(&self, at: &Situation, step: Option<Step>) -> Option<Problem> {
        let asks = at.track() == Track::Code && matches!(step, Some(Step::Method | Step::Address));
        (asks && self.lacks_key(&at.invitation.key_id)).then_some(Problem::NoCode)
    }
}
