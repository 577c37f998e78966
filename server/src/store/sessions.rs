//! Sessions and their flows.

use super::{
    StoreResult, Tx,
    query::{Sql, locking, query, row, skipping_locked},
};
use crate::{
    authenticators::Proof,
    clock::Time,
    model::{IdentificationFlow, Session},
};

/// Query of a session by the hash of its cookie value. `identified` is true if it has a proof.
macro_rules! session_query {
    () => {
        "SELECT id, last_active_at, EXISTS (SELECT 1 FROM flows WHERE flows.session_id = sessions.id \
         AND flows.proven_at IS NOT NULL) AS identified \
         FROM sessions WHERE value_hash = $1 AND last_active_at > $2"
    };
}

row!(Session { id, last_active_at, identified });

row!(
    flow_columns,
    IdentificationFlow {
        session_id,
        invitation_id,
        generation,
        typed,
        instead,
        address,
        challenge_id,
        order_id,
        login_id,
        flash,
        level,
        method,
        name,
        proven_at,
        entered_at,
        joined_at,
    }
);

/// Condition that a flow has named nothing yet. A typed text that is no address names nothing either.
macro_rules! names_nothing {
    () => {
        "COALESCE(flows.address, flows.challenge_id, flows.order_id, flows.login_id, \
         flows.level) IS NULL"
    };
}

/// Erases sessions that have named nothing, but none that another transaction has locked.
const PURGE_UNNAMED_SESSIONS: Sql = skipping_locked!(
            "WITH gone AS MATERIALIZED (
                SELECT id FROM sessions WHERE id IN (
                    SELECT sessions.id FROM flows JOIN sessions ON sessions.id = flows.session_id
                    WHERE flows.invitation_id = $1 AND ",
            names_nothing!(),
            " ORDER BY sessions.last_active_at DESC, sessions.id LIMIT 1000 OFFSET $2)
                AND NOT EXISTS (SELECT 1 FROM flows WHERE flows.session_id = sessions.id
                    AND NOT (",
            names_nothing!(),
            "))";
            ") DELETE FROM sessions WHERE id IN (SELECT id FROM gone)");

impl Tx {
    /// Adds a session whose cookie value has this hash.
    pub async fn add_session(&mut self, id: &str, value_hash: &[u8], at: Time) -> StoreResult<()> {
        query("INSERT INTO sessions (id, value_hash, created_at, last_active_at) VALUES ($1, $2, $3, $3)")
            .bind(id)
            .bind(value_hash)
            .bind(at)
            .execute(self)
            .await?;
        Ok(())
    }

    /// Returns the session whose cookie value has this hash, if it was active after `seen_after`.
    pub async fn session(
        &mut self,
        value_hash: &[u8],
        seen_after: Time,
    ) -> StoreResult<Option<Session>> {
        query(session_query!()).bind(value_hash).bind(seen_after).fetch_optional(self).await
    }

    /// Locks and returns the session, as [`Sessions::session`] finds it.
    pub async fn lock_session(
        &mut self,
        value_hash: &[u8],
        seen_after: Time,
    ) -> StoreResult<Option<Session>> {
        query(locking!(session_query!()))
            .bind(value_hash)
            .bind(seen_after)
            .fetch_optional(self)
            .await
    }

    /// Replaces a session's cookie value. Returns `false` if it no longer has the one with `old_hash`.
    pub async fn renew_session(
        &mut self,
        id: &str,
        old_hash: &[u8],
        new_hash: &[u8],
    ) -> StoreResult<bool> {
        let done = query("UPDATE sessions SET value_hash = $3 WHERE id = $1 AND value_hash = $2")
            .bind(id)
            .bind(old_hash)
            .bind(new_hash)
            .execute(self)
            .await?;
        Ok(done == 1)
    }

    /// Records activity of a session.
    pub async fn touch_session(&mut self, id: &str, at: Time) -> StoreResult<()> {
        query("UPDATE sessions SET last_active_at = $2 WHERE id = $1 AND last_active_at < $2")
            .bind(id)
            .bind(at)
            .execute(self)
            .await?;
        Ok(())
    }

    /// Ends a session.
    pub async fn end_session(&mut self, id: &str) -> StoreResult<()> {
        query("DELETE FROM sessions WHERE id = $1").bind(id).execute(self).await?;
        Ok(())
    }

    /// Erases sessions without activity since a time, a bounded number at once. Returns how many.
    pub async fn purge_sessions(&mut self, seen_before: Time) -> StoreResult<u64> {
        self.use_short_lock_timeout().await?;
        let done = query(
            "DELETE FROM sessions WHERE id IN (
                SELECT id FROM sessions WHERE last_active_at < $1 ORDER BY last_active_at, id LIMIT 1000)",
        )
        .bind(seen_before)
        .execute(self)
        .await?;
        Ok(done)
    }

    /// Erases sessions that have opened this invitation and named nothing, here or elsewhere: neither an
    /// address nor a proof belongs to them. Spares the `keep` last active ones, and those that another
    /// transaction has locked.
    pub async fn purge_unnamed_sessions(
        &mut self,
        invitation: &str,
        keep: u32,
    ) -> StoreResult<u64> {
        let done = query(PURGE_UNNAMED_SESSIONS)
            .bind(invitation)
            .bind(i64::from(keep))
            .execute(self)
            .await?;
        Ok(done)
    }

    /// Returns a session's flow for an invitation.
    pub async fn flow(
        &mut self,
        session: &str,
        invitation: &str,
    ) -> StoreResult<Option<IdentificationFlow>> {
        query(concat!(
            "SELECT ",
            flow_columns!(),
            " FROM flows WHERE session_id = $1 AND invitation_id = $2"
        ))
        .bind(session)
        .bind(invitation)
        .fetch_optional(self)
        .await
    }

    /// Adds or replaces a flow. A proof stays, unless the flow belongs to another generation.
    pub async fn put_flow(&mut self, flow: &IdentificationFlow) -> StoreResult<()> {
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
        .execute(self)
        .await?;
        Ok(())
    }

    /// Records a session's proof for an invitation.
    pub async fn record_proof(
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
        .execute(self)
        .await?;
        Ok(())
    }
}
