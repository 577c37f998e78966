//! The service as a whole, over TCP: with a browser's cookies, a clock that the test moves, and a mailer that
//! keeps its messages.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

/// The recipients' method.
const METHOD: &str = "email-code";

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
#[path = "../support/mail_server.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod mail_server;
#[path = "../support/oidc_provider.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod oidc_provider;
#[cfg(feature = "demo")]
#[path = "../support/phone.rs"]
mod phone;
#[path = "../support/test_app.rs"]
mod test_app;

mod bad_input;
#[cfg(feature = "demo")]
mod bankid;
mod booking;
mod calendar;
mod cancelling;
mod changes;
mod code;
mod conditions;
mod cookies;
#[cfg(feature = "demo")]
mod demo;
#[cfg(feature = "demo")]
mod e_id_limits;
mod erasure;
mod get_is_safe;
mod happy_path;
mod headers;
mod indistinguishable;
mod inviting;
#[cfg(feature = "demo")]
mod level;
mod limits;
mod links;
mod listing;
mod log;
mod mail;
mod mail_outages;
mod meeting;
mod message_texts;
mod metrics;
#[cfg(feature = "demo")]
mod oidc;
#[cfg(feature = "demo")]
mod openapi;
mod outages;
mod outbox;
mod races;
mod refusals;
mod reminders;
#[cfg(feature = "demo")]
mod rotation;
mod seen;
mod sessions;
mod setback;
#[cfg(feature = "demo")]
mod simulator;
mod strangers;
mod tokens;
