//! The databases: transactions, statements, migrations, and the contract suite.
//!
//! [`Tx`] is a transaction. Each file of a subject has its rows, their statements and the methods of [`Tx`]
//! that run them. `rules` decides what may happen. `identification`, `meetings` and `jobs` put it together.
//!
//! [`Store::write`] runs a job in a writing transaction and commits if the job returns `Ok`. A job waits for
//! nothing but the database: on SQLite it has failed if it does. It never begins a second transaction.
//! [`Store::read`] begins a reading transaction, which sees one consistent snapshot and waits for no lock.
//!
//! Several servers may write at the same time, each at READ COMMITTED. A job that calls
//! [`Tx::lock_invitation`] owns that invitation, its counts and its flows until it ends. A decision on what
//! it read then still holds when it writes.
//!
//! Locks are taken in this order, so that no two transactions deadlock: a meeting, its invitations (by their
//! ids), a session, orders (by their ids) and logins, an address, the count of reports, a built-in room, its knocks
//! (by their ids), a server, and messages last. Writing or erasing a row
//! locks it too. Purges, and batches that write the results of many messages or orders, use another order.
//! They set a short lock timeout instead ([`Tx::use_short_lock_timeout`]).
//!
//! What must be exact is decided by one of two means. A lock is taken before what it protects is read, or the
//! statement that writes has a condition. Any number of servers share a database, and none knows of another.

mod challenges;
mod counts;
mod equipment;
mod error;
mod events;
mod flows;
mod identifications;
mod invitations;
mod knocks;
mod leases;
mod meetings;
mod outbox;
mod postgres;
mod query;
mod reminders;
mod reports;
mod rooms;
mod servers;
mod sessions;
mod sqlite;
mod tokens;
mod tx;
mod upkeep;

#[cfg(test)]
mod contract;

pub use self::{
    challenges::{Attempt, NewSend},
    counts::{Counts, counts},
    error::{DISK_FULL, StoreError, troubles},
    flows::FlowRows,
    identifications::Claim,
    knocks::SeatRows,
    outbox::NewMessage,
    postgres::PostgresStore,
    sqlite::SqliteStore,
    tx::Tx,
    upkeep::{Health, Migrated, check, migrate},
};

use crate::config::Database;
use secrecy::ExposeSecret;

/// The result of every call of the store.
pub type StoreResult<T> = Result<T, StoreError>;

/// A database.
#[derive(Clone)]
pub enum Store {
    /// SQLite.
    Sqlite(SqliteStore),
    /// PostgreSQL.
    Postgres(PostgresStore),
}

impl Store {
    /// Opens the configured database. Creates or migrates it if needed.
    pub async fn open(database: &Database) -> StoreResult<Self> {
        Ok(match database {
            Database::Sqlite(path) => Self::Sqlite(SqliteStore::open(path).await?),
            Database::Postgres(url) => {
                Self::Postgres(PostgresStore::open(url.expose_secret()).await?)
            }
        })
    }

    /// `true` if other servers may share the database.
    pub const fn has_other_servers(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Begins a reading transaction. It sees one consistent snapshot and waits for no lock.
    pub async fn read(&self) -> StoreResult<Tx> {
        match self {
            Self::Sqlite(store) => store.read().await,
            Self::Postgres(store) => store.read().await,
        }
    }

    /// Begins a reading transaction of one statement. It spares the commands around it.
    pub async fn read_once(&self) -> StoreResult<Tx> {
        match self {
            Self::Sqlite(store) => store.read_once().await,
            Self::Postgres(store) => store.read_once().await,
        }
    }

    /// Runs a job in a writing transaction. It is committed if the job returns `Ok`, and rolled back
    /// otherwise. What was written and read is on the disk when this returns, so it survives a loss of power.
    ///
    /// # Errors
    /// The job's own, and those of the database.
    pub async fn write<T, E>(
        &self,
        job: impl AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match self {
            Self::Sqlite(store) => store.writer.write(job).await,
            Self::Postgres(store) => store.write(job).await,
        }
    }

    /// Fails if the disk has no room, or had none a moment ago.
    pub async fn has_room(&self) -> StoreResult<()> {
        match self {
            Self::Sqlite(store) => store.has_room().await,
            // The free space on the database's own machine can't be asked from here.
            Self::Postgres(_) => error::not_full(),
        }
    }

    /// Removes erased data from the database's files, free space and journals included. Returns `false` if a
    /// reader prevented it. The caller then retries.
    pub async fn after_erasure(&self) -> StoreResult<bool> {
        match self {
            Self::Sqlite(store) => store.after_erasure().await,
            Self::Postgres(store) => store.after_erasure().await,
        }
    }
}
