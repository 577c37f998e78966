//! Leases: work that one server does for all.

use crate::state::{AppState, InternalError};
use std::time::Duration;

impl AppState {
    /// Acquires the lease with this name, for this long. `false` if another server holds it.
    pub(crate) async fn acquire_lease(
        &self,
        name: &str,
        lasts: Duration,
    ) -> Result<bool, InternalError> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let taken = tx.acquire_lease(name, now, now + lasts).await?;
        tx.commit().await?;
        Ok(taken)
    }
}
