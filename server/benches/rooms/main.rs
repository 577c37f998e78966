//! Benchmark of built-in rooms: what 1,000 people in waiting rooms cost, and how soon those inside connect, are
//! seen, are missed, and get a larger picture.
//!
//! The program runs in its own process, as in production. People identify over HTTP, wait on real connections with
//! events, and enter over a WebSocket with media that `str0m` plays. What browsers need on top is measured by
//! `make bench-rooms`. These variables change what is measured:
//!
//! | variable | meaning | default |
//! | --- | --- | --- |
//! | `ANSLUT` | the program | `../target/release/anslut` |
//! | `ANSLUT_ROUNDS` | rounds | 5 |
//! | `ANSLUT_WAITING` | people who wait | 1,000 |

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that can't go on fails"
)]

mod cpu;
#[path = "../../../sfu/benches/forward/figures.rs"]
#[expect(clippy::unwrap_used, dead_code, reason = "the benchmark of the media uses the rest of it")]
mod figures;
mod inside;
#[path = "../ways/machine.rs"]
#[expect(dead_code, reason = "the benchmark of ways uses the rest of it")]
mod machine;
#[path = "../ways/mailbox.rs"]
mod mailbox;
mod meetings;
mod person;
#[path = "../ways/program.rs"]
#[expect(dead_code, reason = "the benchmark of ways uses the rest of it")]
mod program;
mod waiting;
#[path = "../ways/wire.rs"]
mod wire;

use mailbox::Mailbox;
use meetings::Meetings;
use program::{Database, Program};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{env, sync::Arc};

// One thread: the program that is measured has the other core.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    if env::args().any(|argument| argument == "--list") {
        return;
    }
    allow_files();
    println!("{}", figures::machine());
    let rounds = number("ANSLUT_ROUNDS", 5);
    println!("medians of {rounds} rounds, least to most");
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let mailbox = Mailbox::open().await;
    let database = Database::Sqlite(folder.path().join("bench.db"));
    let settings = [("ANSLUT_ROOM__LISTEN", "127.0.0.1:0")];
    let program = Program::start(&database, mailbox.address, &settings).await;
    let mut meetings = Meetings::new(&program, Arc::clone(&mailbox));
    inside::measure(&program, &mut meetings, rounds).await;
    waiting::measure(&program, &mut meetings, rounds, number("ANSLUT_WAITING", 1_000)).await;
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

/// Allows this process as many files as it may have. Each person who waits takes one.
fn allow_files() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).expect("allowed");
}
