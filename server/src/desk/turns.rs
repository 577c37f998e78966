//! Leases: work that one server does for all.

use super::{Desk, Fault};
use std::time::Duration;

impl Desk {
    /// Acquires the lease with this name, for this long. `false` if another server holds it.
    pub(super) async fn takes_turn(&self, name: &str, lasts: Duration) -> Result<bool, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let taken = tx.take_turn(name, now, now + lasts).await?;
        tx.commit().await?;
        Ok(taken)
    }
}
