//! Supervises background tasks: restarts one that fails, and reports one that is stalled.

use crate::{clock::Stopwatch, metrics::Metrics};
use futures_util::FutureExt;
use std::{
    panic::AssertUnwindSafe,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use tokio::{sync::watch, time::sleep};

/// Delay before a task is restarted.
const PAUSE: Duration = Duration::from_secs(1);

/// A background task, which runs as long as the service does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Delivers the messages of the outbox.
    Postman,
    /// Polls identifications with BankID.
    Collector,
    /// Purges what is no longer needed.
    Eraser,
    /// Enqueues reminders of meetings that are near.
    Reminder,
}

impl Task {
    /// Every task.
    pub const ALL: [Self; 4] = [Self::Postman, Self::Collector, Self::Eraser, Self::Reminder];

    /// Returns the name for logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postman => "postman",
            Self::Collector => "collector",
            Self::Eraser => "eraser",
            Self::Reminder => "reminder",
        }
    }

    /// Returns the longest time between two heartbeats before the task counts as stalled.
    const fn patience(self) -> Duration {
        match self {
            Self::Postman | Self::Collector => Duration::from_mins(1),
            // It runs every half minute, and may have much to write.
            Self::Reminder => Duration::from_mins(5),
            // It runs every hour.
            Self::Eraser => Duration::from_mins(70),
        }
    }
}

/// The last heartbeat of each task. It uses a monotonic clock, so a change of the system time raises no
/// alarm.
#[derive(Debug)]
pub struct Watch {
    began: Stopwatch,
    /// Milliseconds since `began`, plus 1. 0 for a task that has not started.
    turns: [AtomicU64; Task::ALL.len()],
}

impl Default for Watch {
    fn default() -> Self {
        Self { began: Stopwatch::start(), turns: Default::default() }
    }
}

impl Watch {
    /// Records a heartbeat of a task.
    pub fn turn(&self, task: Task) {
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
    pub fn standing(&self) -> Option<Task> {
        Task::ALL.into_iter().find(|task| self.idle(*task).is_some_and(|it| it > task.patience()))
    }
}

/// Runs a task until shutdown, and restarts it if it panics or returns early.
pub async fn keep<T>(
    task: Task,
    metrics: &Metrics,
    mut stop: watch::Receiver<bool>,
    mut begin: impl FnMut() -> T,
) where
    T: Future<Output = ()>,
{
    loop {
        // A panic leaves only whole transactions behind, so the task can start over.
        let ended = AssertUnwindSafe(begin()).catch_unwind().await;
        if ended.is_ok() && *stop.borrow() {
            return;
        }
        metrics.restarted(task);
        tracing::error!(task = task.name(), "a background task broke and is begun again");
        tokio::select! {
            () = sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;

    #[tokio::test(start_paused = true)]
    async fn a_task_that_breaks_is_begun_again_until_it_is_told_to_stop() {
        let metrics = Metrics::default();
        let (tell, told) = watch::channel(false);
        let begun = AtomicU32::new(0);
        keep(Task::Postman, &metrics, told, || {
            let turn = begun.fetch_add(1, Ordering::Relaxed);
            let tell = &tell;
            async move {
                match turn {
                    0 => panic!("broken"),
                    1 => {}
                    _ => drop(tell.send(true)),
                }
            }
        })
        .await;
        assert_eq!(begun.load(Ordering::Relaxed), 3);
        assert_eq!(metrics.restarts(Task::Postman), 2);
        assert_eq!(metrics.restarts(Task::Collector), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_breaks_when_all_is_to_stop_is_not_begun_again() {
        let metrics = Metrics::default();
        let (tell, told) = watch::channel(false);
        tell.send(true).expect("told");
        keep(Task::Eraser, &metrics, told, || async { panic!("broken") }).await;
        assert_eq!(metrics.restarts(Task::Eraser), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_stands_still_when_it_had_no_turn_for_a_minute() {
        let watch = Watch::default();
        assert_eq!((watch.idle(Task::Postman), watch.standing()), (None, None));
        watch.turn(Task::Postman);
        watch.turn(Task::Eraser);
        tokio::time::advance(Duration::from_mins(1)).await;
        assert_eq!(watch.standing(), None);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(watch.standing(), Some(Task::Postman));
        watch.turn(Task::Postman);
        assert_eq!(watch.standing(), None);
        assert_eq!(watch.idle(Task::Eraser), Some(Duration::from_secs(61)));
    }
}
