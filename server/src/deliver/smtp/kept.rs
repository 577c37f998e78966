//! Connections that are kept a little while for the next mail.

use super::talk::Talk;
use crate::clock::Stopwatch;
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// How long a connection is kept: servers bear far longer, but others may want their places.
const KEPT: Duration = Duration::from_secs(3);

/// How many mails go over one connection: many servers close it after a hundred.
const MAILS: u32 = 50;

/// How long to wait for a server to say goodbye.
const FAREWELL: Duration = Duration::from_secs(2);

/// A connection over which nothing was left unanswered.
pub(super) struct Connection {
    pub(super) talk: Talk,
    mails: u32,
    since: Stopwatch,
}

impl Connection {
    pub(super) fn new(talk: Talk) -> Self {
        Self { talk, mails: 0, since: Stopwatch::start() }
    }

    /// Says goodbye. What has been answered stands, however that goes.
    pub(super) async fn part(self) {
        timeout(FAREWELL, self.talk.part()).await.ok();
    }
}

/// The connections that are kept. One that was given up halfway, where answers no longer belong to the
/// questions, never comes here: it is dropped with the future that held it.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<List>>);

#[derive(Default)]
struct List {
    connections: Vec<Connection>,
    /// Whether somebody sees to it that they are closed.
    watched: bool,
}

impl Kept {
    /// The one that was used last.
    pub(super) fn take(&self) -> Option<Connection> {
        self.list().connections.pop()
    }

    /// Keeps a connection over which a mail was taken; says goodbye to one that has served enough.
    pub(super) async fn keep(&self, connection: Connection) {
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

    /// Closes each when its time is over, until there are none.
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
