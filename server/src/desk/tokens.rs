//! API tokens.

use super::{Desk, Fault};
use crate::{
    clock::Time,
    keys::{fingerprint, new_id, new_secret},
    rules::text,
    store::records::ApiToken,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How long a token may be used before its use is noted anew: reading must not write each time.
const NOTED_FOR: Duration = Duration::from_mins(5);

/// The longest name of a token, in characters.
const LONGEST_NAME: usize = 100;

/// When this process last noted the use of which token.
pub(super) type Noted = Arc<Mutex<HashMap<String, Time>>>;

/// Why there is no new token.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// What is wrong with its name.
    #[error("the name {0}")]
    Name(String),
    /// It could not be made.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Desk {
    /// Makes an API token. It is told this once; only its hash is kept.
    pub async fn create_token(&self, name: &str) -> Result<String, NoToken> {
        let name = text::line(name, LONGEST_NAME).map_err(NoToken::Name)?;
        Ok(self.add_token(&name).await?)
    }

    async fn add_token(&self, name: &str) -> Result<String, Fault> {
        let token = new_secret()?;
        let mut tx = self.store.write().await?;
        tx.add_token(&new_id()?, name, &fingerprint(&token), self.clock.now()).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// The id of a token that is one of ours. That it was used is noted now and then, after the answer.
    pub async fn knows_token(&self, token: &str) -> Result<Option<String>, Fault> {
        let mut tx = self.store.read().await?;
        let Some(token) = tx.token(&fingerprint(token)).await? else { return Ok(None) };
        drop(tx);
        let now = self.clock.now();
        if self.is_to_be_noted(&token, now) {
            let (desk, id) = (self.clone(), token.id.clone());
            tokio::spawn(async move {
                if let Err(fault) = desk.note_use(&id, now).await {
                    fault.log();
                }
            });
        }
        Ok(Some(token.id))
    }

    /// Whether the use of a token is to be noted, by whoever asks first.
    fn is_to_be_noted(&self, token: &ApiToken, now: Time) -> bool {
        let fresh = |at: Time| now.since(at) < NOTED_FOR;
        if token.used_at.is_some_and(fresh) {
            return false;
        }
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.retain(|_, at| fresh(*at));
        noted.insert(token.id.clone(), now).is_none()
    }

    async fn note_use(&self, token: &str, now: Time) -> Result<(), Fault> {
        let mut tx = self.store.write().await?;
        tx.use_token(token, now).await?;
        Ok(tx.commit().await?)
    }

    /// Every token that was made, the oldest first; those that were taken back are there for a while.
    pub async fn tokens(&self) -> Result<Vec<ApiToken>, Fault> {
        Ok(self.store.read().await?.tokens().await?)
    }

    /// Takes a token back: from now on nobody is let in with it. False when there is none with that id,
    /// or it was taken back already.
    pub async fn revoke_token(&self, id: &str) -> Result<bool, Fault> {
        let mut tx = self.store.write().await?;
        let revoked = tx.revoke_token(id, self.clock.now()).await?;
        tx.commit().await?;
        Ok(revoked)
    }
}
