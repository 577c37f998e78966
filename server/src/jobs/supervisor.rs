//! Supervises background tasks: restarts one that panics or returns early.

use crate::metrics::{Metrics, Task};
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::{sync::watch, time::sleep};

/// Delay before a task is restarted.
const PAUSE: Duration = Duration::from_secs(1);

/// Runs a task until shutdown, and restarts it if it panics or returns early.
pub async fn supervise<T>(
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
        tracing::error!(task = task.name(), "background task restarted");
        tokio::select! {
            () = sleep(PAUSE) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test(start_paused = true)]
    async fn a_task_that_breaks_is_begun_again_until_it_is_told_to_stop() {
        let metrics = Metrics::default();
        let (tell, told) = watch::channel(false);
        let begun = AtomicU32::new(0);
        supervise(Task::Outbox, &metrics, told, || {
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
        assert_eq!(metrics.restarts(Task::Outbox), 2);
        assert_eq!(metrics.restarts(Task::BankId), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_breaks_when_all_is_to_stop_is_not_begun_again() {
        let metrics = Metrics::default();
        let (tell, told) = watch::channel(false);
        tell.send(true).expect("told");
        supervise(Task::Purge, &metrics, told, || async { panic!("broken") }).await;
        assert_eq!(metrics.restarts(Task::Purge), 1);
    }
}
