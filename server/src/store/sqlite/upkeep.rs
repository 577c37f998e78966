//! Upkeep of a SQLite file: journal, versions and health checks.

use super::{PATIENCE, room};
use crate::store::{
    StoreResult,
    error::Unfit,
    upkeep::{self, Health},
};
use sqlx::{
    Connection, SqliteConnection, migrate::Migrator, query, query_as, sqlite::SqliteConnectOptions,
};
use std::{fs::OpenOptions, io::ErrorKind, path::Path};

/// The migrations.
pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");

/// Moves the whole journal into the file, which overwrites erased data there, and empties the journal.
/// Returns `false` if somebody still needs the journal.
pub(super) fn empty_journal(file: &rusqlite::Connection) -> StoreResult<bool> {
    let busy: i64 = file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// Returns the folder of a file.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Connects to an existing file, and leaves it as it is.
async fn connect(path: &Path) -> StoreResult<SqliteConnection> {
    let options =
        SqliteConnectOptions::new().filename(path).create_if_missing(false).busy_timeout(PATIENCE);
    Ok(SqliteConnection::connect_with(&options).await?)
}

/// Returns the applied versions. Empty if there is no file.
pub(in crate::store) async fn versions(path: &Path) -> StoreResult<Vec<i64>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let mut database = connect(path).await?;
    let versions = versions_in(&mut database).await?;
    database.close().await?;
    Ok(versions)
}

/// Returns the applied versions of a database that is connected. Empty if there are no tables.
pub(super) async fn versions_in(database: &mut SqliteConnection) -> StoreResult<Vec<i64>> {
    let (tables,): (i64,) =
        query_as("SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
            .fetch_one(&mut *database)
            .await?;
    if tables == 0 {
        return Ok(Vec::new());
    }
    upkeep::applied(&MIGRATIONS, database).await
}

/// Checks that a file is undamaged, up to date and writable.
pub(in crate::store) async fn check(path: &Path) -> StoreResult<Health> {
    // SQLite has one code for everything that can prevent this. Nobody else in this process has the file
    // open, so closing it releases nobody's locks.
    match OpenOptions::new().read(true).write(true).open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound && folder(path).is_dir() => {
            return Err(Unfit("there is none yet: run `anslut migrate`").into());
        }
        Err(error) => return Err(sqlx::Error::Io(error).into()),
    }
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
    if !room::is_there(path) {
        return Ok(Health::Full);
    }
    // Rolled back: it only shows that the file is writable.
    let mut tx = database.begin_with("BEGIN IMMEDIATE").await?;
    query("INSERT INTO leases (name, until) VALUES ('doctor', 0) ON CONFLICT (name) DO NOTHING")
        .execute(&mut *tx)
        .await?;
    tx.rollback().await?;
    database.close().await?;
    Ok(health)
}
