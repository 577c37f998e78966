//! The purge: erases what is no longer needed.
//!
//! Orders and logins are erased a day after their start. All else about a meeting is erased `retention.days`
//! after its end.

use crate::{
    rules::report,
    state::{AppState, InternalError},
    store::{StoreError, Tx},
};
use std::time::Duration;

/// Time between two purges.
pub const PURGE_EVERY: Duration = Duration::from_hours(1);

/// Duration of the purge's lease. Shorter than the time between two purges: the server that holds it may be
/// gone by the next one.
const LEASE: Duration = Duration::from_mins(30);

/// Retention of an identification after its beginning. It has long ended or been abandoned by then.
const IDENTIFICATIONS_KEPT: Duration = Duration::from_hours(24);

/// Time after which a server that holds no built-in rooms any more is forgotten.
const SERVERS_KEPT: Duration = Duration::from_hours(1);

/// Attempts to remove erased data from the database's files while somebody reads them.
const ATTEMPTS: u32 = 5;

/// Time between two attempts.
const PAUSE: Duration = Duration::from_secs(1);

/// Purges, unless another server holds the lease.
pub async fn purge_with_lease(state: &AppState) -> Result<(), InternalError> {
    if !state.acquire_lease("erase", LEASE).await? {
        return Ok(());
    }
    let lost = state.clock.now() - SERVERS_KEPT;
    state.store.write(async move |tx: &mut Tx| tx.forget_lost_servers(lost).await).await?;
    purge(state).await
}

/// Erases meetings past their retention with everything that belongs to them, ended sessions, old
/// identifications, sent reports, and tokens revoked as long ago. Erased data also leaves the database's files.
pub async fn purge(state: &AppState) -> Result<(), InternalError> {
    let mut erased = Erased::default();
    let ended = erased.go_on(state).await;
    let Erased { meetings, sessions, identifications, reports, tokens } = erased;
    if erased.count() > 0 {
        tracing::info!(meetings, sessions, identifications, reports, tokens, "erased");
        clean(state).await?;
    }
    ended
}

/// Numbers of erased rows.
#[derive(Clone, Copy, Debug, Default)]
struct Erased {
    meetings: u64,
    sessions: u64,
    identifications: u64,
    reports: u64,
    tokens: u64,
}

impl Erased {
    const fn count(self) -> u64 {
        self.meetings + self.sessions + self.identifications + self.reports + self.tokens
    }

    /// Erases until nothing is left to erase.
    async fn go_on(&mut self, state: &AppState) -> Result<(), InternalError> {
        let now = state.clock.now();
        loop {
            // Small batches in separate transactions keep everybody else's wait short.
            let (kept, idle) = (now - state.settings.kept, now - state.settings.session.idle);
            let purge = async move |tx: &mut Tx| {
                Ok::<_, StoreError>(Self {
                    meetings: tx.purge_meetings(kept).await?,
                    sessions: tx.purge_sessions(idle).await?,
                    identifications: tx.purge_identifications(now - IDENTIFICATIONS_KEPT).await?,
                    reports: tx.purge_reports(now - report::PERIOD).await?,
                    tokens: tx.purge_tokens(kept).await?,
                })
            };
            let more = state.store.write(purge).await?;
            if more.count() == 0 {
                return Ok(());
            }
            self.meetings += more.meetings;
            self.sessions += more.sessions;
            self.identifications += more.identifications;
            self.reports += more.reports;
            self.tokens += more.tokens;
        }
    }
}

/// Removes erased data from the database's files.
async fn clean(state: &AppState) -> Result<(), InternalError> {
    for _ in 0..ATTEMPTS {
        if state.store.after_erasure().await? {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    tracing::warn!("what was erased is in the database's journal until it is next emptied");
    Ok(())
}
