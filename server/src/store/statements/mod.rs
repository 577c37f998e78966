//! The statements, one file a subject. They are written in what the databases have in common and
//! compiled once for each, with `super::Conn` as that database's transaction.

use super::Conn;

mod challenges;
mod events;
mod identifications;
mod invitations;
mod meetings;
mod outbox;
mod reminders;
mod sessions;
mod tokens;
mod turns;
