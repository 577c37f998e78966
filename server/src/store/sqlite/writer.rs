//! The single SQLite writer: transactions that wait share one commit, and one wait for the disk.
//!
//! Each transaction of the store is a savepoint in one of the database. A commit releases the savepoint, and
//! the next in line has its turn in the same database transaction. The commit returns once that is on the
//! disk. A failure rolls back its own savepoint and harms no other.

use super::PATIENCE;
use crate::store::{StoreError, StoreResult, error::Trouble};
use sqlx::{ConnectOptions, Error, SqliteConnection, query, sqlite::SqliteConnectOptions};
use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, OwnedMutexGuard, oneshot},
    time::timeout,
};

/// The writer of the database. Turns are given in the order of requests.
#[derive(Clone)]
pub(super) struct Writer(Arc<Mutex<Batch>>);

impl Writer {
    pub(super) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Self {
        Self(Arc::new(Mutex::new(Batch {
            options,
            connection,
            state: State::Idle,
            ends: false,
            waiting: Vec::new(),
        })))
    }

    /// Waits for a turn and begins to write.
    pub(super) async fn turn(&self) -> StoreResult<Turn> {
        let batch = timeout(PATIENCE, Arc::clone(&self.0).lock_owned())
            .await
            .map_err(|_| Error::PoolTimedOut)?;
        let mut turn = Turn { batch, writer: self.clone(), end: None };
        // Runs to its end even if the caller is dropped. A half-begun turn could not be undone alone.
        let begun = tokio::spawn(async move {
            turn.batch.begin().await?;
            turn.end = Some(End::Left);
            Ok(turn)
        });
        begun.await.map_err(|_| Error::WorkerCrashed)?
    }

    /// Ends the batch as soon as all who are in line now have had their turn.
    fn end_soon(&self, batch: &mut Batch) {
        // Without a runtime the process is ending, and nobody waits for an answer any more.
        if let Ok(runtime) = Handle::try_current()
            && !batch.ends
        {
            batch.ends = true;
            let batch = Arc::clone(&self.0);
            runtime.spawn(async move { batch.lock().await.end().await });
        }
    }
}

/// A transaction of the database, and the commits that wait for its end.
struct Batch {
    options: SqliteConnectOptions,
    connection: SqliteConnection,
    state: State,
    /// `true` if a task is in line to end it.
    ends: bool,
    /// Commits that wait for the answer: on the disk, or why not.
    waiting: Vec<oneshot::Sender<Result<(), Trouble>>>,
}

/// The state of the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Idle,
    /// A transaction is open, with the savepoint of the last turn, which ended so.
    Open(End),
    /// The connection can't be relied on any more and must be replaced.
    Broken,
}

/// The end of a turn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Committed.
    Kept,
    /// To be rolled back.
    Left,
}

impl Batch {
    /// Begins a turn, in one command with what the last turn left to do. Each command is a round trip to the
    /// connection's thread, while everybody waits.
    async fn begin(&mut self) -> StoreResult<()> {
        if self.state == State::Broken {
            self.connection = self.options.connect().await?;
            self.state = State::Idle;
        }
        let begun = self
            .run(match self.state {
                State::Open(End::Kept) => "RELEASE turn; SAVEPOINT turn",
                // The savepoint stays.
                State::Open(End::Left) => "ROLLBACK TO turn",
                State::Idle | State::Broken => "BEGIN IMMEDIATE; SAVEPOINT turn",
            })
            .await;
        match begun {
            Ok(()) => self.state = State::Open(End::Left),
            Err(ref error) => self.give_up(error.trouble()).await,
        }
        begun
    }

    /// Commits the transaction and answers the commits that wait for it.
    async fn end(&mut self) {
        self.ends = false;
        let ended = match self.state {
            State::Open(End::Kept) => self.run("COMMIT").await,
            State::Open(End::Left) => self.run("ROLLBACK TO turn; COMMIT").await,
            State::Idle | State::Broken => return,
        };
        match ended {
            Ok(()) => {
                self.state = State::Idle;
                self.tell(Ok(()));
            }
            Err(error) => self.give_up(error.trouble()).await,
        }
    }

    /// Rolls back all that was not committed. On a full or broken disk SQLite may have undone more than was
    /// asked for, and nobody knows what is left.
    async fn give_up(&mut self, why: Trouble) {
        // It fails if nothing is left to be rolled back.
        self.run("ROLLBACK").await.ok();
        self.state = State::Broken;
        self.tell(Err(why));
    }

    fn tell(&mut self, kept: Result<(), Trouble>) {
        for waiting in self.waiting.drain(..) {
            // A commit that was dropped meanwhile needs no answer.
            waiting.send(kept).ok();
        }
    }

    async fn run(&mut self, command: &'static str) -> StoreResult<()> {
        query(command).execute(&mut self.connection).await?;
        Ok(())
    }
}

/// A turn to write: one transaction of the store, as a savepoint in the batch.
pub(super) struct Turn {
    batch: OwnedMutexGuard<Batch>,
    writer: Writer,
    /// End of the turn. `None` until it has begun.
    end: Option<End>,
}

impl Turn {
    /// Ends the turn. Returns when what was written is on the disk.
    pub(super) async fn commit(mut self) -> StoreResult<()> {
        let (tell, told) = oneshot::channel();
        self.batch.waiting.push(tell);
        self.end = Some(End::Kept);
        drop(self);
        match told.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(why)) => Err(StoreError::lost(why)),
            Err(_) => Err(Error::WorkerCrashed.into()),
        }
    }
}

impl Deref for Turn {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.batch.connection
    }
}

impl DerefMut for Turn {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.batch.connection
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(end) = self.end {
            self.batch.state = State::Open(end);
        }
        self.writer.end_soon(&mut self.batch);
    }
}
