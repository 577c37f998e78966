//! The statements, one file a subject. They are written in what the databases have in common and
//! compiled once for each, with `super::Conn` as that database's transaction.

use super::Conn;
use crate::store::{Stored, dialect::Dialect};
use sqlx::query;

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

impl Conn {
    /// For who erases: gives up soon where others are in the way. It will be tried again.
    async fn give_way(&mut self) -> Stored<()> {
        if let Some(give_way) = Self::GIVE_WAY {
            query(give_way).execute(&mut *self.0).await?;
        }
        Ok(())
    }
}
