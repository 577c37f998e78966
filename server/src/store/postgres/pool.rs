//! A pool of connections. It sends nothing while a connection is taken and given back, since each round trip
//! costs as much as a statement. A connection that was idle for a while is tested first. While others wait for
//! one, the commit of a transaction also begins theirs (`COMMIT AND CHAIN`).

use super::{CONNECTED_WITHIN, TRIED_AFTER};
use crate::{
    clock::Stopwatch,
    store::{StoreError, StoreResult},
};
use sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};
use std::{
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
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
    idle: Mutex<Vec<Idle>>,
    /// Number of those who wait for a connection.
    awaited: AtomicUsize,
}

/// A connection that nobody uses.
struct Idle {
    connection: PgConnection,
    /// `true` if a transaction was begun on it.
    begun: bool,
    since: Stopwatch,
}

impl Pool {
    /// Creates a pool of at most `most` connections, and opens the first.
    pub(super) async fn open(options: PgConnectOptions, most: usize) -> StoreResult<Self> {
        let permits = Arc::new(Semaphore::new(most));
        let (idle, awaited) = (Mutex::default(), AtomicUsize::new(0));
        let pool = Self(Arc::new(Inner { options, permits, idle, awaited }));
        pool.take().await?.give_back();
        Ok(pool)
    }

    /// Takes a connection, or opens one.
    pub(super) async fn take(&self) -> StoreResult<Lent> {
        let take = async {
            let permit = self.permit().await?;
            let (connection, begun) = match self.idle_one().await {
                Some(found) => found,
                None => (PgConnection::connect_with(&self.0.options).await?, false),
            };
            Ok::<_, StoreError>(Lent { connection, begun, pool: self.clone(), _permit: permit })
        };
        timeout(CONNECTED_WITHIN, take).await.map_err(|_| sqlx::Error::PoolTimedOut)?
    }

    /// Waits for a permit.
    async fn permit(&self) -> StoreResult<OwnedSemaphorePermit> {
        let permits = Arc::clone(&self.0.permits);
        if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
            return Ok(permit);
        }
        let _waits = Waits::begin(&self.0.awaited);
        Ok(permits.acquire_owned().await.map_err(|_| sqlx::Error::PoolClosed)?)
    }

    /// Returns a connection that nobody uses, and whether a transaction was begun on it.
    async fn idle_one(&self) -> Option<(PgConnection, bool)> {
        loop {
            let Idle { mut connection, begun, since } = self.idle().pop()?;
            // One that was used just now is not tested: if it broke since then, that is found out in any case.
            if since.elapsed() <= TRIED_AFTER {
                return Some((connection, begun));
            }
            let works = if begun {
                // It was begun for a transaction that did not come.
                connection.execute("ROLLBACK").await.is_ok()
            } else {
                connection.ping().await.is_ok()
            };
            if works {
                return Some((connection, false));
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Somebody who waits for a connection. Counted as long as this exists.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn begin(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A connection that somebody uses. Dropped, it is closed, so that the server ends its transaction.
pub(in crate::store) struct Lent {
    connection: PgConnection,
    /// `true` if a transaction was begun for the next who uses it.
    begun: bool,
    pool: Pool,
    _permit: OwnedSemaphorePermit,
}

impl Lent {
    /// `true` if others wait for a connection.
    pub(super) fn is_awaited(&self) -> bool {
        self.pool.0.awaited.load(Ordering::Relaxed) > 0
    }

    /// Keeps that a transaction was begun for the next who uses the connection.
    pub(super) const fn keep_begun(&mut self) {
        self.begun = true;
    }

    /// Takes over the transaction that was begun for this use. `false` if there is none.
    pub(super) const fn take_begun(&mut self) -> bool {
        std::mem::replace(&mut self.begun, false)
    }

    /// Gives the connection back. It must be outside a transaction, but for one that was begun for the next.
    pub(super) fn give_back(self) {
        let Self { connection, begun, pool, _permit } = self;
        let mut idle = pool.idle();
        // The ones that are used least are at the front.
        idle.retain(|it| it.since.elapsed() < KEPT_FOR);
        idle.push(Idle { connection, begun, since: Stopwatch::start() });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::postgres::PostgresTx;
    use std::str::FromStr;
    use test_support::fresh_postgres::FreshPostgres;
    use tokio::time::sleep;

    /// Returns a pool of one connection.
    async fn single(fresh: &FreshPostgres) -> Pool {
        let options = PgConnectOptions::from_str(&fresh.url).expect("an address");
        Pool::open(options, 1).await.expect("a connection")
    }

    /// Commits a transaction while somebody waits for its connection, and returns the task that does.
    async fn commit_while_awaited(pool: &Pool) -> tokio::task::JoinHandle<StoreResult<Lent>> {
        let first = pool.take().await.expect("a connection");
        let first = PostgresTx::begin(first, "BEGIN").await.expect("begun");
        let other = pool.clone();
        let waits = tokio::spawn(async move { other.take().await });
        while pool.0.awaited.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        first.commit().await.expect("committed");
        waits
    }

    /// `true` if a transaction is open: there is no savepoint outside of one.
    async fn is_open(connection: &mut PgConnection) -> bool {
        connection.execute("SAVEPOINT here").await.is_ok()
    }

    #[tokio::test]
    async fn who_waits_gets_a_transaction_that_has_begun() {
        let fresh = FreshPostgres::with_tables().await;
        let pool = single(&fresh).await;
        let mut next = commit_while_awaited(&pool).await.await.expect("ran").expect("a connection");
        assert!(next.begun);
        assert!(is_open(&mut next).await);
        // Nobody waits for it any more.
        PostgresTx::begin(next, "BEGIN").await.expect("begun").commit().await.expect("committed");
        let mut last = pool.take().await.expect("a connection");
        assert!(!last.begun);
        assert!(!is_open(&mut last).await);
    }

    #[tokio::test]
    async fn a_transaction_that_was_begun_for_nobody_is_rolled_back() {
        let fresh = FreshPostgres::with_tables().await;
        let pool = single(&fresh).await;
        let gone = commit_while_awaited(&pool).await;
        gone.await.expect("ran").expect("a connection").give_back();
        while pool.idle().iter().any(|it| it.since.elapsed() <= TRIED_AFTER) {
            sleep(Duration::from_millis(20)).await;
        }
        let mut later = pool.take().await.expect("a connection");
        assert!(!later.begun);
        assert!(!is_open(&mut later).await);
    }
}
