//! What keeps a file in order, beside the transactions.

use super::PATIENCE;
use crate::store::{
    Stored,
    upkeep::{self, Health},
};
use sqlx::{
    Connection, SqliteConnection, SqlitePool, migrate::Migrator, query, query_as,
    sqlite::SqliteConnectOptions,
};
use std::path::Path;

/// The tables, version by version.
pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Brings all of the journal into the file, which overwrites there what was erased, and empties it.
/// False when somebody still needs the journal as it is.
pub(super) async fn empty_journal(file: &SqlitePool) -> Stored<bool> {
    let (busy, ..): (i64, i64, i64) =
        query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(file).await?;
    Ok(busy == 0)
}

/// A connection to a file that is there, which is left as it is.
async fn connect(path: &Path) -> Stored<SqliteConnection> {
    let options =
        SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(PATIENCE);
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// The versions that a file's tables were brought to; none where there is no file.
pub(in crate::store) async fn versions(path: &Path) -> Stored<Vec<i64>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut database = connect(path).await?;
    let versions = versions_in(&mut database).await?;
    database.close().await?;
    Ok(versions)
}

async fn versions_in(database: &mut SqliteConnection) -> Stored<Vec<i64>> {
    let (tables,): (i64,) =
        query_as("SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *database)
            .await?;
    if tables == 0 {
        return Ok(Vec::new());
    }
    upkeep::applied(database).await
}

/// Looks whether a file is sound and can be written to.
pub(in crate::store) async fn check(path: &Path) -> Stored<Health> {
    let mut database = connect(path).await?;
    let versions = versions_in(&mut database).await?;
    let health = Health::of(&MIGRATIONS, &versions);
    if !matches!(health, Health::Sound { .. }) {
        return Ok(health);
    }
    let (found,): (String,) = query_as("PRAGMA quick_check(1)").fetch_one(&mut database).await?;
    if found != "ok" {
        return Ok(Health::Damaged);
    }
    // Undone: what counts is that it may be written.
    let mut tx = database.begin_with("BEGIN IMMEDIATE").await?;
    query("INSERT INTO turns (name, until) VALUES ('doctor', 0) ON CONFLICT (name) DO NOTHING")
        .execute(&mut *tx)
        .await?;
    tx.rollback().await?;
    database.close().await?;
    Ok(health)
}
