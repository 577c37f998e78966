//! Anslut: from an invitation in the mail to a secure video meeting.
//!
//! Three groups cause work. Recipients use the pages (`identification`), senders use the REST interface
//! (`meetings`), and background tasks run without a request (`jobs`). All ask `rules` and write to `store`.
//! `authenticators` alone create proofs, and `jobs` alone send messages. ARCHITECTURE.md has the code map and
//! the invariants.

pub mod authenticators;
pub mod clock;
pub mod commands;
pub mod conference;
pub mod config;
#[cfg(feature = "demo")]
pub mod demo;
pub mod doctor;
pub mod http;
pub mod http_client;
pub mod identification;
pub mod jobs;
pub mod keys;
pub mod logs;
pub mod meetings;
pub mod messages;
pub mod metrics;
pub mod model;
pub mod rooms;
pub mod rules;
pub mod service;
pub mod state;
pub mod store;
