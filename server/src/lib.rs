//! Anslut: from an invitation in the mail to a secure video meeting.

pub mod caller;
pub mod clock;
pub mod commands;
pub mod config;
pub mod deliver;
#[cfg(feature = "demo")]
pub mod demo;
pub mod desk;
pub mod doctor;
pub mod http;
pub mod keys;
pub mod logs;
pub mod metrics;
pub mod prove;
pub mod rooms;
pub mod rules;
pub mod service;
pub mod store;
pub mod watch;
