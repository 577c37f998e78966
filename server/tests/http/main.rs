//! The service as a whole, over TCP: with a browser's cookies, a clock that the test moves, and a mailer that
//! keeps its messages.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

mod attackers;
mod bad_input;
mod bankid;
mod booking;
mod brand;
mod calendar;
mod cancelling;
mod changes;
mod code;
mod conditions;
mod cookies;
mod demo;
mod device_test;
mod e_id_limits;
mod erasure;
mod get_is_safe;
mod happy_path;
mod headers;
mod hosts;
mod in_app;
mod indistinguishable;
mod inviting;
mod jitsi;
mod level;
mod limits;
mod links;
mod listing;
mod livekit;
mod lobby;
mod log;
mod mail;
mod mail_outages;
mod meeting;
mod message_texts;
mod metrics;
mod oidc;
mod openapi;
mod outages;
mod outbox;
mod races;
mod refusals;
mod reminders;
mod rotation;
mod seats;
mod seen;
mod sessions;
mod setback;
mod signal;
mod simulator;
mod statements;
mod strangers;
mod tokens;
