//! Benchmark of waiting rooms on two servers: the time from a host's message at one server until a guest who waits at the
//! other has it.
//!
//! It runs on PostgreSQL, which `ANSLUT_TEST_POSTGRES` names.

#![expect(clippy::print_stdout, reason = "it prints what it has measured")]

use server::clock::Stopwatch;
use std::env;
use test_support::{
    meeting_room::{host_and_guest, with_rooms},
    test_app::TestApp,
};

/// Rounds, and messages in each.
const ROUNDS: usize = 5;
const MESSAGES: usize = 40;

#[tokio::main]
async fn main() {
    if env::var("ANSLUT_TEST_POSTGRES").is_err() {
        println!("Waiting rooms on two servers: ANSLUT_TEST_POSTGRES names no PostgreSQL");
        return;
    }
    let mut app = with_rooms().on_postgres().with("room.server", "first").start().await;
    let mut figures = Vec::new();
    for _ in 0..ROUNDS {
        figures.push(round(&mut app).await);
    }
    println!("A change in a waiting room, seen through the other server");
    for (name, of) in [("p50", 50), ("p99", 99)] {
        let mut values: Vec<_> = figures.iter().map(|took| percentile(took, of)).collect();
        values.sort_by(f64::total_cmp);
        let at = |place: usize| values.get(place).copied().unwrap_or(f64::NAN);
        println!("  {name} {:>5.0} ms ({:.0} to {:.0})", at(ROUNDS / 2), at(0), at(ROUNDS - 1));
    }
}

/// Returns the times of one meeting's messages. In milliseconds.
async fn round(app: &mut TestApp) -> Vec<f64> {
    let second = app.another().await;
    let (host, guest) = host_and_guest(app).await;
    let knock = host.who_waits().await;
    let mut listening = guest.at(second, app).listen(second).await;
    listening.next().await;
    let mut took = Vec::with_capacity(MESSAGES);
    for number in 0..MESSAGES {
        let text = format!("message {number}");
        let begun = Stopwatch::start();
        host.act("tell", &[("guest", knock.as_str()), ("text", text.as_str())]).await;
        while listening.next().await["message"] != text.as_str() {}
        took.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    took.sort_by(f64::total_cmp);
    took
}

fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or(f64::NAN)
}
