//! All work in the background. The supervisor runs each job until shutdown.
//!
//! Servers share work by leases: what a dead server held is taken over when its lease expires. Each lease
//! lasts longer than the call that it covers. A holder whose lease has expired writes nothing.

pub mod bankid_poller;
pub mod leases;
mod livekit;
pub mod lobbies;
pub mod outbox;
pub mod purge;
pub mod reminders;
pub mod rooms;
pub mod supervisor;

pub use self::{bankid_poller::BankIdPoller, lobbies::LobbyWatcher, outbox::OutboxWorker};
