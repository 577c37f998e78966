use super::Conn;
use crate::{
    clock::Time,
    model::{Hindrance, OutboxMessage, Outcome, QueueDepth},
    rules::delivery::Invited,
    store::{NewMessage, Outbox, StoreResult, dialect::Dialect},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Outbox for Conn {
    async fn enqueue(&mut self, message: NewMessage<'_>) -> StoreResult<()> {
        query(
            "INSERT INTO outbox (id, kind, invitation_id, generation, challenge_id, suppressed, state,
                failures, written_at, due_at, leased_until, expires_at, sequence, again_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, 0, $9, $10, $11)",
        )
        .bind(message.id)
        .bind(message.kind.name())
        .bind(message.invitation)
        .bind(message.generation)
        .bind(message.challenge)
        .bind(message.suppressed)
        .bind(message.at)
        .bind(message.due_at)
        .bind(message.expires_at)
        .bind(message.sequence)
        .bind(message.again_at)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn lease(
        &mut self,
        now: Time,
        until: Time,
        most: u32,
        others: bool,
    ) -> StoreResult<Vec<OutboxMessage>> {
        Ok(query_as(Self::LEASE_MESSAGES)
            .bind(now)
            .bind(until)
            .bind(i64::from(most))
            .bind(others)
            .fetch_all(&mut *self.0)
            .await?)
    }

    async fn complete(
        &mut self,
        id: &str,
        outcome: Outcome,
        reference: Option<&str>,
        at: Time,
    ) -> StoreResult<bool> {
        let done = query(
            "UPDATE outbox SET state = $2, done_at = $3, reference = $4,
                lapsed = ($5 AND NOT deferred)
             WHERE id = $1 AND state = 'waiting'",
        )
        .bind(id)
        .bind(outcome.name())
        .bind(at)
        .bind(reference)
        .bind(outcome == Outcome::Lapsed)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn record_delivery_report(
        &mut self,
        id: Option<&str>,
        reference: &str,
        arrived: bool,
        at: Time,
    ) -> StoreResult<Option<String>> {
        let statement = if arrived {
            "UPDATE outbox SET delivered_at = $3
             WHERE (id = $1 OR reference = $2) AND kind = 'code' AND NOT suppressed
                AND delivered_at IS NULL
             RETURNING invitation_id"
        } else {
            "UPDATE outbox SET undelivered_at = $3
             WHERE (id = $1 OR reference = $2) AND kind = 'code' AND NOT suppressed
                AND undelivered_at IS NULL
             RETURNING invitation_id"
        };
        let noted: Option<(String,)> = query_as(statement)
            .bind(id)
            .bind(reference)
            .bind(at)
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(noted.map(|(invitation,)| invitation))
    }

    async fn retry_at(&mut self, id: &str, why: Hindrance, due: Time) -> StoreResult<()> {
        query(
            "UPDATE outbox SET failures = failures + 1, due_at = $2, leased_until = 0, away = $3,
                deferred = (deferred OR NOT $3), doubtful = (doubtful OR $4)
             WHERE id = $1 AND state = 'waiting'",
        )
        .bind(id)
        .bind(due)
        .bind(why == Hindrance::Away)
        .bind(why == Hindrance::Doubtful)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn make_wait(&mut self, id: &str, due: Time) -> StoreResult<()> {
        query(
            "UPDATE outbox SET due_at = $2, leased_until = 0 WHERE id = $1 AND state = 'waiting'",
        )
        .bind(id)
        .bind(due)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn recall_messages(&mut self, most: u32) -> StoreResult<u64> {
        let recalled =
            query(Self::RECALL_MESSAGES).bind(i64::from(most)).execute(&mut *self.0).await?;
        Ok(recalled.rows_affected())
    }

    async fn invitation_messages(&mut self, invitation: &str) -> StoreResult<Vec<Invited>> {
        let found: Vec<(i64, bool, bool, Time, bool)> = query_as(
            "SELECT generation, state = 'waiting' AS waits, state = 'dropped' AS dropped,
                leased_until, doubtful
             FROM outbox WHERE invitation_id = $1 AND kind = 'invitation' ORDER BY generation",
        )
        .bind(invitation)
        .fetch_all(&mut *self.0)
        .await?;
        let invited = |(generation, waits, dropped, leased_until, doubtful)| Invited {
            generation,
            waits,
            dropped,
            leased_until,
            doubtful,
        };
        Ok(found.into_iter().map(invited).collect())
    }

    async fn code_lapsed(&mut self, challenge: &str) -> StoreResult<bool> {
        let (lapsed,): (bool,) = query_as(
            "SELECT COUNT(*) > 0 FROM outbox WHERE challenge_id = $1
             HAVING COUNT(*) = SUM(CASE WHEN lapsed THEN 1 ELSE 0 END)",
        )
        .bind(challenge)
        .fetch_optional(&mut *self.0)
        .await?
        .unwrap_or_default();
        Ok(lapsed)
    }

    async fn queue_depths(&mut self) -> StoreResult<Vec<QueueDepth>> {
        Ok(query_as(
            "SELECT kind, COUNT(*) AS messages, MIN(written_at) AS oldest FROM outbox
             WHERE state = 'waiting' GROUP BY kind",
        )
        .fetch_all(&mut *self.0)
        .await?)
    }

    async fn sent_messages(&mut self, most: Option<u32>) -> StoreResult<Vec<OutboxMessage>> {
        Ok(query_as(concat!(
            "SELECT ",
            message_columns!(),
            " FROM outbox WHERE state = 'sent' ORDER BY done_at DESC, written_at DESC
             LIMIT $1",
        ))
        .bind(most.map_or(i64::MAX, i64::from))
        .fetch_all(&mut *self.0)
        .await?)
    }
}
