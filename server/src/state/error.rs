//! Internal errors, and a log of them that does not repeat itself.
//!
//! An `InternalError` is logged once, by `log`, and becomes `Unavailable`. It never crosses the port.

use crate::{
    clock::Stopwatch,
    keys::DecryptError,
    rooms::NoAddress,
    store::{DISK_FULL, StoreError},
};
use app::backend::Unavailable;
use std::time::Duration;

/// A fault for operators. Visitors only see that something failed. It names no person, address, link or code.
#[derive(Debug, thiserror::Error)]
pub enum InternalError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system has no randomness.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// A value can't be sealed or opened: its key is not configured, or the row was tampered with.
    #[error(transparent)]
    Sealed(#[from] DecryptError),
    /// A key is no longer configured. It is reported where that is found, once for each key.
    #[error("a key is configured no more")]
    LostKey,
    /// No server that is known has media for a built-in room.
    #[error("no server holds built-in rooms")]
    NoMedia,
    /// No address leads into a room.
    #[error(transparent)]
    NoAddress(#[from] NoAddress),
    /// A row names something that this program does not know or have.
    #[error("unknown {0} in the store")]
    Unknown(&'static str),
}

impl InternalError {
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
const LOGGED_EVERY: Duration = Duration::from_mins(1);

/// Log of something that is retried. Reports a lasting fault when it starts, now and then while it lasts, and
/// when it has ended.
#[derive(Debug, Default)]
pub(crate) struct ErrorLog(Option<Lasting>);

#[derive(Debug)]
struct Lasting {
    logged: Stopwatch,
    unlogged: u64,
}

impl ErrorLog {
    /// Records a failure.
    pub(crate) fn fault(&mut self, task: &'static str, fault: &InternalError) {
        match &mut self.0 {
            Some(lasting) if lasting.logged.elapsed() < LOGGED_EVERY => lasting.unlogged += 1,
            lasting => {
                let failures = lasting.as_ref().map_or(0, |it| it.unlogged) + 1;
                tracing::error!(task, %fault, failures, "task failing");
                *lasting = Some(Lasting { logged: Stopwatch::start(), unlogged: 0 });
            }
        }
    }

    /// Records a success.
    pub(crate) fn over(&mut self, task: &'static str) {
        if self.0.take().is_some() {
            tracing::info!(task, "task recovered");
        }
    }
}
