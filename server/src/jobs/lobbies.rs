//! The watcher of waiting rooms: it finds the changes that other servers made, for those who listen here.

use crate::{
    clock::every,
    metrics::Task,
    state::{AppState, ErrorLog, InternalError},
};
use std::{collections::HashMap, time::Duration};
use tokio::sync::watch;

/// Time between two looks. A change is seen through another server within a second.
const EVERY: Duration = Duration::from_millis(500);

/// The age of changes that are looked at again. The clocks of two servers may differ by less.
const OVERLAP: Duration = Duration::from_secs(30);

/// The watcher.
pub struct LobbyWatcher {
    state: AppState,
    /// The versions of the rooms that have changed of late.
    seen: HashMap<String, i64>,
}

impl LobbyWatcher {
    /// Creates the watcher.
    pub fn new(state: AppState) -> Self {
        Self { state, seen: HashMap::new() }
    }

    /// Watches until stopped.
    pub async fn work(mut self, mut stop: watch::Receiver<bool>) {
        let mut errors = ErrorLog::default();
        let mut turns = every(EVERY);
        while !*stop.borrow() {
            tokio::select! {
                _ = turns.tick() => {
                    self.state.heartbeats.beat(Task::Lobbies);
                    match self.look().await {
                        Ok(()) => errors.over(Task::Lobbies.name()),
                        Err(fault) => errors.fault(Task::Lobbies.name(), &fault),
                    }
                }
                _ = stop.changed() => return,
            }
        }
    }

    /// Notifies the listeners of rooms that have changed since the last look.
    async fn look(&mut self) -> Result<(), InternalError> {
        if self.state.lobby_changed.receiver_count() == 0 {
            return Ok(());
        }
        let since = self.state.clock.now() - OVERLAP;
        let changed = self.state.store.read_once().await?.rooms_changed(since).await?;
        for (meeting, version) in &changed {
            if self.seen.get(meeting) != Some(version) {
                self.state.tell_lobby(meeting);
            }
        }
        self.seen = changed.into_iter().collect();
        Ok(())
    }
}
