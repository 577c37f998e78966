use crate::{
    clock::Stopwatch,
    keys::Unsealed,
    store::{DISK_FULL, StoreError},
};
use app::gate::Unavailable;
use std::time::Duration;

/// A fault for operators. Visitors only see that something failed. It names no person, address, link or code.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// A value can't be sealed or opened: its key is not configured, or the row was tampered with.
    #[error(transparent)]
    Sealed(#[from] Unsealed),
    /// A key is no longer configured. It is reported where that is found, once for each key.
    #[error("a key is configured no more")]
    LostKey,
    /// A row names something that this program does not know or have.
    #[error("unknown {0} in the store")]
    Unknown(&'static str),
}

impl Fault {
    /// Returns the word for the readiness response.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Store(error) if error.is_full() => DISK_FULL,
            _ => "database",
        }
    }

    /// Logs the fault, and returns only that there was one.
    pub fn log(self) -> Unavailable {
        if !matches!(self, Self::LostKey) {
            tracing::error!(fault = %self, "request failed");
        }
        Unavailable
    }
}

/// Minimum time between two log lines about a lasting fault.
const TOLD_EVERY: Duration = Duration::from_mins(1);

/// Log of something that is retried. Reports a lasting fault when it starts, now and then while it lasts, and
/// when it has ended.
#[derive(Debug, Default)]
pub(crate) struct Spell(Option<Lasting>);

#[derive(Debug)]
struct Lasting {
    told: Stopwatch,
    untold: u64,
}

impl Spell {
    /// Records a failure.
    pub(crate) fn fault(&mut self, task: &'static str, fault: &Fault) {
        match &mut self.0 {
            Some(lasting) if lasting.told.elapsed() < TOLD_EVERY => lasting.untold += 1,
            lasting => {
                let failures = lasting.as_ref().map_or(0, |it| it.untold) + 1;
                tracing::error!(task, %fault, failures, "can't go on for now");
                *lasting = Some(Lasting { told: Stopwatch::start(), untold: 0 });
            }
        }
    }

    /// Records a success.
    pub(crate) fn over(&mut self, task: &'static str) {
        if self.0.take().is_some() {
            tracing::info!(task, "goes on again");
        }
    }
}
