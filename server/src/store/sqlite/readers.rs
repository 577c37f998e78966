//! The reading connections. They don't wait for the writer. Their statements run on the task that reads: a
//! read takes less time than to hand it to another thread.

use super::{PATIENCE, connect};
use crate::store::StoreResult;
use rusqlite::Connection;
use std::{ops::Deref, path::Path, sync::Arc};
use tokio::{
    sync::{Mutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Number of reading connections.
const READERS: usize = 4;

/// The pool of reading connections.
#[derive(Clone)]
pub(super) struct Readers {
    connections: Arc<[Arc<Mutex<Connection>>]>,
    /// One permit for each connection.
    free: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn open(path: &Path) -> StoreResult<Self> {
        let connections = (0..READERS).map(|_| Ok(Arc::new(Mutex::new(connect(path)?))));
        Ok(Self {
            connections: connections.collect::<StoreResult<_>>()?,
            free: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// Waits for a connection and begins a transaction on it. Its snapshot is that of its first statement.
    pub(super) async fn begin(&self) -> StoreResult<Reader> {
        let mut reader = self.once().await?;
        reader.connection.prepare_cached("BEGIN")?.execute([])?;
        reader.open = true;
        Ok(reader)
    }

    /// Waits for a connection, for one statement, which is its own transaction.
    pub(super) async fn once(&self) -> StoreResult<Reader> {
        let free = timeout(PATIENCE, Arc::clone(&self.free).acquire_owned()).await;
        let permit =
            free.map_err(|_| sqlx::Error::PoolTimedOut)?.map_err(|_| sqlx::Error::PoolClosed)?;
        let mut unused =
            self.connections.iter().filter_map(|it| Arc::clone(it).try_lock_owned().ok());
        let connection = unused.next().ok_or(sqlx::Error::PoolTimedOut)?;
        Ok(Reader { connection, open: false, _permit: permit })
    }
}

/// A reading transaction, or a single statement outside one. It ends as it is dropped.
pub(in crate::store) struct Reader {
    connection: OwnedMutexGuard<Connection>,
    /// `true` while a transaction is open.
    open: bool,
    // Given back after the connection.
    _permit: OwnedSemaphorePermit,
}

impl Deref for Reader {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if !self.open {
            return;
        }
        let ended = self.connection.prepare_cached("ROLLBACK").and_then(|mut it| it.execute([]));
        if let Err(error) = ended {
            // Its next user finds out whether the database can be used.
            tracing::debug!(error = %crate::store::StoreError::from(error), "a reading transaction");
        }
    }
}
