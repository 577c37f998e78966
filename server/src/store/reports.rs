//! Reports of accessibility problems.

use super::{StoreResult, Tx, query::query};
use crate::{clock::Time, model::MessageKind};

/// Locks the counting of reports, by a row that is otherwise the lease of nobody.
const LOCK: &str = "INSERT INTO leases (name, until) VALUES ('reports', 0)
     ON CONFLICT (name) DO UPDATE SET until = leases.until";

impl Tx {
    /// Adds a report and its message, unless there were `most` reports since a time. Returns `false` then.
    /// `message` is the message's id.
    pub async fn add_report(
        &mut self,
        (id, message): (&str, &str),
        sealed: &[u8],
        (since, most): (Time, i64),
        at: Time,
    ) -> StoreResult<bool> {
        // Two servers would otherwise both count before either has written.
        if self.has_other_writers() {
            query(LOCK).execute(self).await?;
        }
        let added = query(
            "INSERT INTO reports (id, sealed, written_at)
             SELECT $1, $2, $3 WHERE (SELECT COUNT(*) FROM reports WHERE written_at > $4) < $5",
        )
        .bind(id)
        .bind(sealed)
        .bind(at)
        .bind(since)
        .bind(most)
        .execute(self)
        .await?;
        if added == 0 {
            return Ok(false);
        }
        query(
            "INSERT INTO outbox (id, kind, report_id, generation, suppressed, state, failures,
                written_at, due_at, leased_until, sequence)
             VALUES ($1, $2, $3, 0, FALSE, 'waiting', 0, $4, $4, 0, 0)",
        )
        .bind(message)
        .bind(MessageKind::Report.name())
        .bind(id)
        .bind(at)
        .write(self)
        .await?;
        Ok(true)
    }

    /// Returns a report's sealed text. `None` if it was erased.
    pub async fn report(&mut self, id: &str) -> StoreResult<Option<Vec<u8>>> {
        let found: Option<(Option<Vec<u8>>,)> =
            query("SELECT sealed FROM reports WHERE id = $1").bind(id).fetch_optional(self).await?;
        Ok(found.and_then(|(sealed,)| sealed))
    }

    /// Erases a report's text.
    pub async fn erase_report(&mut self, id: &str) -> StoreResult<()> {
        query("UPDATE reports SET sealed = NULL WHERE id = $1").bind(id).write(self).await
    }

    /// Erases the reports without a text that were written before a time, with their messages. Returns how many.
    pub async fn purge_reports(&mut self, before: Time) -> StoreResult<u64> {
        query("DELETE FROM reports WHERE sealed IS NULL AND written_at < $1")
            .bind(before)
            .execute(self)
            .await
    }
}
