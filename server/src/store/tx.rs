//! A transaction of either database. What it reads and writes is in the file of each subject.

use super::{postgres::PostgresTx, sqlite::Reader};
use rusqlite::Connection;

/// A transaction. [`Store::write`](super::Store::write) and [`Store::read`](super::Store::read) give one.
pub struct Tx(Access);

enum Access {
    /// The writing connection of SQLite, which stays with its thread.
    Writing(Connection),
    /// A reading connection of SQLite, which goes back to its pool.
    Reading(Reader),
    /// A transaction of PostgreSQL.
    Postgres(PostgresTx),
}

/// The connection that a statement runs on.
pub(super) enum Conn<'a> {
    Sqlite(&'a Connection),
    Postgres(&'a mut PostgresTx),
}

impl Tx {
    pub(super) const fn writing(connection: Connection) -> Self {
        Self(Access::Writing(connection))
    }

    pub(super) const fn reading(reader: Reader) -> Self {
        Self(Access::Reading(reader))
    }

    pub(super) const fn postgres(tx: PostgresTx) -> Self {
        Self(Access::Postgres(tx))
    }

    pub(super) fn connection(&mut self) -> Conn<'_> {
        match &mut self.0 {
            Access::Writing(connection) => Conn::Sqlite(connection),
            Access::Reading(reader) => Conn::Sqlite(reader),
            Access::Postgres(tx) => Conn::Postgres(tx),
        }
    }

    /// `true` if others can write at the same time, so that rows must be locked. SQLite has one writer.
    pub(super) const fn has_other_writers(&self) -> bool {
        matches!(self.0, Access::Postgres(_))
    }

    /// Returns the transaction of PostgreSQL.
    pub(super) fn into_postgres(self) -> Option<PostgresTx> {
        match self.0 {
            Access::Postgres(tx) => Some(tx),
            Access::Writing(_) | Access::Reading(_) => None,
        }
    }
}
