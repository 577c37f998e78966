//! Senders' actions: book, change and cancel meetings, and read their events.
//!
//! Each action stores its result and enqueues its messages in one transaction.

pub mod api_tokens;
pub mod create;
mod delivery_reports;
mod end;
mod error;
mod invite;
pub mod update;

pub use self::error::MeetingError;
