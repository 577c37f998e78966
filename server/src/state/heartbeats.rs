//! Heartbeats of the background tasks, by which a stalled one is found.

use crate::{clock::Stopwatch, metrics::Task};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Returns the longest time between two heartbeats before the task counts as stalled.
const fn deadline(task: Task) -> Duration {
    match task {
        Task::Outbox | Task::BankId | Task::Lobbies | Task::Rooms => Duration::from_mins(1),
        // It runs every half minute, and may have much to write.
        Task::Reminders => Duration::from_mins(5),
        // It runs every hour.
        Task::Purge => Duration::from_mins(70),
    }
}

/// The last heartbeat of each task. It uses a monotonic clock, so a change of the system time raises no
/// alarm.
#[derive(Debug)]
pub struct Heartbeats {
    began: Stopwatch,
    /// Milliseconds since `began`, plus 1. 0 for a task that has not started.
    turns: [AtomicU64; Task::ALL.len()],
}

impl Default for Heartbeats {
    fn default() -> Self {
        Self { began: Stopwatch::start(), turns: Default::default() }
    }
}

impl Heartbeats {
    /// Records a heartbeat of a task.
    pub fn beat(&self, task: Task) {
        let at = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX - 1) + 1;
        if let Some(turn) = self.turns.get(task as usize) {
            turn.store(at, Ordering::Relaxed);
        }
    }

    /// Returns the time since a task's last heartbeat. `None` before its first.
    pub fn idle(&self, task: Task) -> Option<Duration> {
        let at = self.turns.get(task as usize)?.load(Ordering::Relaxed).checked_sub(1)?;
        Some(self.began.elapsed().saturating_sub(Duration::from_millis(at)))
    }

    /// Returns a task that is stalled.
    pub fn stalled(&self) -> Option<Task> {
        Task::ALL.into_iter().find(|task| self.idle(*task).is_some_and(|it| it > deadline(*task)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_task_stands_still_when_it_had_no_turn_for_a_minute() {
        let watch = Heartbeats::default();
        assert_eq!((watch.idle(Task::Outbox), watch.stalled()), (None, None));
        watch.beat(Task::Outbox);
        watch.beat(Task::Purge);
        tokio::time::advance(Duration::from_mins(1)).await;
        assert_eq!(watch.stalled(), None);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(watch.stalled(), Some(Task::Outbox));
        watch.beat(Task::Outbox);
        assert_eq!(watch.stalled(), None);
        assert_eq!(watch.idle(Task::Purge), Some(Duration::from_secs(61)));
    }
}
