//! Work that one server does for all.

use super::{Desk, Fault};
use std::time::Duration;

impl Desk {
    /// Takes the turn to do the work of that name, which is nobody else's for so long. False when another
    /// server has it.
    pub(super) async fn takes_turn(&self, name: &str, lasts: Duration) -> Result<bool, Fault> {
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let taken = tx.take_turn(name, now, now + lasts).await?;
        tx.commit().await?;
        Ok(taken)
    }
}
