//! What is no longer needed is erased.

use super::{Desk, Fault};
use std::time::Duration;

/// How long an identification is kept that was begun: long after it has ended or was given up.
const IDENTIFICATIONS_KEPT: Duration = Duration::from_hours(24);

/// How often it is tried to have what was erased leave the database's files, while somebody reads them.
const ATTEMPTS: u32 = 5;

/// How long to wait between two of those.
const PAUSE: Duration = Duration::from_secs(1);

/// Erases meetings whose time to be kept is over, with all that hangs on them, sessions that have
/// ended, and tokens that were taken back so long ago. What was erased is in no file any more.
pub async fn erase(desk: &Desk) -> Result<(), Fault> {
    let now = desk.clock.now();
    let mut tx = desk.store.write().await?;
    let meetings = tx.erase_meetings(now - desk.settings.kept).await?;
    let sessions = tx.erase_sessions(now - desk.settings.session.idle).await?;
    let identifications = tx.erase_identifications(now - IDENTIFICATIONS_KEPT).await?;
    let tokens = tx.erase_tokens(now - desk.settings.kept).await?;
    tx.commit().await?;
    if meetings + sessions + identifications + tokens > 0 {
        tracing::info!(meetings, sessions, identifications, tokens, "erased");
        clean(desk).await?;
    }
    Ok(())
}

/// Has what was erased leave the database's files.
async fn clean(desk: &Desk) -> Result<(), Fault> {
    for _ in 0..ATTEMPTS {
        if desk.store.after_erasure().await? {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    tracing::warn!("what was erased is in the database's journal until it is next emptied");
    Ok(())
}
