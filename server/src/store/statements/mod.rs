//! The SQL statements, one file a subject.
//!
//! They use only what both databases understand. They are compiled once for each, with `super::Conn` as that
//! database's transaction.

use super::Conn;

mod challenges;
mod events;
mod identifications;
mod invitations;
mod leases;
mod meetings;
mod outbox;
mod reminders;
mod sessions;
mod tokens;
