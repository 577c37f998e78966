//! What is no longer needed is erased.

use super::{Desk, Fault};
use std::time::Duration;

/// How often what is no longer needed is erased.
pub const ERASE_EVERY: Duration = Duration::from_hours(1);

/// For how long no other server erases after one has begun to. Shorter than the above: the one that has
/// begun may be gone when it is time again.
const TURN_LASTS: Duration = Duration::from_mins(30);

/// How long an identification is kept that was begun: long after it has ended or was given up.
const IDENTIFICATIONS_KEPT: Duration = Duration::from_hours(24);

/// How often it is tried to have what was erased leave the database's files, while somebody reads them.
const ATTEMPTS: u32 = 5;

/// How long to wait between two of those.
const PAUSE: Duration = Duration::from_secs(1);

/// Erases what is no longer needed, unless another server has just done so or does.
pub async fn erase_in_turn(desk: &Desk) -> Result<(), Fault> {
    if desk.takes_turn("erase", TURN_LASTS).await? { erase(desk).await } else { Ok(()) }
}

/// Erases meetings whose time to be kept is over, with all that hangs on them, sessions that have
/// ended, and tokens that were taken back so long ago. What was erased is in no file any more.
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

/// How much was erased.
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

    /// Erases until nothing is left to be erased.
    async fn go_on(&mut self, desk: &Desk) -> Result<(), Fault> {
        let now = desk.clock.now();
        loop {
            // Some at a time, each time in a transaction of its own: nobody else waits for long.
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
