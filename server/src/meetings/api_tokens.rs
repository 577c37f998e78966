//! API tokens: created, recognised, listed and revoked.

use crate::{
    clock::Time,
    keys::{new_id, new_secret, sha256},
    model::ApiToken,
    rules::text,
    state::{AppState, InternalError},
};
use std::{sync::PoisonError, time::Duration};

/// Time before a token's use is recorded again. Not every read may write.
const RECORDED_FOR: Duration = Duration::from_mins(5);

/// Maximum length of a token's name, in characters.
const LONGEST_NAME: usize = 100;

/// Reasons why no token was created.
#[derive(Debug, thiserror::Error)]
pub enum NoToken {
    /// The name is invalid, for this reason.
    #[error("the name {0}")]
    Name(String),
    /// The token could not be created.
    #[error(transparent)]
    Fault(#[from] InternalError),
}

impl AppState {
    /// Creates an API token. It is returned this once. Only its hash is stored.
    pub async fn create_token(&self, name: &str) -> Result<String, NoToken> {
        let name = text::line(name, LONGEST_NAME).map_err(NoToken::Name)?;
        Ok(self.add_token(&name).await?)
    }

    async fn add_token(&self, name: &str) -> Result<String, InternalError> {
        let (token, id, now) = (new_secret()?, new_id()?, self.clock.now());
        let (name, hash) = (name.to_owned(), sha256(&token));
        self.store.write(async move |tx| tx.add_token(&id, &name, &hash, now).await).await?;
        Ok(token)
    }

    /// Returns the id of a valid token. Its use is recorded now and then, after the response.
    pub async fn knows_token(&self, token: &str) -> Result<Option<String>, InternalError> {
        let mut tx = self.store.read_once().await?;
        let Some(token) = tx.token(&sha256(token)).await? else { return Ok(None) };
        drop(tx);
        let now = self.clock.now();
        if self.should_record_use(&token, now) {
            let (state, id) = (self.clone(), token.id.clone());
            tokio::spawn(async move {
                if let Err(fault) = state.note_use(&id, now).await {
                    fault.log();
                }
            });
        }
        Ok(Some(token.id))
    }

    /// `true` if the use of a token must be recorded. Only the first caller gets `true`.
    fn should_record_use(&self, token: &ApiToken, now: Time) -> bool {
        let fresh = |at: Time| now.since(at) < RECORDED_FOR;
        if token.used_at.is_some_and(fresh) {
            return false;
        }
        let mut uses = self.token_uses.lock().unwrap_or_else(PoisonError::into_inner);
        uses.retain(|_, at| fresh(*at));
        uses.insert(token.id.clone(), now).is_none()
    }

    async fn note_use(&self, token: &str, now: Time) -> Result<(), InternalError> {
        let token = token.to_owned();
        Ok(self.store.write(async move |tx| tx.use_token(&token, now).await).await?)
    }

    /// Returns all tokens, the oldest first. Revoked ones are included for a while.
    pub async fn tokens(&self) -> Result<Vec<ApiToken>, InternalError> {
        Ok(self.store.read_once().await?.tokens().await?)
    }

    /// Revokes a token: it is rejected from now on. `false` if there is none with this id, or it was already
    /// revoked.
    pub async fn revoke_token(&self, id: &str) -> Result<bool, InternalError> {
        let (id, now) = (id.to_owned(), self.clock.now());
        Ok(self.store.write(async move |tx| tx.revoke_token(&id, now).await).await?)
    }
}
