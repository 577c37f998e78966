//! SQLite: one file, one writer, any number of readers.

use super::{Store, StoreError, Stored, Tx};
use async_trait::async_trait;
use sqlx::{
    Sqlite, SqlitePool, Transaction,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{fs::OpenOptions, path::Path, time::Duration};

/// Readers at a time; they don't wait for the writer.
const READERS: u32 = 4;

/// A SQLite database.
pub struct SqliteStore {
    readers: SqlitePool,
    /// A single connection: SQLite has one writer anyway, and waiting for a pool's turn is fair
    /// where its own busy handler is not.
    writer: SqlitePool,
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
        let pool = |most| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .acquire_timeout(Duration::from_secs(10))
                .connect_with(options.clone())
        };
        keep_private(path)?;
        let writer = pool(1).await?;
        sqlx::migrate!("migrations/sqlite")
            .run(&writer)
            .await
            .map_err(|fault| sqlx::Error::Migrate(Box::new(fault)))?;
        Ok(Self { readers: pool(READERS).await?, writer })
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
        Ok(Box::new(Conn(self.readers.begin().await?)))
    }

    async fn write(&self) -> Stored<Box<dyn Tx>> {
        Ok(Box::new(Conn(self.writer.begin_with("BEGIN IMMEDIATE").await?)))
    }

    async fn after_erasure(&self) -> Stored<bool> {
        upkeep::empty_journal(&self.writer).await
    }
}

/// A transaction of this database.
pub(super) struct Conn(Transaction<'static, Sqlite>);

#[async_trait]
impl Tx for Conn {
    async fn commit(self: Box<Self>) -> Stored<()> {
        Ok(self.0.commit().await?)
    }
}

#[path = "statements/mod.rs"]
mod statements;
pub(super) mod upkeep;
