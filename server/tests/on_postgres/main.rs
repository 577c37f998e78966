//! The service on PostgreSQL: the tests for SQLite run here too, and those for several servers on one
//! database. They run under `scripts/postgres`.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

/// The recipients' method.
const METHOD: &str = "email-code";

/// The service's database.
const DATABASE: database::Kind = database::Kind::Postgres;

#[path = "../support/browser.rs"]
mod browser;
#[path = "../support/database.rs"]
mod database;
#[path = "../support/fresh_postgres.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod fresh_postgres;
#[path = "../support/letterbox.rs"]
mod letterbox;
#[cfg(feature = "demo")]
#[path = "../support/phone.rs"]
mod phone;
#[path = "../support/test_app.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod test_app;

#[cfg(feature = "demo")]
#[path = "../door/bankid.rs"]
mod bankid;
#[path = "../door/booking.rs"]
mod booking;
#[path = "../door/cancelling.rs"]
mod cancelling;
#[path = "../door/changes.rs"]
mod changes;
#[path = "../door/code.rs"]
mod code;
#[cfg(feature = "demo")]
#[path = "../door/e_id_limits.rs"]
mod e_id_limits;
#[path = "../door/inviting.rs"]
mod inviting;
#[path = "../door/limits.rs"]
mod limits;
#[path = "../door/listing.rs"]
mod listing;
#[path = "../door/looking.rs"]
mod looking;
#[path = "../door/outbox.rs"]
mod outbox;
#[path = "../door/races.rs"]
mod races;
#[path = "../door/reminders.rs"]
mod reminders;
#[path = "../door/sessions.rs"]
mod sessions;
#[path = "../door/setback.rs"]
mod setback;
#[path = "../door/strangers.rs"]
mod strangers;
#[path = "../door/the_way.rs"]
mod the_way;
#[path = "../door/told.rs"]
mod told;

mod bad_input;
mod disk;
mod pooler;
mod servers;
