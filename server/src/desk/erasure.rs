//! The purge: erases what is no longer needed.

use super::{Desk, Fault};
use std::time::Duration;

/// Time between two purges.
pub const ERASE_EVERY: Duration = Duration::from_hours(1);

/// Duration of the purge's lease. Shorter than the time between two purges: the server that holds it may be
/// gone by the next one.
const TURN_LASTS: Duration = Duration::from_mins(30);

/// Retention of an identification after its beginning. It has long ended or been abandoned by then.
const IDENTIFICATIONS_KEPT: Duration = Duration::from_hours(24);

/// Attempts to remove erased data from the database's files while somebody reads them.
const ATTEMPTS: u32 = 5;

/// Time between two attempts.
const PAUSE: Duration = Duration::from_secs(1);

/// Purges, unless another server holds the lease.
pub async fn erase_in_turn(desk: &Desk) -> Result<(), Fault> {
    if desk.takes_turn("erase", TURN_LASTS).await? { erase(desk).await } else { Ok(()) }
}

/// Erases meetings past their retention with everything that belongs to them, ended sessions, old
/// identifications, and tokens revoked as long ago. Erased data also leaves the database's files.
pub async fn erase(desk: &Desk) -> Result<(), Fault> {
    let mut erased = Erased::default();
    let ended = erased.go_on(desk).await;
    let Erased { meetings, sessions, identifications, tokens } = erased;
    if erased.count() > 0 {
        tracing::info!(meetings, sessions, identifications, tokens, "erased");
        clean(desk).await?;
    }
    ended
}

/// Numbers of erased rows.
#[derive(Clone, Copy, Debug, Default)]
struct Erased {
    meetings: u64,
    sessions: u64,
    identifications: u64,
    tokens: u64,
}

impl Erased {
    const fn count(self) -> u64 {
        self.meetings + self.sessions + self.identifications + self.tokens
    }

    /// Erases until nothing is left to erase.
    async fn go_on(&mut self, desk: &Desk) -> Result<(), Fault> {
        let now = desk.clock.now();
        loop {
            // Small batches in separate transactions keep everybody else's wait short.
            let mut tx = desk.store.write().await?;
            let more = Self {
                meetings: tx.erase_meetings(now - desk.settings.kept).await?,
                sessions: tx.erase_sessions(now - desk.settings.session.idle).await?,
                identifications: tx.erase_identifications(now - IDENTIFICATIONS_KEPT).await?,
                tokens: tx.erase_tokens(now - desk.settings.kept).await?,
            };
            tx.commit().await?;
            if more.count() == 0 {
                return Ok(());
            }
            self.meetings += more.meetings;
            self.sessions += more.sessions;
            self.identifications += more.identifications;
            self.tokens += more.tokens;
        }
    }
}

/// Removes erased data from the database's files.
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
