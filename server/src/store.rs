//! The databases: transactions, statements, migrations, and the contract suite.
//!
//! [`Store`] and [`Transaction`] say what one transaction can read and write. `rules` decides what may
//! happen. `identification`, `meetings` and `jobs` put it together. Several servers may write at the same
//! time, each at READ COMMITTED. A writing transaction that calls [`Invitations::lock_invitation`] owns that
//! invitation, its counts and its flows until it ends. A decision on what it read then still holds when it
//! writes.
//!
//! Locks are taken in this order, so that no two transactions deadlock: a meeting, its invitations (by their
//! ids), a session, orders (by their ids) and logins, an address, and messages last. Writing or erasing a row
//! locks it too. Purges, and batches that write the results of many messages or orders, use another order.
//! They set a short lock timeout instead ([`Leases::use_short_lock_timeout`]). A task with an open
//! transaction never begins a second one.
//!
//! What must be exact is decided by one of two means. A lock is taken before what it protects is read, or the
//! statement that writes has a condition. Any number of servers share a database, and none knows of another.

#[macro_use]
mod columns;
mod dialect;
mod error;
mod postgres;
mod sqlite;
mod traits;
mod upkeep;

#[cfg(test)]
mod contract;

pub use self::error::{DISK_FULL, StoreError, troubles};
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;
pub use traits::*;
pub use upkeep::{Health, Migrated, check, migrate};

use crate::config::Database;
use secrecy::ExposeSecret;
use std::sync::Arc;

/// Opens the configured database. Creates or migrates it if needed.
pub async fn open(database: &Database) -> StoreResult<Arc<dyn Store>> {
    Ok(match database {
        Database::Sqlite(path) => Arc::new(SqliteStore::open(path).await?),
        Database::Postgres(url) => Arc::new(PostgresStore::open(url.expose_secret()).await?),
    })
}
