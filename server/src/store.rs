//! What is remembered.
//!
//! The trait says what can be read and written in one transaction; what may happen is decided by
//! `rules` and put together by `desk`. Several servers may write at the same time, each at READ
//! COMMITTED. A writing transaction that has called [`Invitations::lock_invitation`] has that
//! invitation, its counts and its visits to itself until it ends, so that what was decided on what was
//! read still holds when it is written.
//!
//! Whoever locks more than one thing does so in this order, so that no two ever wait for each other:
//! a meeting, its invitations (by their ids), a session, orders (by their ids) and logins, an address,
//! and messages last. Writing or erasing a row locks it too. Who erases, and who writes at once what came
//! of many messages or orders, has another order and gives way instead ([`Turns::give_way`]). Nobody asks
//! for a second transaction while one is open.

#[macro_use]
mod columns;
mod dialect;
mod postgres;
pub mod records;
mod sqlite;
mod traits;
mod trouble;
mod upkeep;

#[cfg(test)]
mod contract;

pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;
pub use traits::*;
pub use trouble::{DISK_FULL, StoreError, troubles};
pub use upkeep::{Health, Migrated, check, migrate};
