//! What is remembered.
//!
//! The trait says what can be read and written in one transaction; what may happen is decided by
//! `rules` and put together by `desk`. A writing transaction that has called
//! [`Invitations::lock_invitation`] has that invitation, its counts and its visits to itself until
//! it ends, so that what was decided on what was read still holds when it is written.

pub mod records;
mod sqlite;
mod traits;
mod trouble;
mod upkeep;

#[cfg(test)]
mod contract;

pub use sqlite::SqliteStore;
pub use traits::*;
pub use trouble::{StoreError, troubles};
pub use upkeep::{Health, Migrated, check, migrate};
