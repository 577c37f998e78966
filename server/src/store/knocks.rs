//! Knocks: guests who wait or were admitted, and the hosts.

use super::{
    StoreResult, Tx,
    flows::flow_columns,
    invitations::invitation_columns,
    meetings::meeting_columns,
    query::{Columns, FromRow, Sql, list, locking, over_list, query, row},
    rooms::room_columns,
    sessions::session_columns,
};
use crate::{
    clock::Time,
    model::{
        CallRow, GuestRow, HostRow, IdentificationFlow, Invitation, Knock, Meeting, MeetingRoom,
        Session,
    },
    rules::room::KnockState,
};
use serde_json::json;

row!(knock_columns of knocks, Knock {
        id,
        meeting_id,
        invitation_id,
        session_id,
        generation,
        state,
        since,
        decided_at,
        message,
    }
);

row!(GuestRow {
    id,
    invitation_id,
    state,
    since,
    booked_name,
    proven_name,
    method,
    level,
    identity_matched,
    camera,
    microphone,
    connection,
});

row!(HostRow { invitation_id, booked_name, proven_name, method });

row!(CallRow { at, step, invitation_id, name });

/// The rows that decide whether somebody may stay in a room.
#[derive(Clone, Debug)]
pub struct SeatRows {
    /// The invitation.
    pub invitation: Invitation,
    /// Its meeting.
    pub meeting: Meeting,
    /// The session. `None` if it has ended.
    pub session: Option<Session>,
    /// The session's flow for the invitation's current link.
    pub flow: Option<IdentificationFlow>,
    /// The session's knock with that link.
    pub knock: Option<Knock>,
    /// The room.
    pub room: Option<MeetingRoom>,
}

impl FromRow for SeatRows {
    fn from_row(row: &mut Columns<'_>) -> StoreResult<Self> {
        let (invitation, meeting) = FromRow::from_row(row)?;
        let (session, flow) = (row.joined()?, row.joined()?);
        Ok(Self { invitation, meeting, session, flow, knock: row.joined()?, room: row.joined()? })
    }
}

/// Rows with their person's place in the list.
struct Placed(i64, SeatRows);

impl FromRow for Placed {
    fn from_row(row: &mut Columns<'_>) -> StoreResult<Self> {
        Ok(Self(row.next()?, SeatRows::from_row(row)?))
    }
}

/// Text of the query of the rows of `$people`.
macro_rules! seat_rows {
    ($people:expr) => {
        concat!(
            "SELECT CAST(people.value ->> 2 AS BIGINT), ", invitation_columns!(), ", ", meeting_columns!(), ", ",
            session_columns!(), ", ", flow_columns!(), ", ", knock_columns!(), ", ", room_columns!(),
            " FROM ", $people, " AS people
             JOIN invitations ON invitations.id = people.value ->> 0
             JOIN meetings ON meetings.id = invitations.meeting_id
             LEFT JOIN sessions ON sessions.id = people.value ->> 1 AND sessions.last_active_at > $2
             LEFT JOIN flows ON flows.session_id = sessions.id AND flows.invitation_id = invitations.id
                AND flows.generation = invitations.generation
             LEFT JOIN knocks ON knocks.session_id = sessions.id
                AND knocks.invitation_id = invitations.id
                AND knocks.generation = invitations.generation
             LEFT JOIN rooms ON rooms.meeting_id = meetings.id"
        )
    };
}

/// Query of what decides whether people may stay.
const SEAT_ROWS: Sql = over_list!(seat_rows, "$1");

impl Tx {
    /// Returns a session's knock for an invitation with this generation of its link.
    pub async fn knock(
        &mut self,
        invitation: &str,
        generation: i64,
        session: &str,
    ) -> StoreResult<Option<Knock>> {
        query(concat!(
            "SELECT ",
            knock_columns!(),
            " FROM knocks WHERE invitation_id = $1 AND generation = $2 AND session_id = $3"
        ))
        .bind(invitation)
        .bind(generation)
        .bind(session)
        .fetch_optional(self)
        .await
    }

    /// Returns the meetings at which a session has knocked, in their order.
    pub async fn meetings_knocked_at(&mut self, session: &str) -> StoreResult<Vec<String>> {
        let meetings: Vec<(String,)> = query(
            "SELECT DISTINCT meeting_id FROM knocks WHERE session_id = $1 ORDER BY meeting_id",
        )
        .bind(session)
        .fetch_all(self)
        .await?;
        Ok(meetings.into_iter().map(|(meeting,)| meeting).collect())
    }

    /// Locks and returns a meeting's knock until the transaction ends. `None` if the meeting has no such knock.
    pub async fn lock_knock(&mut self, meeting: &str, id: &str) -> StoreResult<Option<Knock>> {
        query(locking!(
            "SELECT ",
            knock_columns!(),
            " FROM knocks WHERE id = $1 AND meeting_id = $2"
        ))
        .bind(id)
        .bind(meeting)
        .fetch_optional(self)
        .await
    }

    /// Adds a knock. An earlier one of the session for the invitation begins again, with a new id.
    pub async fn put_knock(&mut self, knock: &Knock) -> StoreResult<()> {
        query(
            "INSERT INTO knocks (id, meeting_id, invitation_id, session_id, generation, state, since,
                decided_at, message)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (invitation_id, session_id) DO UPDATE SET
                id = excluded.id, generation = excluded.generation, state = excluded.state,
                since = excluded.since, decided_at = excluded.decided_at, message = excluded.message",
        )
        .bind(&knock.id)
        .bind(&knock.meeting_id)
        .bind(&knock.invitation_id)
        .bind(&knock.session_id)
        .bind(knock.generation)
        .bind(knock.state.name())
        .bind(knock.since)
        .bind(knock.decided_at)
        .bind(&knock.message)
        .write(self)
        .await
    }

    /// Writes a decision on a knock, which the caller has locked. One that waits again waits from then on.
    pub async fn decide_knock(&mut self, id: &str, state: KnockState, at: Time) -> StoreResult<()> {
        query(
            "UPDATE knocks SET state = $2, decided_at = $3,
                since = CASE WHEN $2 = 'waiting' THEN $3 ELSE since END
             WHERE id = $1",
        )
        .bind(id)
        .bind(state.name())
        .bind(at)
        .write(self)
        .await
    }

    /// Writes a host's message to a guest.
    pub async fn tell_knock(&mut self, id: &str, message: &str) -> StoreResult<()> {
        query("UPDATE knocks SET message = $2 WHERE id = $1")
            .bind(id)
            .bind(message)
            .write(self)
            .await
    }

    /// Returns a meeting's guests who wait or were admitted since a time, the longest waiting first. Their sessions
    /// were active after `seen_after`, and their proofs and links are current.
    pub async fn guests(
        &mut self,
        meeting: &str,
        knocked_after: Time,
        seen_after: Time,
    ) -> StoreResult<Vec<GuestRow>> {
        query(
            "SELECT knocks.id, knocks.invitation_id, knocks.state, knocks.since, invitations.name,
                flows.name, flows.method, flows.level, flows.identity_matched, flows.camera,
                flows.microphone, flows.connection
             FROM knocks
             JOIN invitations ON invitations.id = knocks.invitation_id
                AND invitations.generation = knocks.generation AND invitations.withdrawn_at IS NULL
             JOIN sessions ON sessions.id = knocks.session_id AND sessions.last_active_at > $3
             JOIN flows ON flows.session_id = knocks.session_id
                AND flows.invitation_id = knocks.invitation_id
                AND flows.generation = knocks.generation
                AND flows.level IS NOT NULL AND flows.method IS NOT NULL
             WHERE knocks.meeting_id = $1 AND knocks.state IN ('waiting', 'admitted')
                AND knocks.since > $2
             ORDER BY knocks.since, knocks.id",
        )
        .bind(meeting)
        .bind(knocked_after)
        .bind(seen_after)
        .fetch_all(self)
        .await
    }

    /// Erases the knocks at a meeting until a time.
    pub async fn forget_knocks(&mut self, meeting: &str, until: Time) -> StoreResult<()> {
        query("DELETE FROM knocks WHERE meeting_id = $1 AND since <= $2")
            .bind(meeting)
            .bind(until)
            .write(self)
            .await
    }

    /// Returns the hosts of a meeting, in the order of the booking. A host who has identified has a row for each
    /// session that was active after a time, the latest proof first.
    pub async fn hosts(&mut self, meeting: &str, seen_after: Time) -> StoreResult<Vec<HostRow>> {
        query(
            "SELECT invitations.id, invitations.name, flows.name, flows.method
             FROM invitations
             LEFT JOIN flows ON flows.invitation_id = invitations.id
                AND flows.generation = invitations.generation AND flows.method IS NOT NULL
                AND EXISTS (SELECT 1 FROM sessions
                    WHERE sessions.id = flows.session_id AND sessions.last_active_at > $2)
             WHERE invitations.meeting_id = $1 AND invitations.role = 'host'
                AND invitations.withdrawn_at IS NULL
             ORDER BY invitations.position, flows.proven_at DESC",
        )
        .bind(meeting)
        .bind(seen_after)
        .fetch_all(self)
        .await
    }

    /// Returns the latest wishes to be called of a meeting's guests, the latest first.
    pub async fn calls_wanted(&mut self, meeting: &str, most: u32) -> StoreResult<Vec<CallRow>> {
        query(
            "SELECT events.at, events.step, invitations.id, invitations.name
             FROM events JOIN invitations ON invitations.id = events.invitation_id
             WHERE events.meeting_id = $1 AND events.kind = 'call-wanted'
             ORDER BY events.number DESC LIMIT $2",
        )
        .bind(meeting)
        .bind(i64::from(most))
        .fetch_all(self)
        .await
    }

    /// Returns what decides whether people may stay in their rooms, each by an invitation and a session that was active
    /// after a time. `None` for an invitation that is gone. In their order.
    pub async fn seat_rows<'a>(
        &mut self,
        people: impl ExactSizeIterator<Item = (&'a str, &'a str)>,
        seen_after: Time,
    ) -> StoreResult<Vec<Option<SeatRows>>> {
        let mut all = vec![None; people.len()];
        let people =
            list(people.enumerate().map(|(place, person)| json!([person.0, person.1, place])));
        let found: Vec<Placed> =
            query(SEAT_ROWS).bind(&people).bind(seen_after).fetch_all(self).await?;
        for Placed(place, rows) in found {
            if let Some(all) = usize::try_from(place).ok().and_then(|place| all.get_mut(place)) {
                *all = Some(rows);
            }
        }
        Ok(all)
    }
}
