use super::Conn;
use crate::{
    clock::Time,
    model::Meeting,
    store::{Leases, Meetings, StoreResult, dialect::Dialect},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Meetings for Conn {
    async fn add_meeting(&mut self, meeting: &Meeting) -> StoreResult<()> {
        query(
            "INSERT INTO meetings (id, title, description, starts_at, ends_at, time_zone,
                organiser_name, organiser_email, organiser_phone, organiser_language,
                room_kind, room, sequence, created_at, cancelled_at, changed_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )
        .bind(&meeting.id)
        .bind(&meeting.title)
        .bind(&meeting.description)
        .bind(meeting.starts_at)
        .bind(meeting.ends_at)
        .bind(&meeting.time_zone)
        .bind(&meeting.organiser_name)
        .bind(&meeting.organiser_email)
        .bind(&meeting.organiser_phone)
        .bind(&meeting.organiser_language)
        .bind(meeting.room.kind())
        .bind(room(meeting)?)
        .bind(meeting.sequence)
        .bind(meeting.created_at)
        .bind(meeting.cancelled_at)
        .bind(meeting.changed_at)
        .bind(meeting.version)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn meeting(&mut self, id: &str) -> StoreResult<Option<Meeting>> {
        Ok(query_as(concat!("SELECT ", meeting_columns!(), " FROM meetings WHERE id = $1"))
            .bind(id)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn lock_meeting(&mut self, id: &str) -> StoreResult<()> {
        if let Some(lock) = Self::LOCK_MEETING {
            query(lock).bind(id).execute(&mut *self.0).await?;
        }
        Ok(())
    }

    async fn put_meeting(&mut self, meeting: &Meeting) -> StoreResult<()> {
        query(
            "UPDATE meetings SET title = $2, description = $3, starts_at = $4, ends_at = $5,
                time_zone = $6, organiser_name = $7, organiser_email = $8, organiser_phone = $9,
                organiser_language = $10, room_kind = $11, room = $12, sequence = $13,
                changed_at = $14
             WHERE id = $1",
        )
        .bind(&meeting.id)
        .bind(&meeting.title)
        .bind(&meeting.description)
        .bind(meeting.starts_at)
        .bind(meeting.ends_at)
        .bind(&meeting.time_zone)
        .bind(&meeting.organiser_name)
        .bind(&meeting.organiser_email)
        .bind(&meeting.organiser_phone)
        .bind(&meeting.organiser_language)
        .bind(meeting.room.kind())
        .bind(room(meeting)?)
        .bind(meeting.sequence)
        .bind(meeting.changed_at)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn meetings(
        &mut self,
        after: Option<(Time, &str)>,
        most: u32,
    ) -> StoreResult<Vec<Meeting>> {
        let (at, id) = after.unwrap_or((Time(i64::MAX), ""));
        Ok(query_as(concat!(
            "SELECT ",
            meeting_columns!(),
            " FROM meetings WHERE created_at < $1 OR (created_at = $1 AND id < $2)
             ORDER BY created_at DESC, id DESC LIMIT $3",
        ))
        .bind(at)
        .bind(id)
        .bind(i64::from(most))
        .fetch_all(&mut *self.0)
        .await?)
    }

    async fn cancel_meeting(&mut self, id: &str, at: Time) -> StoreResult<bool> {
        let done =
            query("UPDATE meetings SET cancelled_at = $2 WHERE id = $1 AND cancelled_at IS NULL")
                .bind(id)
                .bind(at)
                .execute(&mut *self.0)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn count_version(&mut self, id: &str) -> StoreResult<()> {
        query("UPDATE meetings SET version = version + 1 WHERE id = $1")
            .bind(id)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn idempotency_key(&mut self, key_hash: &[u8]) -> StoreResult<Option<(Vec<u8>, String)>> {
        Ok(query_as("SELECT body_hash, meeting_id FROM idempotency_keys WHERE key_hash = $1")
            .bind(key_hash)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn add_idempotency_key(
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
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn purge_meetings(&mut self, ended_before: Time) -> StoreResult<u64> {
        self.use_short_lock_timeout().await?;
        let done = query(
            "DELETE FROM meetings WHERE id IN (
                SELECT id FROM meetings WHERE ends_at < $1 ORDER BY ends_at, id LIMIT 100)",
        )
        .bind(ended_before)
        .execute(&mut *self.0)
        .await?;
        Ok(done.rows_affected())
    }
}

/// Returns a meeting's room as it is stored.
fn room(meeting: &Meeting) -> StoreResult<String> {
    serde_json::to_string(&meeting.room).map_err(|wrong| sqlx::Error::Encode(wrong.into()).into())
}
