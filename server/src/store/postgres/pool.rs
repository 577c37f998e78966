//! A pool of connections. It sends nothing while a connection is taken and given back, since each round trip
//! costs as much as a statement. A connection that was idle for a while is tested first.

use super::{CONNECTED_WITHIN, TRIED_AFTER};
use crate::{
    clock::Stopwatch,
    store::{StoreError, StoreResult},
};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Time after which an idle connection is closed.
const KEPT_FOR: Duration = Duration::from_mins(10);

/// Connections with the same options.
#[derive(Clone)]
pub(super) struct Pool(Arc<Inner>);

struct Inner {
    options: PgConnectOptions,
    /// One permit for each connection that there may be.
    permits: Arc<Semaphore>,
    /// The connections that nobody uses, the last used at the end.
    idle: Mutex<Vec<(PgConnection, Stopwatch)>>,
}

impl Pool {
    /// Creates a pool of at most `most` connections, and opens the first.
    pub(super) async fn open(options: PgConnectOptions, most: usize) -> StoreResult<Self> {
        let permits = Arc::new(Semaphore::new(most));
        let pool = Self(Arc::new(Inner { options, permits, idle: Mutex::default() }));
        pool.take().await?.give_back();
        Ok(pool)
    }

    /// Takes a connection, or opens one.
    pub(super) async fn take(&self) -> StoreResult<Lent> {
        let take = async {
            let permit = Arc::clone(&self.0.permits).acquire_owned().await;
            let permit = permit.map_err(|_| sqlx::Error::PoolClosed)?;
            let connection = match self.idle_one().await {
                Some(connection) => connection,
                None => PgConnection::connect_with(&self.0.options).await?,
            };
            Ok::<_, StoreError>(Lent { connection, pool: self.clone(), _permit: permit })
        };
        timeout(CONNECTED_WITHIN, take).await.map_err(|_| sqlx::Error::PoolTimedOut)?
    }

    async fn idle_one(&self) -> Option<PgConnection> {
        loop {
            let (mut connection, since) = self.idle().pop()?;
            // One that was used just now is not tested: if it broke since then, that is found out in any case.
            if since.elapsed() <= TRIED_AFTER || connection.ping().await.is_ok() {
                return Some(connection);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(PgConnection, Stopwatch)>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that somebody uses. Dropped, it is closed, so that the server ends its transaction.
pub(in crate::store) struct Lent {
    connection: PgConnection,
    pool: Pool,
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    /// Gives the connection back. It must be outside a transaction.
    pub(super) fn give_back(self) {
        let Self { connection, pool, _permit } = self;
        let mut idle = pool.idle();
        // The ones that are used least are at the front.
        idle.retain(|(_, since)| since.elapsed() < KEPT_FOR);
        idle.push((connection, Stopwatch::start()));
    }
}

impl Deref for Lent {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Lent {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
