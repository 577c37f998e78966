//! Sessions.

use super::{
    StoreResult, Tx,
    query::{Sql, locking, query, row, skipping_locked},
};
use crate::{clock::Time, model::Session};

/// Columns of a session. The last one is true if it has a proof.
macro_rules! session_columns {
    () => {
        "sessions.id, sessions.last_active_at, EXISTS (SELECT 1 FROM flows \
         WHERE flows.session_id = sessions.id AND flows.proven_at IS NOT NULL)"
    };
}
pub(super) use session_columns;

/// Query of a session by the hash of its cookie value.
macro_rules! session_query {
    () => {
        concat!(
            "SELECT ",
            session_columns!(),
            " FROM sessions WHERE value_hash = $1 AND last_active_at > $2"
        )
    };
}

row!(Session { id, last_active_at, identified });

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
            .write(self)
            .await
    }

    /// Returns the session whose cookie value has this hash, if it was active after `seen_after`.
    pub async fn session(
        &mut self,
        value_hash: &[u8],
        seen_after: Time,
    ) -> StoreResult<Option<Session>> {
        query(session_query!()).bind(value_hash).bind(seen_after).fetch_optional(self).await
    }

    /// Locks and returns the session, as [`Tx::session`] finds it.
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
            .change(self)
            .await?;
        Ok(done == 1)
    }

    /// Records activity of a session.
    pub async fn touch_session(&mut self, id: &str, at: Time) -> StoreResult<()> {
        query("UPDATE sessions SET last_active_at = $2 WHERE id = $1 AND last_active_at < $2")
            .bind(id)
            .bind(at)
            .write(self)
            .await
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
}
