use super::Conn;
use crate::{
    clock::Time,
    model::{Event, Invitation},
    store::{Events, StoreResult},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

#[async_trait]
impl Events for Conn {
    async fn add_event(&mut self, meeting: &str, event: &Event) -> StoreResult<()> {
        query(
            "INSERT INTO events (meeting_id, invitation_id, at, kind, level, method, name,
                identity_matched, personal_number_hash, personal_number_sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(meeting)
        .bind(&event.invitation_id)
        .bind(event.at)
        .bind(&event.kind)
        .bind(&event.level)
        .bind(&event.method)
        .bind(&event.name)
        .bind(event.identity_matched)
        .bind(&event.personal_number_hash)
        .bind(&event.personal_number_sealed)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn events(&mut self, meeting: &str) -> StoreResult<Vec<Event>> {
        Ok(query_as(
            "SELECT number, invitation_id, at, kind, level, method, name, identity_matched,
                personal_number_hash, personal_number_sealed FROM events
             WHERE meeting_id = $1 ORDER BY number",
        )
        .bind(meeting)
        .fetch_all(&mut *self.0)
        .await?)
    }

    async fn happened_since(
        &mut self,
        invitation: &Invitation,
        kind: &str,
        since: Time,
    ) -> StoreResult<Vec<Time>> {
        // Filters by the meeting too, because events are indexed by it.
        let times: Vec<(Time,)> = query_as(
            "SELECT at FROM events
             WHERE meeting_id = $1 AND invitation_id = $2 AND kind = $3 AND at > $4 ORDER BY at",
        )
        .bind(&invitation.meeting_id)
        .bind(&invitation.id)
        .bind(kind)
        .bind(since)
        .fetch_all(&mut *self.0)
        .await?;
        Ok(times.into_iter().map(|(at,)| at).collect())
    }
}
