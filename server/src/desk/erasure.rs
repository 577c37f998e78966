//! What is no longer needed is erased.

use super::{Desk, Fault};
use std::time::Duration;

/// How long an identification is kept that was begun: long after it has ended or was given up.
const IDENTIFICATIONS_KEPT: Duration = Duration::from_hours(24);

/// Erases meetings whose time to be kept is over, with all that hangs on them, and sessions that
/// have ended.
pub async fn erase(desk: &Desk) -> Result<(), Fault> {
    let now = desk.clock.now();
    let (mut meetings, mut sessions, mut identifications) = (0, 0, 0);
    loop {
        // Some at a time, each time in a transaction of its own: nobody else waits for long.
        let mut tx = desk.store.write().await?;
        let before = meetings + sessions + identifications;
        meetings += tx.erase_meetings(now - desk.settings.kept).await?;
        sessions += tx.erase_sessions(now - desk.settings.session.idle).await?;
        identifications += tx.erase_identifications(now - IDENTIFICATIONS_KEPT).await?;
        tx.commit().await?;
        if meetings + sessions + identifications == before {
            break;
        }
    }
    if meetings + sessions + identifications > 0 {
        tracing::info!(meetings, sessions, identifications, "erased");
    }
    Ok(())
}
