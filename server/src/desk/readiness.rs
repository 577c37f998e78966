use super::{Desk, Fault};

impl Desk {
    /// Asks whether the store can be read and written. Something small is written for it: on a full
    /// disk everything else may still be well.
    pub async fn try_store(&self) -> Result<(), Fault> {
        let now = self.clock.now();
        // A question that reads a table: a connection alone says nothing of what is behind it.
        self.knows_token("").await?;
        let mut tx = self.store.write().await?;
        tx.take_turn("readiness", now, now).await?;
        Ok(tx.commit().await?)
    }
}
