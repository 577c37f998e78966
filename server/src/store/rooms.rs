//! Built-in rooms: who holds them, and what their hosts have decided.

use super::{
    StoreResult, Tx,
    query::{Sql, list, locking, over_list, query, row},
};
use crate::{
    clock::Time,
    model::{HeldRoom, MeetingRoom, RoomLease},
};
use serde_json::json;

row!(room_columns of rooms, MeetingRoom {
        meeting_id,
        server,
        epoch,
        leased_until,
        locked,
        opened_at,
        ended_at,
        host_seen_at,
        told_at,
        version,
    }
);
pub(super) use room_columns;

row!(RoomLease { server, epoch });

/// Query of a room by its meeting.
macro_rules! room_query {
    () => {
        concat!("SELECT ", room_columns!(), " FROM rooms WHERE meeting_id = $1")
    };
}

/// Text of a renewal of `$rows`. The rows are locked in one order, so that two batches don't deadlock.
macro_rules! renewal {
    ($rows:expr, $lock:expr) => {
        concat!(
            "UPDATE rooms SET leased_until = $2,
                host_seen_at = CASE WHEN held.has_host = 1 THEN $3 ELSE host_seen_at END,
                version = version + held.has_come,
                changed_at = CASE WHEN held.has_come = 1 THEN $3 ELSE changed_at END
             FROM (
                SELECT rooms.meeting_id AS id, rooms.epoch AS held_in,
                    CAST(rows.value ->> 2 AS BIGINT) AS has_host,
                    CASE WHEN CAST(rows.value ->> 2 AS BIGINT) = 1
                        AND COALESCE(rooms.host_seen_at, 0) < $4 THEN 1 ELSE 0 END AS has_come
                FROM ",
            $rows,
            " AS rows JOIN rooms ON rooms.meeting_id = rows.value ->> 0
                    AND rooms.epoch = CAST(rows.value ->> 1 AS BIGINT)
                WHERE rooms.server = $1 ORDER BY rooms.meeting_id",
            $lock,
            ") AS held
             WHERE rooms.meeting_id = held.id AND rooms.epoch = held.held_in AND rooms.server = $1
             RETURNING meeting_id"
        )
    };
}

/// Renewal of the leases of many rooms.
const RENEW: Sql = over_list!(renewal, "$5", "rooms");

impl Tx {
    /// Returns a meeting's room. `None` before somebody has come to it.
    pub async fn room(&mut self, meeting: &str) -> StoreResult<Option<MeetingRoom>> {
        query(room_query!()).bind(meeting).fetch_optional(self).await
    }

    /// Locks a meeting's room until the transaction ends, and returns it. Creates it if there is none.
    pub async fn lock_room(&mut self, meeting: &str, now: Time) -> StoreResult<MeetingRoom> {
        let found = query(locking!(room_query!())).bind(meeting).fetch_optional(self).await?;
        if let Some(found) = found {
            return Ok(found);
        }
        query(
            "INSERT INTO rooms (meeting_id, epoch, leased_until, locked, version, changed_at)
             VALUES ($1, 0, 0, FALSE, 0, $2) ON CONFLICT (meeting_id) DO NOTHING",
        )
        .bind(meeting)
        .bind(now)
        .execute(self)
        .await?;
        query(locking!(room_query!())).bind(meeting).fetch_one(self).await
    }

    /// Counts a change of a room's waiting room.
    pub async fn change_room(&mut self, meeting: &str, now: Time) -> StoreResult<()> {
        query("UPDATE rooms SET version = version + 1, changed_at = $2 WHERE meeting_id = $1")
            .bind(meeting)
            .bind(now)
            .write(self)
            .await
    }

    /// Returns the rooms that have changed since a time, with their versions.
    pub async fn rooms_changed(&mut self, since: Time) -> StoreResult<Vec<(String, i64)>> {
        query("SELECT meeting_id, version FROM rooms WHERE changed_at >= $1")
            .bind(since)
            .fetch_all(self)
            .await
    }

    /// Opens a room for its guests. One that was ended before its meeting was moved begins again.
    pub async fn open_room(&mut self, meeting: &str, now: Time) -> StoreResult<()> {
        query(
            "UPDATE rooms SET opened_at = $2, ended_at = NULL, locked = FALSE
             WHERE meeting_id = $1 AND (opened_at IS NULL OR ended_at IS NOT NULL)",
        )
        .bind(meeting)
        .bind(now)
        .write(self)
        .await
    }

    /// Locks a room for those who have not knocked, or lets them knock again.
    pub async fn set_room_locked(&mut self, meeting: &str, locked: bool) -> StoreResult<()> {
        query("UPDATE rooms SET locked = $2 WHERE meeting_id = $1")
            .bind(meeting)
            .bind(locked)
            .write(self)
            .await
    }

    /// Ends the meeting in a room.
    pub async fn end_room(&mut self, meeting: &str, now: Time) -> StoreResult<()> {
        query("UPDATE rooms SET ended_at = $2, host_seen_at = NULL WHERE meeting_id = $1")
            .bind(meeting)
            .bind(now)
            .write(self)
            .await
    }

    /// Ends a bounded number of rooms that were opened and whose meetings ended before a time. Returns their
    /// meetings.
    pub async fn end_overdue_rooms(
        &mut self,
        ended_before: Time,
        now: Time,
    ) -> StoreResult<Vec<String>> {
        self.use_short_lock_timeout().await?;
        let ended: Vec<(String,)> = query(
            "UPDATE rooms SET ended_at = $2, host_seen_at = NULL, version = version + 1, changed_at = $2
             WHERE opened_at IS NOT NULL AND ended_at IS NULL AND meeting_id IN (
                SELECT rooms.meeting_id FROM rooms JOIN meetings ON meetings.id = rooms.meeting_id
                WHERE rooms.opened_at IS NOT NULL AND rooms.ended_at IS NULL AND meetings.ends_at <= $1
                ORDER BY rooms.meeting_id LIMIT 100)
             RETURNING meeting_id",
        )
        .bind(ended_before)
        .bind(now)
        .fetch_all(self)
        .await?;
        Ok(ended.into_iter().map(|(meeting,)| meeting).collect())
    }

    /// Records that a host is inside, or with `None` that none is any more.
    pub async fn set_host_seen(&mut self, meeting: &str, at: Option<Time>) -> StoreResult<()> {
        query("UPDATE rooms SET host_seen_at = $2 WHERE meeting_id = $1")
            .bind(meeting)
            .bind(at)
            .write(self)
            .await
    }

    /// Records that hosts were notified that somebody waits.
    pub async fn set_hosts_told(&mut self, meeting: &str, at: Time) -> StoreResult<()> {
        query("UPDATE rooms SET told_at = $2 WHERE meeting_id = $1")
            .bind(meeting)
            .bind(at)
            .write(self)
            .await
    }

    /// Takes a room for a server until a time, if nobody holds it or the holder's lease has ended. Returns the holder
    /// afterwards, which is another server if that one's lease lasts. Only a server itself prolongs a lease
    /// ([`Tx::renew_rooms`]): one that has died would otherwise hold its rooms as long as somebody asks for them.
    pub async fn take_room(
        &mut self,
        meeting: &str,
        server: &str,
        now: Time,
        until: Time,
    ) -> StoreResult<RoomLease> {
        self.lock_room(meeting, now).await?;
        query(
            "UPDATE rooms SET
                epoch = CASE WHEN server = $2 THEN epoch ELSE epoch + 1 END,
                server = $2, leased_until = $4
             WHERE meeting_id = $1 AND (server IS NULL OR leased_until <= $3)",
        )
        .bind(meeting)
        .bind(server)
        .bind(now)
        .bind(until)
        .execute(self)
        .await?;
        query("SELECT server, epoch FROM rooms WHERE meeting_id = $1")
            .bind(meeting)
            .fetch_one(self)
            .await
    }

    /// Prolongs a server's leases of rooms until a time, and records the hosts inside. A host who was not seen since
    /// `present_since` is news for the waiting room. Returns the meetings of the rooms that the server still holds.
    pub async fn renew_rooms(
        &mut self,
        server: &str,
        rooms: &[HeldRoom],
        (now, until, present_since): (Time, Time, Time),
    ) -> StoreResult<Vec<String>> {
        let held = list(
            rooms.iter().map(|room| json!([room.meeting_id, room.epoch, i64::from(room.has_host)])),
        );
        let renewed: Vec<(String,)> = query(RENEW)
            .bind(server)
            .bind(until)
            .bind(now)
            .bind(present_since)
            .bind(&held)
            .fetch_all(self)
            .await?;
        Ok(renewed.into_iter().map(|(meeting,)| meeting).collect())
    }

    /// Returns the holder of a room whose lease lasts. `None` if there is none.
    pub async fn room_holder(
        &mut self,
        meeting: &str,
        now: Time,
    ) -> StoreResult<Option<RoomLease>> {
        query(
            "SELECT server, epoch FROM rooms
             WHERE meeting_id = $1 AND server IS NOT NULL AND leased_until > $2",
        )
        .bind(meeting)
        .bind(now)
        .fetch_optional(self)
        .await
    }

    /// Gives up a server's rooms, so that they can be taken again at once.
    pub async fn release_rooms(&mut self, server: &str) -> StoreResult<()> {
        query("UPDATE rooms SET server = NULL, leased_until = 0 WHERE server = $1")
            .bind(server)
            .write(self)
            .await
    }
}
