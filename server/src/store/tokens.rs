//! API tokens.

use super::{
    StoreResult, Tx,
    query::{query, row},
};
use crate::{clock::Time, model::ApiToken};

row!(token_columns of api_tokens, ApiToken { id, name, created_at, used_at, revoked_at });

impl Tx {
    /// Adds a token whose secret has this hash.
    pub async fn add_token(
        &mut self,
        id: &str,
        name: &str,
        hash: &[u8],
        at: Time,
    ) -> StoreResult<()> {
        query("INSERT INTO api_tokens (id, name, token_hash, created_at) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(name)
            .bind(hash)
            .bind(at)
            .write(self)
            .await
    }

    /// Returns the token whose secret has this hash, unless it was revoked.
    pub async fn token(&mut self, hash: &[u8]) -> StoreResult<Option<ApiToken>> {
        query(concat!(
            "SELECT ",
            token_columns!(),
            " FROM api_tokens WHERE token_hash = $1 AND revoked_at IS NULL",
        ))
        .bind(hash)
        .fetch_optional(self)
        .await
    }

    /// Returns all tokens, the oldest first.
    pub async fn tokens(&mut self) -> StoreResult<Vec<ApiToken>> {
        query(concat!("SELECT ", token_columns!(), " FROM api_tokens ORDER BY created_at, id"))
            .fetch_all(self)
            .await
    }

    /// Records that a token was used.
    pub async fn use_token(&mut self, id: &str, at: Time) -> StoreResult<()> {
        query("UPDATE api_tokens SET used_at = $2 WHERE id = $1")
            .bind(id)
            .bind(at)
            .write(self)
            .await
    }

    /// Revokes a token. Returns `false` if it does not exist or was revoked before.
    pub async fn revoke_token(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done =
            query("UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
                .bind(id)
                .bind(at)
                .execute(self)
                .await?;
        Ok(done == 1)
    }

    /// Erases the tokens that were revoked before a time. Returns how many.
    pub async fn purge_tokens(&mut self, revoked_before: Time) -> StoreResult<u64> {
        query("DELETE FROM api_tokens WHERE revoked_at < $1")
            .bind(revoked_before)
            .execute(self)
            .await
    }
}
