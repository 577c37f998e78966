//! What is no longer needed is erased.

use super::{Desk, Fault};

/// Erases meetings whose time to be kept is over, with all that hangs on them, and sessions that
/// have ended.
pub async fn erase(desk: &Desk) -> Result<(), Fault> {
    let now = desk.clock.now();
    let mut tx = desk.store.write().await?;
    let meetings = tx.erase_meetings(now - desk.settings.kept).await?;
    let sessions = tx.erase_sessions(now - desk.settings.session.idle).await?;
    tx.commit().await?;
    if meetings + sessions > 0 {
        tracing::info!(meetings, sessions, "erased");
    }
    Ok(())
}
