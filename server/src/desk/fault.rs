use crate::{keys::Unsealed, store::StoreError};
use app::gate::Unavailable;

/// Why something could not be done, for operators; people are only told that it could not. It
/// names no person, address, link or code.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The operating system has no randomness to give.
    #[error("no randomness: {0}")]
    Randomness(#[from] getrandom::Error),
    /// A value can't be sealed or opened: its key is not configured, or the row was tampered with.
    #[error(transparent)]
    Sealed(#[from] Unsealed),
    /// A row names something that this program does not know or have.
    #[error("unknown {0} in the store")]
    Unknown(&'static str),
}

impl Fault {
    /// Logs the fault; what is left is that there was one.
    pub fn log(self) -> Unavailable {
        tracing::error!(fault = %self, "request failed");
        Unavailable
    }
}
