//! SQLite: one file, one writer, any number of readers.

pub(super) mod upkeep;
mod writer;

use super::{Store, StoreError, Stored, Tx};
use async_trait::async_trait;
use sqlx::{
    ConnectOptions, Connection, Sqlite, SqliteConnection, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs::OpenOptions,
    ops::{Deref, DerefMut},
    path::Path,
    time::Duration,
};
use writer::{Turn, Writer};

/// Readers at a time; they don't wait for the writer.
const READERS: u32 = 4;

/// A SQLite database.
pub struct SqliteStore {
    readers: SqlitePool,
    writer: Writer,
}

impl SqliteStore {
    /// Opens, or makes, the database in that file and brings it up to date.
    ///
    /// # Errors
    /// The file can't be opened or is of another program.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was acknowledged survives a loss of power.
            .synchronous(SqliteSynchronous::Full)
            // Erased is erased: freed pages are overwritten.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(10));
        keep_private(path)?;
        let mut writer = options.connect().await?;
        // One transaction around all of it: of processes that start on one file, one brings it up to date
        // and the others then find it so.
        let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
        upkeep::MIGRATIONS.run_direct(None, &mut *tx, false).await?;
        tx.commit().await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(10))
            // A file does not go away like a server does.
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await?;
        Ok(Self { readers, writer: Writer::new(options, writer) })
    }
}

/// Makes the file, where there is none, for nobody but us to read; its companions take after it.
fn keep_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(sqlx::Error::Io)?;
    Ok(())
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> Stored<Box<dyn Tx>> {
        Ok(Box::new(Conn(Access::Reading(self.readers.begin().await?))))
    }

    async fn write(&self) -> Stored<Box<dyn Tx>> {
        Ok(Box::new(Conn(Access::Writing(self.writer.turn().await?))))
    }

    async fn after_erasure(&self) -> Stored<bool> {
        upkeep::empty_journal(&self.readers).await
    }
}

/// A transaction of this database.
pub(super) struct Conn(Access);

/// What a transaction goes over.
enum Access {
    Reading(Transaction<'static, Sqlite>),
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
impl Tx for Conn {
    async fn commit(self: Box<Self>) -> Stored<()> {
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
