//! The outbox: messages to be delivered.

use super::{
    StoreResult, Tx,
    query::{Sql, query, row, skipping_locked},
};
use crate::{
    clock::Time,
    model::{Hindrance, MessageKind, OutboxMessage, Outcome, QueueDepth},
    rules::delivery::Invited,
};

row!(message_columns of outbox, OutboxMessage {
        id,
        kind,
        invitation_id,
        report_id,
        generation,
        challenge_id,
        suppressed,
        sequence,
        failures,
        written_at,
        expires_at,
        done_at,
        reference,
        again_at,
    }
);

row!(QueueDepth { kind, messages, oldest });

/// Leases due messages that no other transaction is leasing.
const LEASE_MESSAGES: Sql = skipping_locked!(
            "WITH due AS MATERIALIZED (
                SELECT id FROM outbox
                WHERE state = 'waiting' AND (kind <> 'code') <= $4
                    AND due_at <= $1 AND leased_until <= $1
                ORDER BY kind <> 'code', suppressed, due_at, id LIMIT $3";
            ") UPDATE outbox SET leased_until = $2, doubtful = (doubtful OR leased_until > 0)
             WHERE id IN (SELECT id FROM due)
             RETURNING ",
            message_columns!());

/// Makes messages due that wait for an unreachable mail server.
const RECALL_MESSAGES: Sql = skipping_locked!(
            "WITH held AS MATERIALIZED (
                SELECT id FROM outbox WHERE state = 'waiting' AND away
                ORDER BY written_at LIMIT $1";
            ") UPDATE outbox SET due_at = written_at, failures = 0, away = FALSE
             WHERE id IN (SELECT id FROM held)");

/// A message to be written to the outbox.
#[derive(Clone, Copy, Debug)]
pub struct NewMessage<'a> {
    /// Its id.
    pub id: &'a str,
    /// Kind.
    pub kind: MessageKind,
    /// The invitation.
    pub invitation: &'a str,
    /// The generation of the link.
    pub generation: i64,
    /// The code that it carries.
    pub challenge: Option<&'a str>,
    /// `true` for a decoy's message, which is never sent.
    pub suppressed: bool,
    /// The sequence of the meeting that it describes. 0 if that does not matter.
    pub sequence: i64,
    /// Time of writing.
    pub at: Time,
    /// Time from which it is due.
    pub due_at: Time,
    /// Time after which it is not worth sending.
    pub expires_at: Option<Time>,
    /// Earliest time of the next code, if this one is the last for now.
    pub again_at: Option<Time>,
    /// End of the lease with which it is written. 0 without one.
    pub leased_until: Time,
}

impl<'a> NewMessage<'a> {
    /// Creates a message that is due at once, with defaults for everything else.
    pub const fn new(
        id: &'a str,
        kind: MessageKind,
        invitation: &'a str,
        generation: i64,
        at: Time,
    ) -> Self {
        Self {
            id,
            kind,
            invitation,
            generation,
            challenge: None,
            suppressed: false,
            sequence: 0,
            at,
            due_at: at,
            expires_at: None,
            again_at: None,
            leased_until: Time(0),
        }
    }
}

impl From<NewMessage<'_>> for OutboxMessage {
    fn from(new: NewMessage<'_>) -> Self {
        Self {
            id: new.id.to_owned(),
            kind: new.kind.name().to_owned(),
            invitation_id: Some(new.invitation.to_owned()),
            report_id: None,
            generation: new.generation,
            challenge_id: new.challenge.map(str::to_owned),
            suppressed: new.suppressed,
            sequence: new.sequence,
            failures: 0,
            written_at: new.at,
            expires_at: new.expires_at,
            done_at: None,
            reference: None,
            again_at: new.again_at,
        }
    }
}

impl Tx {
    /// Writes a message.
    pub async fn enqueue(&mut self, message: NewMessage<'_>) -> StoreResult<()> {
        query(
            "INSERT INTO outbox (id, kind, invitation_id, generation, challenge_id, suppressed, state,
                failures, written_at, due_at, leased_until, expires_at, sequence, again_at)
             VALUES ($1, $2, $3, $4, $5, $6, 'waiting', 0, $7, $8, $12, $9, $10, $11)",
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
        .bind(message.leased_until)
        .write(self)
        .await
    }

    /// Leases up to `most` due messages until `until`. Codes come first and their decoys second. Others
    /// follow only if `others` is set, the longest due first.
    pub async fn lease(
        &mut self,
        now: Time,
        until: Time,
        most: u32,
        others: bool,
    ) -> StoreResult<Vec<OutboxMessage>> {
        query(LEASE_MESSAGES)
            .bind(now)
            .bind(until)
            .bind(i64::from(most))
            .bind(others)
            .fetch_all(self)
            .await
    }

    /// Records the outcome of a message, and the id that the gateway gave it. Returns `false` if an outcome
    /// was recorded before.
    pub async fn complete(
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
        .change(self)
        .await?;
        Ok(done == 1)
    }

    /// Records the meeting's sequence that a message described, if it was written for an earlier one.
    pub async fn record_described(&mut self, id: &str, sequence: i64) -> StoreResult<()> {
        query("UPDATE outbox SET sequence = $2 WHERE id = $1")
            .bind(id)
            .bind(sequence)
            .write(self)
            .await
    }

    /// Records a gateway's delivery report on a code, found by the message's id or by the gateway's. Returns
    /// the invitation the first time. `None` if that was known, or if no such message was sent.
    pub async fn record_delivery_report(
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
        let noted: Option<(String,)> =
            query(statement).bind(id).bind(reference).bind(at).fetch_optional(self).await?;
        Ok(noted.map(|(invitation,)| invitation))
    }

    /// Records why a message could not be delivered, and when it is due again.
    pub async fn retry_at(&mut self, id: &str, why: Hindrance, due: Time) -> StoreResult<()> {
        query(
            "UPDATE outbox SET failures = failures + 1, due_at = $2, leased_until = 0, away = $3,
                deferred = (deferred OR NOT $3), doubtful = (doubtful OR $4)
             WHERE id = $1 AND state = 'waiting'",
        )
        .bind(id)
        .bind(due)
        .bind(why == Hindrance::Away)
        .bind(why == Hindrance::Doubtful)
        .write(self)
        .await
    }

    /// Extends the lease of a message that is being delivered.
    pub async fn extend_lease(&mut self, id: &str, until: Time) -> StoreResult<()> {
        query("UPDATE outbox SET leased_until = $2 WHERE id = $1 AND state = 'waiting'")
            .bind(id)
            .bind(until)
            .write(self)
            .await
    }

    /// Makes a message wait for another one until `due`. That is no failure.
    pub async fn make_wait(&mut self, id: &str, due: Time) -> StoreResult<()> {
        query("UPDATE outbox SET due_at = $2, leased_until = 0 WHERE id = $1 AND state = 'waiting'")
            .bind(id)
            .bind(due)
            .write(self)
            .await
    }

    /// Makes up to `most` messages due that wait for an unreachable mail server, the oldest first. Their
    /// failures are forgotten. Returns how many.
    pub async fn recall_messages(&mut self, most: u32) -> StoreResult<u64> {
        let recalled = query(RECALL_MESSAGES).bind(i64::from(most)).execute(self).await?;
        Ok(recalled)
    }

    /// Returns the messages that carried an invitation, the oldest link's first.
    pub async fn invitation_messages(&mut self, invitation: &str) -> StoreResult<Vec<Invited>> {
        let found: Vec<(i64, bool, bool, Time, bool)> = query(
            "SELECT generation, state = 'waiting' AS waits, state = 'dropped' AS dropped,
                leased_until, doubtful
             FROM outbox WHERE invitation_id = $1 AND kind = 'invitation' ORDER BY generation",
        )
        .bind(invitation)
        .fetch_all(self)
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

    /// `true` if all messages of this code, a decoy's included, expired and the mail server accepted no
    /// connection for any of them.
    pub async fn code_lapsed(&mut self, challenge: &str) -> StoreResult<bool> {
        let (lapsed,): (bool,) = query(
            "SELECT COUNT(*) > 0 FROM outbox WHERE challenge_id = $1
             HAVING COUNT(*) = SUM(CASE WHEN lapsed THEN 1 ELSE 0 END)",
        )
        .bind(challenge)
        .fetch_optional(self)
        .await?
        .unwrap_or_default();
        Ok(lapsed)
    }

    /// Returns the messages that are to be delivered, counted by kind.
    pub async fn queue_depths(&mut self) -> StoreResult<Vec<QueueDepth>> {
        query(
            "SELECT kind, COUNT(*), MIN(written_at) FROM outbox
             WHERE state = 'waiting' GROUP BY kind",
        )
        .fetch_all(self)
        .await
    }

    /// Returns the messages that were delivered, newest first. All of them if `most` is `None`.
    pub async fn sent_messages(&mut self, most: Option<u32>) -> StoreResult<Vec<OutboxMessage>> {
        query(concat!(
            "SELECT ",
            message_columns!(),
            " FROM outbox WHERE state = 'sent' ORDER BY done_at DESC, written_at DESC
             LIMIT $1",
        ))
        .bind(most.map_or(i64::MAX, i64::from))
        .fetch_all(self)
        .await
    }
}
