//! Test support: a service under test, and everything that surrounds it.
//!
//! [`test_app`] starts a service as a process runs it, on its own port and database, with a clock that the
//! test moves. [`browser`] and [`visitor`] act for its visitors. [`captured_messages`] keeps its mail and SMS,
//! and [`phone`] has the BankID app. The other modules are servers in the place of real ones: they answer
//! rightly or wrongly, as the test says.
//!
//! A test of the whole service is an `async fn` with `#[tokio::test]`, in a file of `server/tests/http` that
//! `main.rs` there names. This is the body of one:
//!
//! ```no_run
//! use test_support::test_app::{ANNA, MINUTE, TestApp};
//!
//! # async fn a_code_opens_the_invitation() {
//! let app = TestApp::start().await;
//! let invitation = app.invite(ANNA).await;
//! let browser = app.browser();
//! let code = browser.ask(&app, &invitation).await;
//! app.forward(MINUTE).await;
//! let page = browser.enter(&invitation, &code).await;
//! assert_eq!(page.screen(), "invitation");
//! assert_eq!(app.happened(&invitation, "identified").await, 1);
//! # }
//! ```
//!
//! [`variables`] lists the settings of a run of the tests. A test that needs PostgreSQL runs under
//! `scripts/postgres`.

#![expect(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "a test that can't go on fails"
)]

pub mod browser;
pub mod captured_messages;
pub mod database;
pub mod fake_bankid;
pub mod fake_livekit;
pub mod fake_sms_gateway;
pub mod fresh_postgres;
pub mod mail_server;
pub mod media;
pub mod meeting_room;
pub mod oidc_provider;
pub mod phone;
pub mod signalling;
pub mod test_app;
pub mod variables;
pub mod visitor;
