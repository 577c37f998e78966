use super::Conn;
use crate::store::{Events, Stored, records::Event};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Events for Conn {
    async fn add_event(&mut self, meeting: &str, event: &Event) -> Stored<()> {
        query(
            "INSERT INTO events (meeting_id, invitation_id, at, kind, level, how, who,
                identity_matched, person_mark, person_sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(meeting)
        .bind(&event.invitation_id)
        .bind(event.at)
        .bind(&event.kind)
        .bind(&event.level)
        .bind(&event.how)
        .bind(&event.who)
        .bind(event.identity_matched)
        .bind(&event.person_mark)
        .bind(&event.person_sealed)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn events(&mut self, meeting: &str) -> Stored<Vec<Event>> {
        Ok(query_as(
            "SELECT number, invitation_id, at, kind, level, how, who, identity_matched,
                person_mark, person_sealed FROM events
             WHERE meeting_id = $1 ORDER BY number",
        )
        .bind(meeting)
        .fetch_all(&mut *self.0)
        .await?)
    }
}
