//! The service on PostgreSQL: the tests for SQLite run here too, and those for several servers on one
//! database. They run under `scripts/postgres`.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

/// The recipients' method.
const METHOD: &str = "email-code";

/// The service's database.
const DATABASE: database::Kind = database::Kind::Postgres;

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/captured_messages.rs"]
mod captured_messages;
#[path = "../support/database.rs"]
mod database;
#[path = "../support/fresh_postgres.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod fresh_postgres;
#[cfg(feature = "demo")]
#[path = "../support/phone.rs"]
mod phone;
#[path = "../support/test_app.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod test_app;

#[cfg(feature = "demo")]
#[path = "../http/bankid.rs"]
mod bankid;
#[path = "../http/booking.rs"]
mod booking;
#[path = "../http/cancelling.rs"]
mod cancelling;
#[path = "../http/changes.rs"]
mod changes;
#[path = "../http/code.rs"]
mod code;
#[cfg(feature = "demo")]
#[path = "../http/e_id_limits.rs"]
mod e_id_limits;
#[path = "../http/get_is_safe.rs"]
mod get_is_safe;
#[path = "../http/happy_path.rs"]
mod happy_path;
#[path = "../http/inviting.rs"]
mod inviting;
#[path = "../http/limits.rs"]
mod limits;
#[path = "../http/listing.rs"]
mod listing;
#[path = "../http/message_texts.rs"]
mod message_texts;
#[path = "../http/outbox.rs"]
mod outbox;
#[path = "../http/races.rs"]
mod races;
#[path = "../http/reminders.rs"]
mod reminders;
#[path = "../http/sessions.rs"]
mod sessions;
#[path = "../http/setback.rs"]
mod setback;
#[path = "../http/strangers.rs"]
mod strangers;

mod bad_input;
mod disk;
mod pooler;
mod servers;
