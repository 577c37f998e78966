use super::Conn;
use crate::{
    clock::Time,
    prove::Evidence,
    store::{
        Sessions, Stored, Turns,
        dialect::Dialect,
        records::{Session, Visit},
    },
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Sessions for Conn {
    async fn add_session(&mut self, id: &str, value_hash: &[u8], at: Time) -> Stored<()> {
        query("INSERT INTO sessions (id, value_hash, created_at, seen_at) VALUES ($1, $2, $3, $3)")
            .bind(id)
            .bind(value_hash)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn session(&mut self, value_hash: &[u8], seen_after: Time) -> Stored<Option<Session>> {
        Ok(query_as(session_query!())
            .bind(value_hash)
            .bind(seen_after)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn own_session(
        &mut self,
        value_hash: &[u8],
        seen_after: Time,
    ) -> Stored<Option<Session>> {
        Ok(query_as(Self::OWN_SESSION)
            .bind(value_hash)
            .bind(seen_after)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn renew_session(&mut self, id: &str, old_hash: &[u8], new_hash: &[u8]) -> Stored<bool> {
        let done = query("UPDATE sessions SET value_hash = $3 WHERE id = $1 AND value_hash = $2")
            .bind(id)
            .bind(old_hash)
            .bind(new_hash)
            .execute(&mut *self.0)
            .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn see_session(&mut self, id: &str, at: Time) -> Stored<()> {
        query("UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2")
            .bind(id)
            .bind(at)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn end_session(&mut self, id: &str) -> Stored<()> {
        query("DELETE FROM sessions WHERE id = $1").bind(id).execute(&mut *self.0).await?;
        Ok(())
    }

    async fn erase_sessions(&mut self, seen_before: Time) -> Stored<u64> {
        self.give_way().await?;
        let done = query(
            "DELETE FROM sessions WHERE id IN (
                SELECT id FROM sessions WHERE seen_at < $1 ORDER BY seen_at, id LIMIT 1000)",
        )
        .bind(seen_before)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected())
    }

    async fn erase_unnamed_sessions(&mut self, invitation: &str, keep: u32) -> Stored<u64> {
        let done = query(Self::ERASE_UNNAMED_SESSIONS)
            .bind(invitation)
            .bind(i64::from(keep))
            .execute(&mut *self.0)
            .await?;
        Ok(done.rows_affected())
    }

    async fn visit(&mut self, session: &str, invitation: &str) -> Stored<Option<Visit>> {
        Ok(query_as(concat!(
            "SELECT ",
            visit_columns!(),
            " FROM visits WHERE session_id = $1 AND invitation_id = $2"
        ))
        .bind(session)
        .bind(invitation)
        .fetch_optional(&mut *self.0)
        .await?)
    }

    async fn put_visit(&mut self, visit: &Visit) -> Stored<()> {
        query(
            "INSERT INTO visits (session_id, invitation_id, generation, typed, challenge_id,
                remark, entered_at, joined_at, instead, address, order_id, login_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
             ON CONFLICT (session_id, invitation_id) DO UPDATE SET
                level = CASE WHEN visits.generation = excluded.generation THEN visits.level END,
                how = CASE WHEN visits.generation = excluded.generation THEN visits.how END,
                who = CASE WHEN visits.generation = excluded.generation THEN visits.who END,
                proven_at = CASE WHEN visits.generation = excluded.generation
                    THEN visits.proven_at END,
                generation = excluded.generation, typed = excluded.typed,
                challenge_id = excluded.challenge_id, remark = excluded.remark,
                entered_at = excluded.entered_at, joined_at = excluded.joined_at,
                instead = excluded.instead, address = excluded.address,
                order_id = excluded.order_id, login_id = excluded.login_id",
        )
        .bind(&visit.session_id)
        .bind(&visit.invitation_id)
        .bind(visit.generation)
        .bind(&visit.typed)
        .bind(&visit.challenge_id)
        .bind(&visit.remark)
        .bind(visit.entered_at)
        .bind(visit.joined_at)
        .bind(visit.instead)
        .bind(&visit.address)
        .bind(&visit.order_id)
        .bind(&visit.login_id)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn prove(
        &mut self,
        session: &str,
        invitation: &str,
        evidence: &Evidence,
        at: Time,
    ) -> Stored<()> {
        query(
            "UPDATE visits SET level = $3, how = $4, who = $5, proven_at = $6
             WHERE session_id = $1 AND invitation_id = $2",
        )
        .bind(session)
        .bind(invitation)
        .bind(evidence.level().name())
        .bind(evidence.how())
        .bind(evidence.who())
        .bind(at)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }
}
