//! Work that one server does for all servers of the database.

use super::{StoreResult, Tx, query::query};
use crate::clock::Time;

/// Name of the row with the latest recorded time. It is no lease, but is stored like one.
const TIME: &str = "time";

/// Statements that move times after the clock was set back: `$1` is now, and `$2` is how far it was set back.
/// Each time is then as far from now as it was from the latest time.
const SHIFTED: [&str; 8] = [
    "UPDATE outbox SET due_at = due_at - $2, leased_until = leased_until - $2
     WHERE state = 'waiting' AND (due_at > $1 OR leased_until > $1)",
    "UPDATE bankid_orders SET due_at = due_at - $2, leased_until = leased_until - $2
     WHERE state IN ('opening', 'open', 'cancelling') AND (due_at > $1 OR leased_until > $1)",
    "UPDATE sends SET at = at - $2 WHERE at > $1",
    "UPDATE attempts SET at = at - $2 WHERE at > $1",
    "UPDATE reports SET written_at = written_at - $2 WHERE written_at > $1",
    "UPDATE sessions SET last_active_at = last_active_at - $2 WHERE last_active_at > $1",
    "UPDATE rooms SET leased_until = leased_until - $2, host_seen_at = host_seen_at - $2,
        changed_at = changed_at - $2
     WHERE leased_until > $1 OR host_seen_at > $1 OR changed_at > $1",
    "UPDATE servers SET seen_at = seen_at - $2 WHERE seen_at > $1",
];

impl Tx {
    /// Acquires the lease of this name until `until`. Returns `false` if another server has it.
    pub async fn acquire_lease(&mut self, name: &str, now: Time, until: Time) -> StoreResult<bool> {
        let taken = query(
            "INSERT INTO leases (name, until) VALUES ($1, $3)
             ON CONFLICT (name) DO UPDATE SET until = excluded.until WHERE leases.until <= $2",
        )
        .bind(name)
        .bind(now)
        .bind(until)
        .execute(self)
        .await?;
        Ok(taken == 1)
    }

    /// Returns the latest time that any server recorded. `None` before the first.
    pub async fn latest_time(&mut self) -> StoreResult<Option<Time>> {
        let latest: Option<(Time,)> = query("SELECT until FROM leases WHERE name = $1")
            .bind(TIME)
            .fetch_optional(self)
            .await?;
        Ok(latest.map(|(latest,)| latest))
    }

    /// Records a time, unless a later one was recorded.
    pub async fn reach_time(&mut self, now: Time) -> StoreResult<()> {
        query(
            "INSERT INTO leases (name, until) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET until = excluded.until
             WHERE leases.until < excluded.until",
        )
        .bind(TIME)
        .bind(now)
        .write(self)
        .await
    }

    /// Repairs what was written before the clock was set back from `latest` to `now`. Expired codes, logins
    /// started before `logins_since` and sessions without activity since `seen_since` end for good. What
    /// waits and what is counted moves: it is as far from `now` as it was from `latest`.
    pub async fn set_back(
        &mut self,
        latest: Time,
        now: Time,
        logins_since: Time,
        seen_since: Time,
    ) -> StoreResult<()> {
        self.use_short_lock_timeout().await?;
        for (ended, since) in [
            (
                "UPDATE challenges SET expired_at = $1
                 WHERE expires_at <= $2 AND expired_at IS NULL AND consumed_at IS NULL",
                latest,
            ),
            (
                "UPDATE oidc_logins SET used_at = $1 WHERE begun_at <= $2 AND used_at IS NULL",
                logins_since,
            ),
        ] {
            query(ended).bind(latest).bind(since).execute(self).await?;
        }
        query("DELETE FROM sessions WHERE last_active_at <= $1")
            .bind(seen_since)
            .execute(self)
            .await?;
        let by = i64::try_from(latest.since(now).as_millis()).unwrap_or(i64::MAX);
        for shifted in SHIFTED {
            query(shifted).bind(now).bind(by).write(self).await?;
        }
        // Ends every lease, our own included, and resets the recorded time.
        query("UPDATE leases SET until = $1 WHERE until > $1").bind(now).write(self).await
    }

    /// Sets a short lock timeout for this bulk transaction. The caller retries.
    pub async fn use_short_lock_timeout(&mut self) -> StoreResult<()> {
        if self.has_other_writers() {
            // Shorter than the server's deadlock timeout, so that the server need not choose which transaction
            // to abort.
            query("SET LOCAL lock_timeout = '200ms'").execute(self).await?;
        }
        Ok(())
    }
}
