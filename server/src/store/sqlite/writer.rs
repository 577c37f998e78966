//! One writer for all: what waits to be written shares one commit, and with it one wait for the disk.
//!
//! Each transaction of the store is a savepoint within one of the database. When it is committed it is
//! released, the next in line has its turn in the same database transaction, and whoever committed is
//! answered once that is on the disk. What fails undoes its own savepoint and harms no other.

use super::PATIENCE;
use crate::store::Stored;
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

/// The database's one writer. Turns are taken in the order of asking.
#[derive(Clone)]
pub(super) struct Writer(Arc<Mutex<Batch>>);

impl Writer {
    pub(super) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Self {
        Self(Arc::new(Mutex::new(Batch {
            options,
            connection,
            state: State::Idle,
            left: false,
            ends: false,
            waiting: Vec::new(),
        })))
    }

    /// Waits for a turn and begins to write.
    pub(super) async fn turn(&self) -> Stored<Turn> {
        let batch = timeout(PATIENCE, Arc::clone(&self.0).lock_owned())
            .await
            .map_err(|_| Error::PoolTimedOut)?;
        let mut turn = Turn { batch, writer: self.clone(), begun: false };
        steadily(async move {
            turn.batch.begin().await?;
            turn.begun = true;
            Ok(turn)
        })
        .await
    }

    /// Sees to it that the batch is ended as soon as all who are in line now have had their turn.
    fn end_soon(&self, batch: &mut Batch) {
        // Without a runtime the process is ending, and nobody is told anything any more.
        if let Ok(runtime) = Handle::try_current()
            && !batch.ends
        {
            batch.ends = true;
            let batch = Arc::clone(&self.0);
            runtime.spawn(async move { batch.lock().await.end().await });
        }
    }
}

/// A transaction of the database, and who waits for its end.
struct Batch {
    options: SqliteConnectOptions,
    connection: SqliteConnection,
    state: State,
    /// Whether a savepoint is there that was left and is to be undone.
    left: bool,
    /// Whether somebody is in line to end it.
    ends: bool,
    /// Who committed and is told whether it is on the disk.
    waiting: Vec<oneshot::Sender<bool>>,
}

/// How it stands with the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Idle,
    /// One is.
    Open,
    /// Another connection is to be made, since this one can't be relied on any more.
    Broken,
}

impl Batch {
    async fn begin(&mut self) -> Stored<()> {
        self.undo_left().await;
        if self.state == State::Broken {
            self.connection = self.options.connect().await?;
            self.state = State::Idle;
        }
        if self.state == State::Idle {
            self.run("BEGIN IMMEDIATE").await?;
            self.state = State::Open;
        }
        let begun = self.run("SAVEPOINT turn").await;
        if begun.is_err() {
            self.give_up().await;
        }
        begun
    }

    /// Ends the transaction and tells who waits for it.
    async fn end(&mut self) {
        self.ends = false;
        self.undo_left().await;
        if self.state != State::Open {
            return;
        }
        self.state = State::Idle;
        match self.run("COMMIT").await {
            Ok(()) => self.tell(true),
            Err(_) => self.give_up().await,
        }
    }

    async fn undo_left(&mut self) {
        if !self.left {
            return;
        }
        self.left = false;
        let undone = match self.run("ROLLBACK TO turn").await {
            Ok(()) => self.run("RELEASE turn").await,
            Err(error) => Err(error),
        };
        if undone.is_err() {
            self.give_up().await;
        }
    }

    /// Undoes all that was not committed: where a disk is full or broken SQLite may have undone more than
    /// was asked for, and nobody knows what is left.
    async fn give_up(&mut self) {
        // It fails where nothing is left to be undone.
        self.run("ROLLBACK").await.ok();
        self.state = State::Broken;
        self.left = false;
        self.tell(false);
    }

    fn tell(&mut self, kept: bool) {
        for waiting in self.waiting.drain(..) {
            // Who has gone away meanwhile need not be told.
            waiting.send(kept).ok();
        }
    }

    async fn run(&mut self, command: &'static str) -> Stored<()> {
        query(command).execute(&mut self.connection).await?;
        Ok(())
    }
}

/// Somebody's turn to write.
pub(super) struct Turn {
    batch: OwnedMutexGuard<Batch>,
    writer: Writer,
    /// Whether there is a savepoint of its own.
    begun: bool,
}

impl Turn {
    /// Ends the turn; returns when what was written is on the disk.
    pub(super) async fn commit(mut self) -> Stored<()> {
        let (tell, told) = oneshot::channel();
        steadily(async move {
            self.batch.run("RELEASE turn").await?;
            self.begun = false;
            self.batch.waiting.push(tell);
            Ok(())
        })
        .await?;
        match told.await {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => Err(Error::WorkerCrashed.into()),
        }
    }
}

/// Goes through with something also where whoever asked for it goes away in the middle: what is half begun
/// or half ended could not be undone alone.
async fn steadily<T: Send + 'static>(
    work: impl Future<Output = Stored<T>> + Send + 'static,
) -> Stored<T> {
    tokio::spawn(work).await.map_err(|_| Error::WorkerCrashed)?
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
        self.batch.left |= self.begun;
        self.writer.end_soon(&mut self.batch);
    }
}
