use super::Conn;
use crate::{
    clock::Time,
    model::ApiToken,
    store::{StoreResult, Tokens},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Tokens for Conn {
    async fn add_token(&mut self, id: &str, name: &str, hash: &[u8], at: Time) -> StoreResult<()> {
        query("INSERT INTO api_tokens (id, name, token_hash, created_at) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(name)
            .bind(hash)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn token(&mut self, hash: &[u8]) -> StoreResult<Option<ApiToken>> {
        Ok(query_as(
            "SELECT id, name, created_at, used_at, revoked_at FROM api_tokens
             WHERE token_hash = $1 AND revoked_at IS NULL",
        )
        .bind(hash)
        .fetch_optional(&mut *self.0)
        .await?)
    }

    async fn tokens(&mut self) -> StoreResult<Vec<ApiToken>> {
        Ok(query_as(
            "SELECT id, name, created_at, used_at, revoked_at FROM api_tokens
             ORDER BY created_at, id",
        )
        .fetch_all(&mut *self.0)
        .await?)
    }

    async fn use_token(&mut self, id: &str, at: Time) -> StoreResult<()> {
        query("UPDATE api_tokens SET used_at = $2 WHERE id = $1")
            .bind(id)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn revoke_token(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done =
            query("UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
                .bind(id)
                .bind(at)
                .execute(&mut *self.0)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn purge_tokens(&mut self, revoked_before: Time) -> StoreResult<u64> {
        let done = query("DELETE FROM api_tokens WHERE revoked_at < $1")
            .bind(revoked_before)
            .execute(&mut *self.0)
            .await?;
        Ok(done.rows_affected())
    }
}
