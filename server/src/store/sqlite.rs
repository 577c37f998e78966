//! SQLite: one file, one writer, any number of readers.

mod readers;
mod room;
pub(super) mod upkeep;
mod writer;

pub(super) use super::{StoreError, StoreResult, Tx, error};
pub(super) use readers::Reader;
use readers::Readers;
use rusqlite::{OpenFlags, config::DbConfig};
use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};
use std::{fs::OpenOptions, io::ErrorKind, path::Path, sync::Arc, time::Duration};
use tokio::{task::spawn_blocking, time::sleep};
use writer::Writer;

/// Maximum wait for others that use the database.
const PATIENCE: Duration = Duration::from_secs(10);

/// Number of statements that a connection keeps compiled. More than there are.
const COMPILED: usize = 256;

/// Pages in the write-ahead log after which a commit copies them into the database: 16 MB. With 1,000, which is
/// SQLite's default, the writer spends a tenth of its time on copies of pages that soon change again.
const COPIED_AFTER: u32 = 4_000;

/// A SQLite database.
#[derive(Clone)]
pub struct SqliteStore {
    path: Arc<Path>,
    readers: Readers,
    pub(super) writer: Writer,
}

impl SqliteStore {
    /// Opens or creates the database in this file, and migrates it.
    ///
    /// # Errors
    /// The file can't be opened, or belongs to another program.
    pub async fn open(path: &Path) -> StoreResult<Self> {
        keep_private(path)?;
        let mut first = first_connection(path).await?;
        upkeep::versions_in(&mut first).await?;
        // One transaction around all migrations. Of processes that start on one file, one migrates it and the
        // others find it done.
        let mut tx = first.begin_with("BEGIN IMMEDIATE").await?;
        upkeep::MIGRATIONS.run_direct(None, &mut *tx, false).await?;
        tx.commit().await?;
        let store = Self {
            path: path.into(),
            readers: Readers::open(path)?,
            writer: Writer::open(path.to_owned())?,
        };
        // Not before the others are open: the last to close a file takes its write-ahead log along.
        first.close().await?;
        Ok(store)
    }

    /// Begins a reading transaction.
    pub(super) async fn read(&self) -> StoreResult<Tx> {
        self.readers.begin().await.map(Tx::reading)
    }

    /// Begins a reading transaction of one statement.
    pub(super) async fn read_once(&self) -> StoreResult<Tx> {
        self.readers.once().await.map(Tx::reading)
    }

    pub(super) async fn has_room(&self) -> StoreResult<()> {
        error::not_full()?;
        let path = Arc::clone(&self.path);
        // A disk that hangs must hold nobody else up.
        let room = spawn_blocking(move || room::is_there(&path)).await;
        if room.unwrap_or(true) { Ok(()) } else { Err(StoreError::no_room()) }
    }

    pub(super) async fn after_erasure(&self) -> StoreResult<bool> {
        let path = Arc::clone(&self.path);
        let emptied = spawn_blocking(move || upkeep::empty_journal(&connect(&path)?)).await;
        emptied.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}

/// Connects to a migrated file.
fn connect(path: &Path) -> StoreResult<rusqlite::Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(COMPILED);
    // A plan that depended on bound values would be made again for new ones.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "wal_autocheckpoint", COPIED_AFTER)?;
    connection.execute_batch(
        // With `FULL`, acknowledged writes survive a loss of power. Erased data must not stay in the file, so
        // freed pages are overwritten. Savepoints keep a copy of what they may undo: in memory, not in a file.
        "PRAGMA foreign_keys = ON;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// Connects to a file that may be new. If several connections give it its write-ahead log at once, SQLite
/// admits one and refuses the others without a wait, whatever their `busy_timeout`.
async fn first_connection(path: &Path) -> StoreResult<SqliteConnection> {
    const PAUSE: Duration = Duration::from_millis(20);
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("secure_delete", "ON")
        .busy_timeout(PATIENCE);
    let mut patience = PATIENCE;
    loop {
        match options.connect().await {
            Err(error) if error::is_busy(&error) && !patience.is_zero() => {
                sleep(PAUSE).await;
                patience = patience.saturating_sub(PAUSE);
            }
            connected => return Ok(connected?),
        }
    }
}

/// Creates the file, if there is none, so that only this user can read it. SQLite's files beside it get the
/// same mode.
///
/// An existing file is not opened: closing it would release this process's locks on it
/// (<https://www.sqlite.org/howtocorrupt.html>, section 2.2).
fn keep_private(path: &Path) -> StoreResult<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(sqlx::Error::Io(error).into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
