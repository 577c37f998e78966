//! PostgreSQL: any number of servers on one database.
//!
//! Writers run at READ COMMITTED. What must stay as it was read is locked first. All else is
//! decided by the condition of the statement that writes it. Readers have one snapshot for their whole
//! transaction and wait for no lock.
//!
//! A pooler in between must leave a connection to one client for as long as it lasts, and pass on its startup
//! settings. Statements are prepared once for a connection, migrations hold a lock of it, and the timeouts of
//! transactions are startup settings. Any other pooler is refused.

mod deferred;
mod pool;
mod pooler;
mod transaction;
pub(super) mod upkeep;

pub(super) use transaction::PostgresTx;

use super::{StoreError, StoreResult, Tx, counts, error::Unfit};
use pool::Pool;
use sqlx::{Connection, postgres::PgConnectOptions};
use std::{str::FromStr, sync::Arc, time::Duration};

/// Reading connections. They have their own pool, because writers may wait for one another.
const READERS: usize = 6;

/// Writing connections. With more, a database on two cores commits no more transactions a second and spends a tenth
/// more on each, since its processes displace one another. Many servers must find room, too.
const WRITERS: usize = 6;

/// Maximum wait for a connection. Longer than the holder of one may wait for a lock.
const CONNECTED_WITHIN: Duration = Duration::from_secs(8);

/// Idle time after which a connection is tested before use.
const TRIED_AFTER: Duration = Duration::from_secs(1);

/// Timeouts of every transaction, all shorter than a request may last. A server that hangs or is cut off
/// loses its transaction, and its locks are released.
const BOUNDS: [(&str, &str); 4] = [
    ("lock_timeout", "3s"),
    ("statement_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "6s"),
    // Acknowledged writes survive a loss of power, whatever the server's own default is.
    ("synchronous_commit", "on"),
];

/// Oldest supported version of the server.
const OLDEST: i32 = 130_000;

/// A PostgreSQL database.
#[derive(Clone)]
pub struct PostgresStore {
    readers: Pool,
    writers: Pool,
    /// Options without timeouts, for migrations and vacuum.
    unbounded: Arc<PgConnectOptions>,
}

impl PostgresStore {
    /// Opens the database at this address and migrates it. Of servers that start at the same time, one
    /// migrates and the others wait.
    ///
    /// # Errors
    /// The database can't be reached, or only through a pooler that shares connections between clients. It is
    /// not in UTF-8, is too old, or belongs to another program.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?.application_name("anslut");
        let unbounded = unbounded(&options);
        let bounded = options.options(BOUNDS);
        pooler::refuse(&bounded, BOUNDS[0]).await?;
        migrate(&unbounded).await?;
        Ok(Self {
            readers: Pool::open(bounded.clone(), READERS).await?,
            writers: Pool::open(bounded, WRITERS).await?,
            unbounded: Arc::new(unbounded),
        })
    }

    /// Begins a reading transaction.
    pub(super) async fn read(&self) -> StoreResult<Tx> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Ok(Tx::postgres(PostgresTx::begin(self.readers.take().await?, begin).await?))
    }

    /// Begins a reading transaction of one statement.
    pub(super) async fn read_once(&self) -> StoreResult<Tx> {
        Ok(Tx::postgres(PostgresTx::once(self.readers.take().await?)))
    }

    /// Runs a job in a writing transaction, on the caller's task.
    pub(super) async fn write<T, E>(
        &self,
        job: impl AsyncFnOnce(&mut Tx) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<StoreError>,
    {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        let mut tx = Tx::postgres(PostgresTx::begin(self.writers.take().await?, begin).await?);
        let result = job(&mut tx).await;
        let Some(tx) = tx.into_postgres() else { return result };
        if result.is_ok() {
            tx.commit().await?;
            counts::commit();
        } else {
            tx.roll_back().await;
        }
        result
    }

    pub(super) async fn after_erasure(&self) -> StoreResult<bool> {
        upkeep::vacuum(&self.unbounded).await.map(|()| true)
    }
}

/// Returns a connection's options without timeouts.
fn unbounded(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options([("lock_timeout", "0"), ("statement_timeout", "0")])
}

/// Migrates the database, without timeouts.
async fn migrate(unbounded: &PgConnectOptions) -> Result<(), StoreError> {
    let mut connection = upkeep::connect(unbounded).await?;
    let (encoding, version): (String, i32) = sqlx::query_as(
        "SELECT current_setting('server_encoding'), current_setting('server_version_num')::INT",
    )
    .fetch_one(&mut connection)
    .await?;
    if encoding != "UTF8" {
        return Err(Unfit("its encoding must be UTF8").into());
    }
    if version < OLDEST {
        return Err(Unfit("it must be PostgreSQL 13 or newer").into());
    }
    upkeep::versions_in(&mut connection).await?;
    // The migrator meanwhile holds a lock of the whole database.
    upkeep::MIGRATIONS.run_direct(None, &mut connection, false).await?;
    connection.close().await?;
    Ok(())
}
