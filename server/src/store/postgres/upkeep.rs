//! Upkeep of a PostgreSQL database: vacuum, versions and health checks.

use super::{BOUNDS, CONNECTED_WITHIN, pooler, unbounded};
use crate::store::{
    StoreResult,
    upkeep::{self, Health},
};
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, migrate::Migrator, postgres::PgConnectOptions, query,
    query_as,
};
use std::str::FromStr;
use tokio::time;

/// The migrations.
pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Tables from which personal data is erased.
const ERASED_FROM: [&str; 16] = [
    "meetings",
    "earlier_details",
    "invitations",
    "sessions",
    "flows",
    "challenges",
    "attempts",
    "sends",
    "bankid_orders",
    "oidc_logins",
    "outbox",
    "reports",
    "events",
    "idempotency_keys",
    "reminders",
    "api_tokens",
];

/// Removes erased rows from their pages. Waits for no lock and blocks nobody.
pub(super) async fn vacuum(options: &PgConnectOptions) -> StoreResult<()> {
    let mut database = connect(options).await?;
    query(AssertSqlSafe(format!("VACUUM {}", ERASED_FROM.join(", "))))
        .execute(&mut database)
        .await?;
    Ok(database.close().await?)
}

pub(super) async fn connect(options: &PgConnectOptions) -> StoreResult<PgConnection> {
    let connect = PgConnection::connect_with(options);
    Ok(time::timeout(CONNECTED_WITHIN, connect).await.map_err(|_| sqlx::Error::PoolTimedOut)??)
}

fn options(url: &str) -> StoreResult<PgConnectOptions> {
    Ok(PgConnectOptions::from_str(url)?.application_name("anslut"))
}

async fn at(url: &str) -> StoreResult<PgConnection> {
    connect(&unbounded(&options(url)?)).await
}

/// Returns the applied versions. Empty if there are no tables.
pub(in crate::store) async fn versions(url: &str) -> StoreResult<Vec<i64>> {
    let mut database = at(url).await?;
    let versions = versions_in(&mut database).await?;
    database.close().await?;
    Ok(versions)
}

/// Returns the applied versions of a database that is connected. Empty if there are no tables.
pub(super) async fn versions_in(database: &mut PgConnection) -> StoreResult<Vec<i64>> {
    let (there,): (bool,) = query_as("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *database)
        .await?;
    if !there {
        return Ok(Vec::new());
    }
    upkeep::applied(&MIGRATIONS, database).await
}

/// Checks that a database is up to date and writable.
pub(in crate::store) async fn check(url: &str) -> StoreResult<Health> {
    pooler::refuse(&options(url)?.options(BOUNDS), BOUNDS[0]).await?;
    let mut database = at(url).await?;
    let versions = versions_in(&mut database).await?;
    let health = Health::of(&MIGRATIONS, &versions);
    if matches!(health, Health::Sound { .. }) {
        // Rolled back: it only shows that the database is writable.
        let mut tx = database.begin().await?;
        query(
            "INSERT INTO leases (name, until) VALUES ('doctor', 0) ON CONFLICT (name) DO NOTHING",
        )
        .execute(&mut *tx)
        .await?;
        tx.rollback().await?;
    }
    database.close().await?;
    Ok(health)
}
