//! PostgreSQL: any number of servers on one database.
//!
//! Writers run at READ COMMITTED: what must stay as it was read is locked first (see the traits), and all
//! else is decided by the condition of the statement that writes it. Readers have one picture for their
//! whole transaction and wait for nobody.
//!
//! A pooler in between must leave a connection to one client for as long as it lasts and hand on what is set
//! at its start: statements are prepared once for a connection, bringing up to date holds a lock of it, and
//! the bounds of transactions are set there. One that does not is refused.

mod pooler;
pub(super) mod upkeep;

use super::{
    Store, StoreError, Stored, Tx,
    trouble::{self, Unfit},
};
use async_trait::async_trait;
use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Transaction,
    pool::PoolConnectionMetadata,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr, time::Duration};

/// Connections of readers. They have their own, since writers may wait for one another.
const READERS: u32 = 6;

/// Connections of writers. The database writes no faster by more of them, and many servers must find room.
const WRITERS: u32 = 10;

/// How long one waits for a connection: longer than those who hold one may wait for a lock.
const CONNECTED_WITHIN: Duration = Duration::from_secs(8);

/// After how long without use a connection is tried before it is used.
const TRIED_AFTER: Duration = Duration::from_secs(1);

/// The bounds of every transaction, all shorter than a request may last. A server that hangs or is cut off in
/// the middle of one loses it, and what it had locked is free again.
const BOUNDS: [(&str, &str); 4] = [
    ("lock_timeout", "3s"),
    ("statement_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "6s"),
    // What was acknowledged survives a loss of power, whatever the server's own default is.
    ("synchronous_commit", "on"),
];

/// The oldest version of the server that will do.
const OLDEST: i32 = 130_000;

/// A PostgreSQL database.
pub struct PostgresStore {
    readers: PgPool,
    writers: PgPool,
    /// For what takes all the time that it needs.
    unbounded: PgConnectOptions,
}

impl PostgresStore {
    /// Opens the database at that address and brings it up to date. Of servers that start at the same time
    /// one does that and the others wait.
    ///
    /// # Errors
    /// The database can't be reached, or only by a pooler that has clients share connections; it is not in
    /// UTF-8 or is of another program.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let options = PgConnectOptions::from_str(url)?.application_name("anslut");
        let unbounded = unbounded(&options);
        let bounded = options.options(BOUNDS);
        pooler::refuse(&bounded, BOUNDS[0]).await?;
        migrate(&unbounded).await?;
        let pool = |most| {
            PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(CONNECTED_WITHIN)
                .test_before_acquire(false)
                .before_acquire(|connection, meta| Box::pin(is_usable(connection, meta)))
                .connect_with(bounded.clone())
        };
        Ok(Self { readers: pool(READERS).await?, writers: pool(WRITERS).await?, unbounded })
    }
}

/// Whether a connection can be used. One that was used just now is not asked: that would double the ways to
/// the database, and what has broken since then is found out in any case.
async fn is_usable(
    connection: &mut PgConnection,
    meta: PoolConnectionMetadata,
) -> Result<bool, sqlx::Error> {
    if meta.idle_for > TRIED_AFTER {
        connection.ping().await?;
    }
    Ok(true)
}

/// A connection's options with all the time that it needs.
fn unbounded(options: &PgConnectOptions) -> PgConnectOptions {
    options.clone().options([("lock_timeout", "0"), ("statement_timeout", "0")])
}

/// Brings the database up to date, with all the time that it takes.
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
    // The migrator holds a lock of the whole database meanwhile.
    upkeep::MIGRATIONS.run_direct(None, &mut connection, false).await?;
    connection.close().await?;
    Ok(())
}

#[async_trait]
impl Store for PostgresStore {
    async fn read(&self) -> Stored<Box<dyn Tx>> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Ok(Box::new(Conn(self.readers.begin_with(begin).await?)))
    }

    async fn write(&self) -> Stored<Box<dyn Tx>> {
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        Ok(Box::new(Conn(self.writers.begin_with(begin).await?)))
    }

    async fn has_room(&self) -> Stored<()> {
        // How much there is on the database's own machine can't be asked from here.
        trouble::not_full()
    }

    async fn after_erasure(&self) -> Stored<bool> {
        upkeep::vacuum(&self.unbounded).await.map(|()| true)
    }
}

/// A transaction of this database.
pub(super) struct Conn(Transaction<'static, Postgres>);

#[async_trait]
impl Tx for Conn {
    async fn commit(self: Box<Self>) -> Stored<()> {
        Ok(self.0.commit().await?)
    }
}

#[expect(clippy::duplicate_mod, reason = "the statements are the same, the transaction is not")]
#[path = "statements/mod.rs"]
mod statements;
