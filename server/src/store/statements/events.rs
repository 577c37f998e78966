use super::Conn;
use crate::store::{Events, Stored, records::Event};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Events for Conn {
    async fn add_event(&mut self, meeting: &str, event: &Event) -> Stored<()> {
        query(
            "INSERT INTO events (meeting_id, invitation_id, at, kind, level, how, who)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(meeting)
        .bind(&event.invitation_id)
        .bind(event.at)
        .bind(&event.kind)
        .bind(&event.level)
        .bind(&event.how)
        .bind(&event.who)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn events(&mut self, meeting: &str) -> Stored<Vec<Event>> {
        Ok(query_as(
            "SELECT number, invitation_id, at, kind, level, how, who FROM events
             WHERE meeting_id = $1 ORDER BY number",
        )
        .bind(meeting)
        .fetch_all(&mut *self.0)
        .await?)
    }
}
