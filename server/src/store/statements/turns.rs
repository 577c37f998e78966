use super::Conn;
use crate::{
    clock::Time,
    store::{Stored, Turns, dialect::Dialect},
};
use async_trait::async_trait;
use sqlx::query;

#[async_trait]
impl Turns for Conn {
    async fn take_turn(&mut self, name: &str, now: Time, until: Time) -> Stored<bool> {
        let taken = query(
            "INSERT INTO turns (name, until) VALUES ($1, $3)
             ON CONFLICT (name) DO UPDATE SET until = excluded.until WHERE turns.until <= $2",
        )
        .bind(name)
        .bind(now)
        .bind(until)
        .execute(&mut *self.0)
        .await?;
        Ok(taken.rows_affected() == 1)
    }

    async fn give_way(&mut self) -> Stored<()> {
        if let Some(give_way) = Self::GIVE_WAY {
            query(give_way).execute(&mut *self.0).await?;
        }
        Ok(())
    }
}
