//! The service with codes by SMS: the tests for codes by e-mail run here too, and those about phones.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

/// The recipients' method.
const METHOD: &str = "sms-code";

/// The service's database.
const DATABASE: database::Kind = database::Kind::Sqlite;

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
#[expect(dead_code, reason = "some of it is for other tests")]
mod phone;
#[path = "../support/test_app.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod test_app;

#[path = "../http/code.rs"]
mod code;
#[path = "../http/happy_path.rs"]
mod happy_path;
#[path = "../http/indistinguishable.rs"]
mod indistinguishable;
#[path = "../http/limits.rs"]
mod limits;
#[path = "../http/outbox.rs"]
mod outbox;
#[path = "../http/races.rs"]
mod races;
#[path = "../http/strangers.rs"]
mod strangers;

mod phones;
mod reports;
