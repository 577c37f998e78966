use super::{Desk, Fault};
use std::time::Duration;

impl Desk {
    /// Asks whether the store can be read and written. Something small is written for it: on a disk that
    /// fails everything else may still be well.
    pub async fn try_store(&self) -> Result<(), Fault> {
        self.store.has_room().await?;
        // A question that reads a table: a connection alone says nothing of what is behind it.
        self.knows_token("").await?;
        self.takes_turn("readiness", Duration::ZERO).await?;
        Ok(())
    }
}
