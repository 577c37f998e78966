use super::{AppState, InternalError};
use std::time::Duration;

impl AppState {
    /// Checks that the store can be read and written. It writes something small: on a failing disk everything
    /// else may still work.
    pub async fn try_store(&self) -> Result<(), InternalError> {
        self.store.has_room().await?;
        // Reads a table: a connection alone says nothing about what is behind it.
        self.knows_token("").await?;
        self.acquire_lease("readiness", Duration::ZERO).await?;
        Ok(())
    }
}
