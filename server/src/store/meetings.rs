//! Meetings and their bookings.

use super::{
    StoreResult, Tx,
    query::{Value, query, row},
};
use crate::{
    clock::Time,
    model::{EarlierDetails, Meeting},
};

row!(meeting_columns of meetings, Meeting {
        id,
        title,
        description,
        starts_at,
        ends_at,
        time_zone,
        organiser_name,
        organiser_email,
        organiser_phone,
        organiser_language,
        room,
        sequence,
        created_at,
        cancelled_at,
        changed_at,
        version,
    }
);
pub(super) use meeting_columns;

row!(earlier_columns of earlier_details, EarlierDetails {
        starts_at,
        ends_at,
        time_zone,
        organiser_name,
        organiser_phone,
    }
);

/// Returns what a change by the sender can set of a meeting, in the order of its statements. `room` is its
/// room as it is stored.
fn details<'a>(meeting: &'a Meeting, room: &'a str) -> [Value<'a>; 12] {
    [
        (&meeting.title).into(),
        (&meeting.description).into(),
        meeting.starts_at.into(),
        meeting.ends_at.into(),
        (&meeting.time_zone).into(),
        (&meeting.organiser_name).into(),
        (&meeting.organiser_email).into(),
        (&meeting.organiser_phone).into(),
        (&meeting.organiser_language).into(),
        meeting.room.kind().into(),
        room.into(),
        meeting.sequence.into(),
    ]
}

impl Tx {
    /// Adds a meeting.
    pub async fn add_meeting(&mut self, meeting: &Meeting) -> StoreResult<()> {
        query(
            "INSERT INTO meetings (id, title, description, starts_at, ends_at, time_zone,
                organiser_name, organiser_email, organiser_phone, organiser_language,
                room_kind, room, sequence, created_at, cancelled_at, changed_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )
        .bind(&meeting.id)
        .bind_all(details(meeting, &room(meeting)?))
        .bind(meeting.created_at)
        .bind(meeting.cancelled_at)
        .bind(meeting.changed_at)
        .bind(meeting.version)
        .write(self)
        .await
    }

    /// Returns the meeting with this id.
    pub async fn meeting(&mut self, id: &str) -> StoreResult<Option<Meeting>> {
        query(concat!("SELECT ", meeting_columns!(), " FROM meetings WHERE id = $1"))
            .bind(id)
            .fetch_optional(self)
            .await
    }

    /// Locks a meeting until the transaction ends.
    pub async fn lock_meeting(&mut self, id: &str) -> StoreResult<()> {
        if self.has_other_writers() {
            query("SELECT id FROM meetings WHERE id = $1 FOR NO KEY UPDATE")
                .bind(id)
                .execute(self)
                .await?;
        }
        Ok(())
    }

    /// Writes all columns of a meeting but its id, its version, and when it was booked and cancelled.
    pub async fn put_meeting(&mut self, meeting: &Meeting) -> StoreResult<()> {
        query(
            "UPDATE meetings SET title = $2, description = $3, starts_at = $4, ends_at = $5,
                time_zone = $6, organiser_name = $7, organiser_email = $8, organiser_phone = $9,
                organiser_language = $10, room_kind = $11, room = $12, sequence = $13,
                changed_at = $14
             WHERE id = $1",
        )
        .bind(&meeting.id)
        .bind_all(details(meeting, &room(meeting)?))
        .bind(meeting.changed_at)
        .write(self)
        .await
    }

    /// Keeps the details of a meeting that recipients get, before it is changed.
    pub async fn keep_details(&mut self, meeting: &Meeting) -> StoreResult<()> {
        query(
            "INSERT INTO earlier_details (meeting_id, sequence, starts_at, ends_at, time_zone,
                organiser_name, organiser_phone)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&meeting.id)
        .bind(meeting.sequence)
        .bind(meeting.starts_at)
        .bind(meeting.ends_at)
        .bind(&meeting.time_zone)
        .bind(&meeting.organiser_name)
        .bind(&meeting.organiser_phone)
        .write(self)
        .await
    }

    /// Returns what the last delivered message of this link said of the meeting, among those that describe
    /// it as it was before `sequence`. `None` if there is no such message.
    pub async fn details_told(
        &mut self,
        invitation: &str,
        generation: i64,
        sequence: i64,
    ) -> StoreResult<Option<EarlierDetails>> {
        query(concat!(
            "SELECT ",
            earlier_columns!(),
            " FROM earlier_details
             JOIN invitations ON invitations.meeting_id = earlier_details.meeting_id
             WHERE invitations.id = $1 AND earlier_details.sequence = (
                SELECT MAX(outbox.sequence) FROM outbox
                WHERE outbox.invitation_id = $1 AND outbox.generation = $2
                    AND outbox.sequence < $3 AND outbox.state = 'sent'
                    AND outbox.kind IN ('invitation', 'changed'))",
        ))
        .bind(invitation)
        .bind(generation)
        .bind(sequence)
        .fetch_optional(self)
        .await
    }

    /// Returns up to `most` meetings, the last booked first. `after` is the booking time and the id of the
    /// meeting before the first one returned.
    pub async fn meetings(
        &mut self,
        after: Option<(Time, &str)>,
        most: u32,
    ) -> StoreResult<Vec<Meeting>> {
        let (at, id) = after.unwrap_or((Time(i64::MAX), ""));
        query(concat!(
            "SELECT ",
            meeting_columns!(),
            " FROM meetings WHERE created_at < $1 OR (created_at = $1 AND id < $2)
             ORDER BY created_at DESC, id DESC LIMIT $3",
        ))
        .bind(at)
        .bind(id)
        .bind(i64::from(most))
        .fetch_all(self)
        .await
    }

    /// Cancels a meeting. Returns `false` if it was cancelled before.
    pub async fn cancel_meeting(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done =
            query("UPDATE meetings SET cancelled_at = $2 WHERE id = $1 AND cancelled_at IS NULL")
                .bind(id)
                .bind(at)
                .execute(self)
                .await?;
        Ok(done == 1)
    }

    /// Counts a change by the sender to a meeting or its recipients.
    pub async fn count_version(&mut self, id: &str) -> StoreResult<()> {
        query("UPDATE meetings SET version = version + 1 WHERE id = $1").bind(id).write(self).await
    }

    /// Returns the body's hash and the meeting of the booking with this idempotency key.
    pub async fn idempotency_key(
        &mut self,
        key_hash: &[u8],
    ) -> StoreResult<Option<(Vec<u8>, String)>> {
        query("SELECT body_hash, meeting_id FROM idempotency_keys WHERE key_hash = $1")
            .bind(key_hash)
            .fetch_optional(self)
            .await
    }

    /// Records the meeting that was booked with an idempotency key. Returns `false` if the key is taken.
    pub async fn add_idempotency_key(
        &mut self,
        key_hash: &[u8],
        body_hash: &[u8],
        meeting: &str,
        at: Time,
    ) -> StoreResult<bool> {
        let done = query(
            "INSERT INTO idempotency_keys (key_hash, body_hash, meeting_id, created_at)
             VALUES ($1, $2, $3, $4) ON CONFLICT (key_hash) DO NOTHING",
        )
        .bind(key_hash)
        .bind(body_hash)
        .bind(meeting)
        .bind(at)
        .execute(self)
        .await?;
        Ok(done == 1)
    }

    /// Erases meetings that ended before a time, and all their data. Erases a bounded number, so that locks
    /// are short. Returns how many; 0 when none is left.
    pub async fn purge_meetings(&mut self, ended_before: Time) -> StoreResult<u64> {
        self.use_short_lock_timeout().await?;
        let done = query(
            "DELETE FROM meetings WHERE id IN (
                SELECT id FROM meetings WHERE ends_at < $1 ORDER BY ends_at, id LIMIT 100)",
        )
        .bind(ended_before)
        .execute(self)
        .await?;
        Ok(done)
    }
}

/// Returns a meeting's room as it is stored.
fn room(meeting: &Meeting) -> StoreResult<String> {
    serde_json::to_string(&meeting.room).map_err(|wrong| sqlx::Error::Encode(wrong.into()).into())
}
