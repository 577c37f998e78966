//! Reminders before a meeting.

use super::{
    StoreResult, Tx,
    query::{query, row},
};
use crate::{
    clock::Time,
    model::{DueReminder, MessageKind},
};
use std::time::Duration;

row!(DueReminder { invitation_id, generation, phone, sequence, starts_at });

impl Tx {
    /// Returns up to `most` invitations to remind now, those to the nearest meetings first. All of this
    /// holds:
    ///
    /// - The meeting starts within `before` and has not started yet.
    /// - Neither the meeting nor the invitation was cancelled.
    /// - The mail server took the invitation's mail, and the meeting last changed, at least `before` ahead of
    ///   the start. Either is a reminder itself.
    /// - The recipient has not joined the room.
    /// - No such reminder was written for this start.
    /// - By SMS, the recipient has a phone number.
    pub async fn due_reminders(
        &mut self,
        kind: MessageKind,
        before: Duration,
        now: Time,
        most: u32,
    ) -> StoreResult<Vec<DueReminder>> {
        query(
            "SELECT i.id AS invitation_id, i.generation, i.phone, m.sequence, m.starts_at
             FROM meetings m JOIN invitations i ON i.meeting_id = m.id
             WHERE m.starts_at > $1 AND m.starts_at <= $2 AND m.cancelled_at IS NULL
                AND (m.changed_at IS NULL OR m.changed_at <= m.starts_at - $3)
                AND i.sent_at <= m.starts_at - $3
                AND i.withdrawn_at IS NULL AND i.joined_at IS NULL
                AND ($4 <> 'reminder-sms' OR i.phone IS NOT NULL)
                AND NOT EXISTS (SELECT 1 FROM reminders r WHERE r.invitation_id = i.id
                    AND r.kind = $4 AND r.before = $3 AND r.starts_at = m.starts_at)
             ORDER BY m.starts_at, i.id LIMIT $5",
        )
        .bind(now)
        .bind(now + before)
        .bind(millis(before))
        .bind(kind.name())
        .bind(i64::from(most))
        .fetch_all(self)
        .await
    }

    /// Records that a reminder was written. Returns `false` if it was before.
    pub async fn add_reminder(
        &mut self,
        due: &DueReminder,
        kind: MessageKind,
        before: Duration,
    ) -> StoreResult<bool> {
        let done = query(
            "INSERT INTO reminders (invitation_id, kind, before, starts_at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (invitation_id, kind, before, starts_at) DO NOTHING",
        )
        .bind(&due.invitation_id)
        .bind(kind.name())
        .bind(millis(before))
        .bind(due.starts_at)
        .execute(self)
        .await?;
        Ok(done == 1)
    }
}

fn millis(before: Duration) -> i64 {
    i64::try_from(before.as_millis()).unwrap_or(i64::MAX)
}
