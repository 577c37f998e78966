//! Lost keys: removed too early. Values derived from them can't be derived again, so no code can be sent.

use super::{AppState, InternalError};
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

/// Names of the lost keys that were logged. Each is logged once, however many visitors ask for a code.
pub(crate) type Logged = Mutex<BTreeSet<String>>;

impl AppState {
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
    pub async fn look_for_lost_keys(&self) -> Result<Vec<(String, i64)>, InternalError> {
        let closed = self.clock.now() - self.settings.meeting.closes_after;
        let mut tx = self.store.read().await?;
        let mut needed = tx.keys_needed(closed).await?;
        needed.retain(|(key_id, _)| self.lacks_key(key_id));
        Ok(needed)
    }
}
