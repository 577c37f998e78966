//! Connections that are kept for a short time, for the next mail.

use super::talk::Talk;
use crate::clock::Stopwatch;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// Time for which a connection is kept. Servers allow far longer, but other clients may need the slots.
const KEPT: Duration = Duration::from_secs(3);

/// Maximum number of mails per connection. Many servers close a connection after a hundred.
const MAILS: u32 = 50;

/// Maximum time to wait for a server's reply to `QUIT`.
const FAREWELL: Duration = Duration::from_secs(2);

/// A connection without unanswered commands.
pub(crate) struct Connection {
    pub(crate) talk: Talk,
    mails: u32,
    since: Stopwatch,
}

impl Connection {
    pub(crate) fn new(talk: Talk) -> Self {
        Self { talk, mails: 0, since: Stopwatch::start() }
    }

    /// Ends the connection. A failure here doesn't affect what was answered before.
    pub(crate) async fn part(self) {
        timeout(FAREWELL, self.talk.part()).await.ok();
    }
}

/// The connections that are kept. One that was abandoned halfway, where replies no longer match the commands,
/// never gets here: it is dropped with the future that held it.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<List>>);

#[derive(Default)]
struct List {
    connections: Vec<Connection>,
    /// `true` if a task is there to close them.
    watched: bool,
}

impl Kept {
    /// Takes the connection that was used last.
    pub(crate) fn take(&self) -> Option<Connection> {
        self.list().connections.pop()
    }

    /// Keeps a connection after a mail, or ends it after the last mail that it may carry.
    pub(crate) async fn keep(&self, connection: Connection) {
        let connection =
            Connection { mails: connection.mails + 1, since: Stopwatch::start(), ..connection };
        if connection.mails >= MAILS {
            return connection.part().await;
        }
        let mut list = self.list();
        list.connections.push(connection);
        if !list.watched {
            list.watched = true;
            tokio::spawn(self.clone().watch());
        }
    }

    /// Closes each connection when its time is over, until none is left.
    async fn watch(self) {
        loop {
            sleep(KEPT).await;
            let (over, done): (Vec<_>, _) = {
                let mut list = self.list();
                let over = list.connections.extract_if(.., |kept| kept.since.elapsed() >= KEPT);
                let over = over.collect();
                list.watched = !list.connections.is_empty();
                (over, !list.watched)
            };
            for connection in over {
                connection.part().await;
            }
            if done {
                return;
            }
        }
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
