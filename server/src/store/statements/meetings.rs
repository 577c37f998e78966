use super::Conn;
use crate::{
    clock::Time,
    store::{Meetings, Stored, records::Meeting},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Meetings for Conn {
    async fn add_meeting(&mut self, meeting: &Meeting) -> Stored<()> {
        query(
            "INSERT INTO meetings (id, title, description, starts_at, ends_at, time_zone,
                organiser_name, organiser_email, organiser_phone, organiser_language,
                room_kind, room_url, sequence, created_at, cancelled_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
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
        .bind(&meeting.room_kind)
        .bind(&meeting.room_url)
        .bind(meeting.sequence)
        .bind(meeting.created_at)
        .bind(meeting.cancelled_at)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn meeting(&mut self, id: &str) -> Stored<Option<Meeting>> {
        Ok(query_as("SELECT * FROM meetings WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn cancel_meeting(&mut self, id: &str, at: Time) -> Stored<bool> {
        let done =
            query("UPDATE meetings SET cancelled_at = $2 WHERE id = $1 AND cancelled_at IS NULL")
                .bind(id)
                .bind(at)
                .execute(&mut *self.0)
                .await?;
        Ok(done.rows_affected() == 1)
    }

    async fn booking(&mut self, key_hash: &[u8]) -> Stored<Option<(Vec<u8>, String)>> {
        Ok(query_as("SELECT body_hash, meeting_id FROM bookings WHERE key_hash = $1")
            .bind(key_hash)
            .fetch_optional(&mut *self.0)
            .await?)
    }

    async fn add_booking(
        &mut self,
        key_hash: &[u8],
        body_hash: &[u8],
        meeting: &str,
        at: Time,
    ) -> Stored<bool> {
        let done = query(
            "INSERT INTO bookings (key_hash, body_hash, meeting_id, created_at)
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

    async fn erase_meetings(&mut self, ended_before: Time) -> Stored<u64> {
        let done = query("DELETE FROM meetings WHERE ends_at < $1")
            .bind(ended_before)
            .execute(&mut *self.0)
            .await?;
        Ok(done.rows_affected())
    }
}
