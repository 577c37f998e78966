//! API tokens.

use super::{Desk, Fault};
use crate::keys::{fingerprint, new_id, new_secret};

impl Desk {
    /// Makes an API token. It is told this once; only its hash is kept.
    pub async fn create_token(&self, name: &str) -> Result<String, Fault> {
        let token = new_secret()?;
        let mut tx = self.store.write().await?;
        tx.add_token(&new_id()?, name, &fingerprint(&token), self.clock.now()).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// Whether a token is one of ours.
    pub async fn knows_token(&self, token: &str) -> Result<bool, Fault> {
        let mut tx = self.store.read().await?;
        Ok(tx.token(&fingerprint(token)).await?.is_some())
    }
}
