use super::Conn;
use crate::{
    clock::Time,
    store::{Leases, StoreResult, dialect::Dialect},
};
use async_trait::async_trait;
use sqlx::{query, query_as};

/// Name of the row with the latest recorded time. It is no lease, but is stored like one.
const TIME: &str = "time";

/// Statements that move times after the clock was set back: `$1` is now, and `$2` is how far it was set back.
/// Each time is then as far from now as it was from the latest time.
const SHIFTED: [&str; 5] = [
    "UPDATE outbox SET due_at = due_at - $2, leased_until = leased_until - $2
     WHERE state = 'waiting' AND (due_at > $1 OR leased_until > $1)",
    "UPDATE bankid_orders SET due_at = due_at - $2, leased_until = leased_until - $2
     WHERE state IN ('opening', 'open', 'cancelling') AND (due_at > $1 OR leased_until > $1)",
    "UPDATE sends SET at = at - $2 WHERE at > $1",
    "UPDATE attempts SET at = at - $2 WHERE at > $1",
    "UPDATE sessions SET last_active_at = last_active_at - $2 WHERE last_active_at > $1",
];

#[async_trait]
impl Leases for Conn {
    async fn acquire_lease(&mut self, name: &str, now: Time, until: Time) -> StoreResult<bool> {
        let taken = query(
            "INSERT INTO leases (name, until) VALUES ($1, $3)
             ON CONFLICT (name) DO UPDATE SET until = excluded.until WHERE leases.until <= $2",
        )
        .bind(name)
        .bind(now)
        .bind(until)
        .execute(&mut *self.0)
        .await?;
        Ok(taken.rows_affected() == 1)
    }

    async fn latest_time(&mut self) -> StoreResult<Option<Time>> {
        let latest: Option<(Time,)> = query_as("SELECT until FROM leases WHERE name = $1")
            .bind(TIME)
            .fetch_optional(&mut *self.0)
            .await?;
        Ok(latest.map(|(latest,)| latest))
    }

    async fn reach_time(&mut self, now: Time) -> StoreResult<()> {
        query(
            "INSERT INTO leases (name, until) VALUES ($1, $2)
             ON CONFLICT (name) DO UPDATE SET until = excluded.until
             WHERE leases.until < excluded.until",
        )
        .bind(TIME)
        .bind(now)
        .execute(&mut *self.0)
        .await?;
        Ok(())
    }

    async fn set_back(
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
            query(ended).bind(latest).bind(since).execute(&mut *self.0).await?;
        }
        query("DELETE FROM sessions WHERE last_active_at <= $1")
            .bind(seen_since)
            .execute(&mut *self.0)
            .await?;
        let by = i64::try_from(latest.since(now).as_millis()).unwrap_or(i64::MAX);
        for shifted in SHIFTED {
            query(shifted).bind(now).bind(by).execute(&mut *self.0).await?;
        }
        // Ends every lease, our own included, and resets the recorded time.
        query("UPDATE leases SET until = $1 WHERE until > $1")
            .bind(now)
            .execute(&mut *self.0)
            .await?;
        Ok(())
    }

    async fn use_short_lock_timeout(&mut self) -> StoreResult<()> {
        if let Some(give_way) = Self::SHORT_LOCK_TIMEOUT {
            query(give_way).execute(&mut *self.0).await?;
        }
        Ok(())
    }
}
