//! The clock is set back: by whoever mends it, or since a machine is put back to an earlier state. What had
//! ended by then stays ended, and nothing waits for a time that had come already.

use super::{Desk, Fault, logins::LOGIN_LASTS};
use std::time::Duration;

/// How far machines' clocks may be from one another without one of them having been set back.
const SKEW: Duration = Duration::from_secs(10);

impl Desk {
    /// Sees to what was written before the clock was set back, if it was and nobody has seen to it. To be
    /// called before somebody does something, in no transaction.
    pub async fn after_setback(&self) -> Result<(), Fault> {
        if self.clock.set_back().is_none() {
            return Ok(());
        }
        // One at a time, so that what begins afterwards is not ended with the rest.
        let _one = self.setback.lock().await;
        let Some(latest) = self.clock.set_back() else { return Ok(()) };
        let now = self.clock.now();
        let mut tx = self.store.write().await?;
        let idle = latest - self.settings.session.idle;
        tx.set_back(latest, now, latest - LOGIN_LASTS, idle).await?;
        tx.commit().await?;
        self.clock.settle(latest);
        let seconds = latest.since(now).as_secs();
        tracing::warn!(seconds, "the clock was set back; what had ended by it stays ended");
        Ok(())
    }

    /// Takes up the time that was reached before this process began.
    pub async fn take_up_time(&self) -> Result<(), Fault> {
        let mut tx = self.store.read().await?;
        let latest = tx.latest_time().await?;
        drop(tx);
        if let Some(latest) = latest.filter(|latest| latest.since(self.clock.now()) > SKEW) {
            self.clock.reached(latest);
        }
        self.after_setback().await
    }

    /// Writes down how far the time has come, for the next process.
    pub async fn write_time(&self) -> Result<(), Fault> {
        self.after_setback().await?;
        let mut tx = self.store.write().await?;
        tx.reach_time(self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}
