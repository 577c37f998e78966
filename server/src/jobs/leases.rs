//! Leases: work that one server does for all.

use crate::{
    state::{AppState, InternalError},
    store::Tx,
};
use std::time::Duration;

impl AppState {
    /// Acquires the lease with this name, for this long. `false` if another server holds it.
    pub(crate) async fn acquire_lease(
        &self,
        name: &'static str,
        lasts: Duration,
    ) -> Result<bool, InternalError> {
        let now = self.clock.now();
        let job = async move |tx: &mut Tx| tx.acquire_lease(name, now, now + lasts).await;
        Ok(self.store.write(job).await?)
    }
}
