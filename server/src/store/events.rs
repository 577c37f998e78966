//! Events: the audit log for the sender.

use super::{
    StoreResult, Tx,
    query::{query, row},
};
use crate::{
    clock::Time,
    model::{Event, Invitation},
};

row!(event_columns of events, Event {
        number,
        invitation_id,
        at,
        kind,
        level,
        method,
        name,
        identity_matched,
        personal_number_hash,
        personal_number_sealed,
        step,
    }
);

impl Tx {
    /// Adds an event.
    pub async fn add_event(&mut self, meeting: &str, event: &Event) -> StoreResult<()> {
        query(
            "INSERT INTO events (meeting_id, invitation_id, at, kind, level, method, name,
                identity_matched, personal_number_hash, personal_number_sealed, step)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
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
        .bind(&event.step)
        .write(self)
        .await
    }

    /// Adds an event of an invitation's link. Does nothing if the invitation is gone or has a newer link.
    pub async fn add_event_of_link(
        &mut self,
        (invitation, generation): (&str, i64),
        kind: &str,
        at: Time,
    ) -> StoreResult<()> {
        query(
            "INSERT INTO events (meeting_id, invitation_id, at, kind)
             SELECT meeting_id, id, $3, $4 FROM invitations WHERE id = $1 AND generation = $2",
        )
        .bind(invitation)
        .bind(generation)
        .bind(at)
        .bind(kind)
        .write(self)
        .await
    }

    /// Returns a meeting's events, in order.
    pub async fn events(&mut self, meeting: &str) -> StoreResult<Vec<Event>> {
        query(concat!(
            "SELECT ",
            event_columns!(),
            " FROM events WHERE meeting_id = $1 ORDER BY number"
        ))
        .bind(meeting)
        .fetch_all(self)
        .await
    }

    /// Returns the times of an invitation's events of this kind since a time, oldest first.
    pub async fn happened_since(
        &mut self,
        invitation: &Invitation,
        kind: &str,
        since: Time,
    ) -> StoreResult<Vec<Time>> {
        // Filters by the meeting too, because events are indexed by it.
        let times: Vec<(Time,)> = query(
            "SELECT at FROM events
             WHERE meeting_id = $1 AND invitation_id = $2 AND kind = $3 AND at > $4 ORDER BY at",
        )
        .bind(&invitation.meeting_id)
        .bind(&invitation.id)
        .bind(kind)
        .bind(since)
        .fetch_all(self)
        .await?;
        Ok(times.into_iter().map(|(at,)| at).collect())
    }
}
