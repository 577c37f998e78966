use super::Conn;
use crate::{
    authenticators::Proof,
    clock::Time,
    model::{IdentificationFlow, Session},
    store::{Leases, Sessions, StoreResult, dialect::Dialect},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Sessions for Conn {
    async fn add_session(&mut self, id: &str, value_hash: &[u8], at: Time) -> StoreResult<()> {
        query("INSERT INTO sessions (id, value_hash, created_at, last_active_at) VALUES ($1, $2, $3, $3)")
            .bind(id)
            .bind(value_hash)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn session(
        &mut self,
        value_hash: &[u8],
        seen_after: Time,
    ) -> StoreResult<Option<Session>> {
        Ok(query_as(session_query!())
            .bind(value_hash)
            .bind(seen_after)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn lock_session(
        &mut self,
        value_hash: &[u8],
        seen_after: Time,
    ) -> StoreResult<Option<Session>> {
        Ok(query_as(Self::LOCK_SESSION)
            .bind(value_hash)
            .bind(seen_after)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn renew_session(
        &mut self,
        id: &str,
        old_hash: &[u8],
        new_hash: &[u8],
    ) -> StoreResult<bool> {
        let done = query("UPDATE sessions SET value_hash = $3 WHERE id = $1 AND value_hash = $2")
            .bind(id)
            .bind(old_hash)
            .bind(new_hash)
            .execute(&mut *self.0)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn touch_session(&mut self, id: &str, at: Time) -> StoreResult<()> {
        query("UPDATE sessions SET last_active_at = $2 WHERE id = $1 AND last_active_at < $2")
            .bind(id)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn end_session(&mut self, id: &str) -> StoreResult<()> {
        query("DELETE FROM sessions WHERE id = $1").bind(id).execute(&mut *self.0).await?;
        Ok(())
    }

    async fn purge_sessions(&mut self, seen_before: Time) -> StoreResult<u64> {
        self.use_short_lock_timeout().await?;
        let done = query(
            "DELETE FROM sessions WHERE id IN (
                SELECT id FROM sessions WHERE last_active_at < $1 ORDER BY last_active_at, id LIMIT 1000)",
        )
        .bind(seen_before)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected())
    }

    async fn purge_unnamed_sessions(&mut self, invitation: &str, keep: u32) -> StoreResult<u64> {
        let done = query(Self::PURGE_UNNAMED_SESSIONS)
            .bind(invitation)
            .bind(i64::from(keep))
            .execute(&mut *self.0)
            .await?;
        Ok(done.rows_affected())
    }

    async fn flow(
        &mut self,
        session: &str,
        invitation: &str,
    ) -> StoreResult<Option<IdentificationFlow>> {
        Ok(query_as(concat!(
            "SELECT ",
            flow_columns!(),
            " FROM flows WHERE session_id = $1 AND invitation_id = $2"
        ))
        .bind(session)
        .bind(invitation)
        .fetch_optional(&mut *self.0)
        .await?)
    }

    async fn put_flow(&mut self, flow: &IdentificationFlow) -> StoreResult<()> {
        query(
            "INSERT INTO flows (session_id, invitation_id, generation, typed, challenge_id,
                flash, entered_at, joined_at, instead, address, order_id, login_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (session_id, invitation_id) DO UPDATE SET
                level = CASE WHEN flows.generation = excluded.generation THEN flows.level END,
                method = CASE WHEN flows.generation = excluded.generation THEN flows.method END,
                name = CASE WHEN flows.generation = excluded.generation THEN flows.name END,
                proven_at = CASE WHEN flows.generation = excluded.generation
                    THEN flows.proven_at END,
                generation = excluded.generation, typed = excluded.typed,
                challenge_id = excluded.challenge_id, flash = excluded.flash,
                entered_at = excluded.entered_at, joined_at = excluded.joined_at,
                instead = excluded.instead, address = excluded.address,
                order_id = excluded.order_id, login_id = excluded.login_id",
        )
        .bind(&flow.session_id)
        .bind(&flow.invitation_id)
        .bind(flow.generation)
        .bind(&flow.typed)
        .bind(&flow.challenge_id)
        .bind(&flow.flash)
        .bind(flow.entered_at)
        .bind(flow.joined_at)
        .bind(flow.instead)
        .bind(&flow.address)
        .bind(&flow.order_id)
        .bind(&flow.login_id)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn record_proof(
        &mut self,
        session: &str,
        invitation: &str,
        proof: &Proof,
        at: Time,
    ) -> StoreResult<()> {
        query(
            "UPDATE flows SET level = $3, method = $4, name = $5, proven_at = $6
             WHERE session_id = $1 AND invitation_id = $2",
        )
        .bind(session)
        .bind(invitation)
        .bind(proof.level().name())
        .bind(proof.method())
        .bind(proof.name())
        .bind(at)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
