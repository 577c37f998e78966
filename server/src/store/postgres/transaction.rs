//! A transaction of PostgreSQL, and what it is yet to write.

use super::{deferred::Deferred, pool::Lent};
use crate::store::StoreResult;
use sqlx::{Executor, PgConnection};
use tokio::runtime::Handle;

/// A transaction, or a single statement outside one.
pub(in crate::store) struct PostgresTx {
    /// `None` once it has ended.
    connection: Option<Lent>,
    pub(in crate::store) deferred: Deferred,
    /// `true` while a transaction is open.
    open: bool,
}

impl PostgresTx {
    /// Begins a transaction with this command, unless one was begun with the end of the last.
    pub(super) async fn begin(mut connection: Lent, begin: &'static str) -> StoreResult<Self> {
        if !connection.take_begun() {
            connection.execute(begin).await?;
        }
        let mut tx = Self::once(connection);
        tx.open = true;
        Ok(tx)
    }

    /// Wraps a connection for one statement, which is its own transaction.
    pub(super) fn once(connection: Lent) -> Self {
        Self { connection: Some(connection), deferred: Deferred::default(), open: false }
    }

    /// Returns the connection, after what was deferred is written.
    pub(in crate::store) async fn connection(&mut self) -> StoreResult<&mut PgConnection> {
        self.send().await?;
        Ok(self.lent()?)
    }

    /// Writes what was deferred. Returns the number of rows that the last of it changed.
    pub(in crate::store) async fn send(&mut self) -> StoreResult<u64> {
        let connection = self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?;
        self.deferred.flush(connection).await
    }

    fn lent(&mut self) -> StoreResult<&mut Lent> {
        Ok(self.connection.as_mut().ok_or(sqlx::Error::PoolClosed)?)
    }

    /// Commits. If somebody waits for the connection, their transaction begins with the same command.
    pub(super) async fn commit(mut self) -> StoreResult<()> {
        self.send().await?;
        let connection = self.lent()?;
        if connection.is_awaited() {
            connection.execute("COMMIT AND CHAIN").await?;
            connection.keep_begun();
        } else {
            connection.execute("COMMIT").await?;
        }
        self.open = false;
        Ok(())
    }

    /// Rolls back, so that the connection can be used again.
    pub(super) async fn roll_back(mut self) {
        self.deferred = Deferred::default();
        if let Ok(connection) = self.connection().await
            && connection.execute("ROLLBACK").await.is_ok()
        {
            self.open = false;
        }
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        if !self.open {
            connection.give_back();
        } else if let Ok(runtime) = Handle::try_current() {
            // Nobody waits for the end of a transaction that only read.
            runtime.spawn(async move {
                if connection.execute("ROLLBACK").await.is_ok() {
                    connection.give_back();
                }
            });
        }
    }
}
