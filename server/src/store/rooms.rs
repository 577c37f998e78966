//! Built-in rooms: who holds them, and what their hosts have decided.

use super::{
    StoreResult, Tx,
    query::{Sql, locking, query, row},
};
use crate::{
    clock::Time,
    model::{MeetingRoom, RoomLease},
};

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

    /// Takes a room for a server until a time, or prolongs its lease: if nobody holds it, the holder's lease has
    /// ended, or the server holds it already. Returns the holder afterwards, which is another server if that one's
    /// lease lasts.
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
             WHERE meeting_id = $1 AND (server IS NULL OR server = $2 OR leased_until <= $3)",
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

    /// Prolongs a server's lease of a room. Returns `false` if another server has taken the room since.
    pub async fn renew_room(
        &mut self,
        meeting: &str,
        lease: &RoomLease,
        until: Time,
    ) -> StoreResult<bool> {
        let done = query(
            "UPDATE rooms SET leased_until = $4
             WHERE meeting_id = $1 AND server = $2 AND epoch = $3",
        )
        .bind(meeting)
        .bind(&lease.server)
        .bind(lease.epoch)
        .bind(until)
        .execute(self)
        .await?;
        Ok(done == 1)
    }

    /// Gives up a server's rooms, so that they can be taken again at once.
    pub async fn release_rooms(&mut self, server: &str) -> StoreResult<()> {
        query("UPDATE rooms SET server = NULL, leased_until = 0 WHERE server = $1")
            .bind(server)
            .write(self)
            .await
    }
}
