//! A transaction of either database. What it reads and writes is in the file of each subject.

use super::sqlite::Reader;
use rusqlite::Connection;
use sqlx::Postgres;

/// A transaction. [`Store::write`](super::Store::write) and [`Store::read`](super::Store::read) give one.
pub struct Tx(Access);

enum Access {
    /// The writing connection of SQLite, which stays with its thread.
    Writing(Connection),
    /// A reading connection of SQLite, which goes back to its pool.
    Reading(Reader),
    /// A transaction of PostgreSQL.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// The connection that a statement runs on.
pub(super) enum Conn<'a> {
    Sqlite(&'a Connection),
    Postgres(&'a mut sqlx::Transaction<'static, Postgres>),
}

impl Tx {
    pub(super) const fn writing(connection: Connection) -> Self {
        Self(Access::Writing(connection))
    }

    pub(super) const fn reading(reader: Reader) -> Self {
        Self(Access::Reading(reader))
    }

    pub(super) const fn postgres(transaction: sqlx::Transaction<'static, Postgres>) -> Self {
        Self(Access::Postgres(transaction))
    }

    pub(super) fn connection(&mut self) -> Conn<'_> {
        match &mut self.0 {
            Access::Writing(connection) => Conn::Sqlite(connection),
            Access::Reading(reader) => Conn::Sqlite(reader),
            Access::Postgres(transaction) => Conn::Postgres(transaction),
        }
    }

    /// `true` if others can write at the same time, so that rows must be locked. SQLite has one writer.
    pub(super) const fn has_other_writers(&self) -> bool {
        matches!(self.0, Access::Postgres(_))
    }

    /// Commits a transaction of PostgreSQL. SQLite's are committed by their thread.
    pub(super) async fn commit(self) -> sqlx::Result<()> {
        match self.0 {
            Access::Postgres(transaction) => transaction.commit().await,
            Access::Writing(_) | Access::Reading(_) => Ok(()),
        }
    }
}
