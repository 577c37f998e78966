//! What a sender does: books, changes and cancels meetings, and reads what happened.
//!
//! Each action stores its result and enqueues its messages in one transaction.

pub mod api_tokens;
pub mod create;
mod delivery_reports;
mod error;
mod invite;
pub mod update;

pub use self::error::MeetingError;
