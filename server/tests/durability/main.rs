//! Durability tests: nothing that was acknowledged is lost. The built program is killed under load at random
//! moments and restarted. Its disk fills up, and its database goes away.
//!
//! `ANSLUT_ROUNDS` sets how often it is killed, and `ANSLUT_ROOM_SECONDS` how long one of two servers with built-in rooms
//! is restarted. `ANSLUT_SEED` repeats what the visitors do. The tests run
//! under `scripts/postgres`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that can't go on fails, and says which seed it went by"
)]

mod away;
mod books;
mod chance;
mod check;
mod disk;
mod mailbox;
mod memory;
mod program;
mod rooms;
mod rounds;
mod trouble;
mod visitor;
mod walk;
