//! SQLite: one file, one writer, any number of readers.

mod room;
pub(super) mod upkeep;
mod writer;

use super::{Store, StoreError, StoreResult, Transaction, error};
use async_trait::async_trait;
use sqlx::{
    ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::OpenOptions,
    io::ErrorKind,
    ops::{Deref, DerefMut},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::{task::spawn_blocking, time::sleep};
use writer::{Turn, Writer};

/// Reading connections. They don't wait for the writer.
const READERS: u32 = 4;

/// Maximum wait for others that use the database.
const PATIENCE: Duration = Duration::from_secs(10);

/// A SQLite database.
pub struct SqliteStore {
    path: PathBuf,
    readers: SqlitePool,
    writer: Writer,
}

impl SqliteStore {
    /// Opens or creates the database in this file, and migrates it.
    ///
    /// # Errors
    /// The file can't be opened, or belongs to another program.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Acknowledged writes survive a loss of power.
            .synchronous(SqliteSynchronous::Full)
            // Erased data must not stay in the file: freed pages are overwritten.
            .pragma("secure_delete", "ON")
            // Savepoints keep a copy of what they may undo: in memory, not in a file.
            .pragma("temp_store", "MEMORY")
            .busy_timeout(PATIENCE);
        keep_private(path)?;
        let mut writer = first_connection(&options).await?;
        upkeep::versions_in(&mut writer).await?;
        // One transaction around all migrations. Of processes that start on one file, one migrates it and the
        // others find it done.
        let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
        upkeep::MIGRATIONS.run_direct(None, &mut *tx, false).await?;
        tx.commit().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(PATIENCE)
            // A file does not disappear as a server does.
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await?;
        Ok(Self { path: path.to_owned(), readers, writer: Writer::new(options, writer) })
    }
}

/// Connects to a file that may be new. If several connections give it its write-ahead log at once, SQLite
/// admits one and refuses the others without a wait, whatever their `busy_timeout`.
async fn first_connection(options: &SqliteConnectOptions) -> sqlx::Result<SqliteConnection> {
    const PAUSE: Duration = Duration::from_millis(20);
    let mut patience = PATIENCE;
    loop {
        match options.connect().await {
            Err(error) if error::is_busy(&error) && !patience.is_zero() => {
                sleep(PAUSE).await;
                patience = patience.saturating_sub(PAUSE);
            }
            connected => return connected,
        }
    }
}

/// Creates the file, if there is none, so that only this user can read it. SQLite's files beside it get the
/// same mode.
///
/// An existing file is not opened: closing it would release this process's locks on it
/// (<https://www.sqlite.org/howtocorrupt.html>, section 2.2).
fn keep_private(path: &Path) -> Result<(), StoreError> {
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

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> StoreResult<Box<dyn Transaction>> {
        Ok(Box::new(Conn(Access::Reading(self.readers.begin().await?))))
    }

    async fn write(&self) -> StoreResult<Box<dyn Transaction>> {
        Ok(Box::new(Conn(Access::Writing(self.writer.turn().await?))))
    }

    async fn has_room(&self) -> StoreResult<()> {
        error::not_full()?;
        let path = self.path.clone();
        // A disk that hangs must hold nobody else up.
        let room = spawn_blocking(move || room::is_there(&path)).await;
        if room.unwrap_or(true) { Ok(()) } else { Err(StoreError::no_room()) }
    }

    async fn after_erasure(&self) -> StoreResult<bool> {
        upkeep::empty_journal(&self.readers).await
    }
}

/// A SQLite transaction.
pub(super) struct Conn(Access);

/// The connection of a transaction.
enum Access {
    Reading(sqlx::Transaction<'static, Sqlite>),
    Writing(Turn),
}

impl Deref for Access {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Reading(transaction) => transaction,
            Self::Writing(turn) => turn,
        }
    }
}

impl DerefMut for Access {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Reading(transaction) => transaction,
            Self::Writing(turn) => turn,
        }
    }
}

#[async_trait]
impl Transaction for Conn {
    async fn commit(self: Box<Self>) -> StoreResult<()> {
        match self.0 {
            Access::Reading(transaction) => Ok(transaction.commit().await?),
            Access::Writing(turn) => turn.commit().await,
        }
    }
}

#[path = "statements/mod.rs"]
mod statements;

#[cfg(test)]
mod tests;
