use super::Conn;
use crate::{
    clock::Time,
    store::{
        Message, Outbox, Stored,
        dialect::Dialect,
        records::{Outcome, Outgoing, Waiting},
    },
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Outbox for Conn {
    async fn post(&mut self, message: Message<'_>) -> Stored<()> {
        query(
            "INSERT INTO outbox (id, kind, invitation_id, generation, challenge_id, silent, state,
                failures, written_at, due_at, leased_until, expires_at, sequence, again_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, 0, $9, $10, $11)",
        )
        .bind(message.id)
        .bind(message.kind.name())
        .bind(message.invitation)
        .bind(message.generation)
        .bind(message.challenge)
        .bind(message.silent)
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
    ) -> Stored<Vec<Outgoing>> {
        Ok(query_as(Self::LEASE_MESSAGES)
            .bind(now)
            .bind(until)
            .bind(i64::from(most))
            .bind(others)
            .fetch_all(&mut *self.0)
            .await?)
    }

    async fn finish(
        &mut self,
        id: &str,
        outcome: Outcome,
        reference: Option<&str>,
        at: Time,
    ) -> Stored<bool> {
        let done = query(
            "UPDATE outbox SET state = $2, done_at = $3, reference = $4
             WHERE id = $1 AND state = 'waiting'",
        )
        .bind(id)
        .bind(outcome.name())
        .bind(at)
        .bind(reference)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn report(
        &mut self,
        id: Option<&str>,
        reference: &str,
        arrived: bool,
        at: Time,
    ) -> Stored<Option<String>> {
        let statement = if arrived {
            "UPDATE outbox SET delivered_at = $3
             WHERE (id = $1 OR reference = $2) AND kind = 'code' AND NOT silent
                AND delivered_at IS NULL
             RETURNING invitation_id"
        } else {
            "UPDATE outbox SET undelivered_at = $3
             WHERE (id = $1 OR reference = $2) AND kind = 'code' AND NOT silent
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

    async fn put_off(&mut self, id: &str, due: Time) -> Stored<()> {
        query(
            "UPDATE outbox SET failures = failures + 1, due_at = $2, leased_until = 0
             WHERE id = $1 AND state = 'waiting'",
        )
        .bind(id)
        .bind(due)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn waiting_messages(&mut self) -> Stored<Vec<Waiting>> {
        Ok(query_as(
            "SELECT kind, COUNT(*) AS messages, MIN(written_at) AS oldest FROM outbox
             WHERE state = 'waiting' GROUP BY kind",
        )
        .fetch_all(&mut *self.0)
        .await?)
    }

    async fn sent_messages(&mut self, most: Option<u32>) -> Stored<Vec<Outgoing>> {
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
