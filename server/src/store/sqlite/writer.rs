//! One writer for all: what waits to be written shares one commit, and with it one wait for the disk.
//!
//! Each transaction of the store is a savepoint within one of the database. When it is committed it is
//! released, the next in line has its turn in the same database transaction, and whoever committed is
//! answered once that is on the disk. What fails undoes its own savepoint and harms no other.

use super::PATIENCE;
use crate::store::{StoreError, Stored, trouble::Trouble};
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
            ends: false,
            waiting: Vec::new(),
        })))
    }

    /// Waits for a turn and begins to write.
    pub(super) async fn turn(&self) -> Stored<Turn> {
        let batch = timeout(PATIENCE, Arc::clone(&self.0).lock_owned())
            .await
            .map_err(|_| Error::PoolTimedOut)?;
        let mut turn = Turn { batch, writer: self.clone(), end: None };
        // Gone through with also where whoever asked for it goes away in the middle: what is half begun
        // could not be undone alone.
        let begun = tokio::spawn(async move {
            turn.batch.begin().await?;
            turn.end = Some(End::Left);
            Ok(turn)
        });
        begun.await.map_err(|_| Error::WorkerCrashed)?
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
    /// Whether somebody is in line to end it.
    ends: bool,
    /// Who committed and is told whether it is on the disk, or why not.
    waiting: Vec<oneshot::Sender<Result<(), Trouble>>>,
}

/// How it stands with the connection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// No transaction is open.
    Idle,
    /// One is, with the savepoint of the last turn, which ended so.
    Open(End),
    /// Another connection is to be made, since this one can't be relied on any more.
    Broken,
}

/// How a turn ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// What was written is kept.
    Kept,
    /// What was written is to be undone.
    Left,
}

impl Batch {
    /// Begins a turn, in one go with what the last one left to do: each command is a way to the
    /// connection's thread and back, while everybody waits.
    async fn begin(&mut self) -> Stored<()> {
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

    /// Ends the transaction and tells who waits for it.
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

    /// Undoes all that was not committed: where a disk is full or broken SQLite may have undone more than
    /// was asked for, and nobody knows what is left.
    async fn give_up(&mut self, why: Trouble) {
        // It fails where nothing is left to be undone.
        self.run("ROLLBACK").await.ok();
        self.state = State::Broken;
        self.tell(Err(why));
    }

    fn tell(&mut self, kept: Result<(), Trouble>) {
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
    /// How it ends; none until it has begun.
    end: Option<End>,
}

impl Turn {
    /// Ends the turn; returns when what was written is on the disk.
    pub(super) async fn commit(mut self) -> Stored<()> {
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
