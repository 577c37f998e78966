//! A clock that was set back: by somebody who corrects it, or by a machine restored to an earlier state. What
//! had ended stays ended, and nothing waits for a time that had already come.

use super::{AppState, InternalError};
use crate::rules::session::LOGIN_LASTS;
use std::time::Duration;

/// Tolerated difference between the clocks of machines.
const SKEW: Duration = Duration::from_secs(10);

impl AppState {
    /// Handles a clock that was set back, unless that was done already. Call it before an action, outside a
    /// transaction.
    pub async fn after_setback(&self) -> Result<(), InternalError> {
        if self.clock.set_back().is_none() {
            return Ok(());
        }
        // One at a time: what starts afterwards must not be ended with the rest.
        let _one = self.setback.lock().await;
        let Some(latest) = self.clock.set_back() else { return Ok(()) };
        let now = self.clock.now();
        let (logins, idle) = (latest - LOGIN_LASTS, latest - self.settings.session.idle);
        self.store.write(async move |tx| tx.set_back(latest, now, logins, idle).await).await?;
        self.clock.settle(latest);
        let seconds = latest.since(now).as_secs();
        tracing::warn!(seconds, "the clock was set back; what had ended by it stays ended");
        Ok(())
    }

    /// Takes over the time that was reached before this process started.
    pub async fn take_up_time(&self) -> Result<(), InternalError> {
        let mut tx = self.store.read().await?;
        let latest = tx.latest_time().await?;
        drop(tx);
        if let Some(latest) = latest.filter(|latest| latest.since(self.clock.now()) > SKEW) {
            self.clock.reached(latest);
        }
        self.after_setback().await
    }

    /// Stores the time that was reached, for the next process.
    pub async fn write_time(&self) -> Result<(), InternalError> {
        self.after_setback().await?;
        let now = self.clock.now();
        Ok(self.store.write(async move |tx| tx.reach_time(now).await).await?)
    }
}
