//! The service with codes by SMS: the tests for codes by e-mail run here too, and those about phones.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

/// The recipients' method.
const METHOD: &str = "sms-code";

/// The service's database.
const DATABASE: database::Kind = database::Kind::Sqlite;

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
#[expect(dead_code, reason = "some of it is for other tests")]
mod phone;
#[path = "../support/test_app.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod test_app;

#[path = "../door/alike.rs"]
mod alike;
#[path = "../door/code.rs"]
mod code;
#[path = "../door/limits.rs"]
mod limits;
#[path = "../door/outbox.rs"]
mod outbox;
#[path = "../door/races.rs"]
mod races;
#[path = "../door/strangers.rs"]
mod strangers;
#[path = "../door/the_way.rs"]
mod the_way;

mod phones;
mod reports;
