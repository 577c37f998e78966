//! The thread with its sockets, used by browsers that `str0m` plays, and by strangers.

#![expect(clippy::unwrap_used, reason = "a test that can't go on fails")]
#![expect(clippy::disallowed_methods, reason = "sockets have the time of the machine")]

#[expect(dead_code, reason = "the tests without sockets use the rest of it")]
mod browser;
mod client;
mod floods;
mod people;
mod strangers;
