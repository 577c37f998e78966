use super::Conn;
use crate::{
    clock::Time,
    store::{Stored, Tokens},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Tokens for Conn {
    async fn add_token(&mut self, id: &str, name: &str, hash: &[u8], at: Time) -> Stored<()> {
        query("INSERT INTO api_tokens (id, name, token_hash, created_at) VALUES ($1, $2, $3, $4)")
            .bind(id)
            .bind(name)
            .bind(hash)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn token(&mut self, hash: &[u8]) -> Stored<bool> {
        let found: Option<(String,)> = query_as("SELECT id FROM api_tokens WHERE token_hash = $1")
            .bind(hash)
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(found.is_some())
    }
}
