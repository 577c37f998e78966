//! The single SQLite writer: a thread that owns the writing connection.
//!
//! A transaction is a job that is sent to it. The thread runs the job to its end. Then it takes the jobs that
//! have queued up meanwhile into the same transaction of the database, each in a savepoint, and commits once
//! for all of them. So they share one wait for the disk. Nobody is answered before that, even a job that
//! failed or only read: it may have read what another job of the batch wrote.
//!
//! A job that fails, panics, or whose caller has gone is rolled back alone. If the commit fails, or SQLite has
//! rolled back more than was asked for, as it does on a full disk, every job of the batch is answered with
//! that error, and the connection is replaced.
//!
//! A job must not wait for anything but the database: it is polled once, and has failed if it is not done
//! then. What bounds it is the number of its statements and the rows that each may touch.

use super::{PATIENCE, connect};
use crate::{
    clock::Stopwatch,
    store::{StoreError, StoreResult, Tx, counts, error::Trouble, tx::Conn},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    pin::pin,
    sync::mpsc,
    task::{Context, Poll, Waker},
    thread,
    time::Duration,
};
use tokio::sync::oneshot;

/// Time after which a batch takes no further job, so that its first one is answered soon.
const BATCH_LASTS: Duration = Duration::from_millis(5);

/// The writer of the database. Jobs run in the order of requests.
#[derive(Clone)]
pub(in crate::store) struct Writer(mpsc::Sender<Box<dyn Job>>);

impl Writer {
    /// Connects to a migrated file and starts the thread. It ends with the last clone of the writer.
    pub(super) fn open(path: PathBuf) -> StoreResult<Self> {
        let tx = Tx::writing(connect(&path)?);
        let (writer, jobs) = mpsc::channel();
        let batch = Batch { path, tx, usable: true, jobs: Vec::new() };
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || batch.work(&jobs))
            .map_err(sqlx::Error::Io)?;
        Ok(Self(writer))
    }

    /// Runs a job in a transaction. Commits if it returns `Ok`.
    pub(in crate::store) async fn write<T, E>(
        &self,
        job: impl AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let crashed = || StoreError::from(sqlx::Error::WorkerCrashed);
        let (answer, answered) = oneshot::channel();
        let queued = Stopwatch::start();
        let request = Request { queued, job: Some(job), result: None, answer };
        self.0.send(Box::new(request)).map_err(|_| crashed())?;
        answered.await.unwrap_or_else(|_| Err(crashed().into()))
    }
}

/// A transaction in the writer's queue.
trait Job: Send {
    /// `true` if its caller has gone.
    fn is_abandoned(&self) -> bool;
    /// Time since it was requested.
    fn waited(&self) -> Duration;
    /// Runs it. `true` if what it wrote is to be kept.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Gives its caller the result, unless the transaction was lost.
    fn answer(self: Box<Self>, lost: Option<StoreError>);
}

struct Request<F, T, E> {
    queued: Stopwatch,
    job: Option<F>,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Request<F, T, E>
where
    F: AsyncFnOnce(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn waited(&self) -> Duration {
        self.queued.elapsed()
    }

    fn run(&mut self, tx: &mut Tx) -> bool {
        let Some(job) = self.job.take() else { return false };
        let ran = catch_unwind(AssertUnwindSafe(|| {
            match pin!(job(tx)).poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(result) => result,
                Poll::Pending => Err(StoreError::waits().into()),
            }
        }));
        let result =
            ran.unwrap_or_else(|_| Err(StoreError::from(sqlx::Error::WorkerCrashed).into()));
        let keeps = result.is_ok() && !self.answer.is_closed();
        self.result = Some(result);
        keeps
    }

    fn answer(self: Box<Self>, lost: Option<StoreError>) {
        let result = match (lost, self.result) {
            (Some(error), _) => Err(error.into()),
            (None, Some(result)) => result,
            (None, None) => return,
        };
        // A caller that has gone needs no answer.
        self.answer.send(result).ok();
    }
}

/// The writing connection, and the jobs that ran in its open transaction and wait for the commit.
struct Batch {
    path: PathBuf,
    tx: Tx,
    /// `false` if the connection can't be relied on any more and must be replaced.
    usable: bool,
    jobs: Vec<Box<dyn Job>>,
}

impl Batch {
    /// Works until the last writer has gone.
    fn work(mut self, queue: &mpsc::Receiver<Box<dyn Job>>) {
        while let Ok(first) = queue.recv() {
            let began = Stopwatch::start();
            self.take(first);
            while began.elapsed() < BATCH_LASTS
                && let Ok(next) = queue.try_recv()
            {
                self.take(next);
            }
            self.commit();
        }
    }

    /// Runs a job in the batch.
    fn take(&mut self, mut job: Box<dyn Job>) {
        if job.is_abandoned() {
            return;
        }
        if job.waited() > PATIENCE {
            return job.answer(Some(sqlx::Error::PoolTimedOut.into()));
        }
        // The first one is the whole transaction so far and needs no savepoint.
        let first = self.jobs.is_empty();
        if let Err(error) = self.begin(first) {
            self.lose(error.trouble());
            return job.answer(Some(error));
        }
        let kept = job.run(&mut self.tx);
        let ended = match (first, kept) {
            (true, true) => Ok(()),
            (true, false) => self.command("ROLLBACK"),
            (false, true) => self.command("RELEASE job"),
            (false, false) => {
                self.command("ROLLBACK TO job").and_then(|()| self.command("RELEASE job"))
            }
        };
        match ended {
            // It read nothing that is not on the disk.
            Ok(()) if first && !kept => job.answer(None),
            Ok(()) => self.jobs.push(job),
            Err(error) => {
                let why = error.trouble();
                self.lose(why);
                // What it failed at says more.
                job.answer(kept.then(|| StoreError::lost(why)));
            }
        }
    }

    fn begin(&mut self, first: bool) -> StoreResult<()> {
        if !self.usable {
            self.tx = Tx::writing(connect(&self.path)?);
            self.usable = true;
        }
        self.command(if first { "BEGIN IMMEDIATE" } else { "SAVEPOINT job" })
    }

    /// Commits, and answers the jobs that wait for it.
    fn commit(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        match self.command("COMMIT") {
            Ok(()) => {
                counts::commit();
                for job in self.jobs.drain(..) {
                    job.answer(None);
                }
            }
            Err(error) => self.lose(error.trouble()),
        }
    }

    /// Rolls back all that was not committed. On a full or broken disk SQLite may have undone more than was
    /// asked for, and nobody knows what is left.
    fn lose(&mut self, why: Trouble) {
        // It fails if nothing is left to be rolled back.
        self.command("ROLLBACK").ok();
        self.usable = false;
        for job in self.jobs.drain(..) {
            job.answer(Some(StoreError::lost(why)));
        }
    }

    fn command(&mut self, command: &'static str) -> StoreResult<()> {
        if let Conn::Sqlite(database) = self.tx.connection() {
            database.prepare_cached(command)?.execute([])?;
        }
        Ok(())
    }
}
