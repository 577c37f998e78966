//! Servers that hold built-in rooms.

use super::{
    StoreResult, Tx,
    query::{query, row},
};
use crate::{clock::Time, model::RoomServer};

row!(RoomServer { name, process, signal_url, media, people });

impl Tx {
    /// Registers a server again, or for the first time if `again` is not set. Returns `false` if another process has
    /// registered by the name in between: then two of them have it.
    pub async fn register_server(
        &mut self,
        server: &RoomServer,
        again: bool,
        now: Time,
    ) -> StoreResult<bool> {
        let (shared_at,): (Option<Time>,) = query(
            "INSERT INTO servers (name, process, signal_url, media, people, seen_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (name) DO UPDATE SET process = excluded.process, signal_url = excluded.signal_url,
                media = excluded.media, people = excluded.people, seen_at = excluded.seen_at,
                shared_at = CASE WHEN $7 AND servers.process <> excluded.process THEN excluded.seen_at
                    ELSE servers.shared_at END
             RETURNING shared_at",
        )
        .bind(&server.name)
        .bind(&server.process)
        .bind(&server.signal_url)
        .bind(server.media)
        .bind(server.people)
        .bind(now)
        .bind(again)
        .fetch_one(self)
        .await?;
        Ok(shared_at != Some(now))
    }

    /// Forgets the server of a process.
    pub async fn forget_server(&mut self, process: &str) -> StoreResult<()> {
        query("DELETE FROM servers WHERE process = $1").bind(process).execute(self).await?;
        Ok(())
    }

    /// Forgets servers that were not seen since a time.
    pub async fn forget_lost_servers(&mut self, seen_before: Time) -> StoreResult<()> {
        query("DELETE FROM servers WHERE seen_at < $1").bind(seen_before).execute(self).await?;
        Ok(())
    }

    /// Returns a server by its name. `None` if it was never seen, or was forgotten.
    pub async fn room_server(&mut self, name: &str) -> StoreResult<Option<RoomServer>> {
        query("SELECT name, process, signal_url, media, people FROM servers WHERE name = $1")
            .bind(name)
            .fetch_optional(self)
            .await
    }

    /// Returns the servers that were seen after a time, the one with the fewest people first: all, or those with an
    /// SFU.
    pub async fn room_servers(
        &mut self,
        seen_after: Time,
        with_media: bool,
    ) -> StoreResult<Vec<RoomServer>> {
        query(
            "SELECT name, process, signal_url, media, people FROM servers
             WHERE seen_at > $1 AND (media OR NOT $2) ORDER BY people, name",
        )
        .bind(seen_after)
        .bind(with_media)
        .fetch_all(self)
        .await
    }

    /// Counts somebody who is on the way to a server, until it registers again.
    pub async fn count_on_server(&mut self, name: &str) -> StoreResult<()> {
        query("UPDATE servers SET people = people + 1 WHERE name = $1").bind(name).write(self).await
    }

    /// Returns the time at which two processes were last seen to have a name. `None` if they never were.
    pub async fn server_shared_at(&mut self, name: &str) -> StoreResult<Option<Time>> {
        let row: Option<(Option<Time>,)> = query("SELECT shared_at FROM servers WHERE name = $1")
            .bind(name)
            .fetch_optional(self)
            .await?;
        Ok(row.and_then(|(shared_at,)| shared_at))
    }
}
