//! Benchmark of whole flows, from the link in the e-mail to the room.
//!
//! The program runs in its own process, as in production, with its limits on. Each person has their own
//! invitation, address and connection, which is kept. Mail goes over SMTP to a server that plays the mailbox.
//! Meetings are booked over the REST interface beforehand.
//!
//! SQLite is always measured. PostgreSQL is measured if `ANSLUT_TEST_POSTGRES` names a server, on which it
//! creates a database. `ANSLUT_WAYS` sets how many flows are walked, `ANSLUT_PEOPLE` by how many people at a
//! time, and `ANSLUT_OPEN` how many are open at once. `ANSLUT` sets the program.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that can't go on fails"
)]

mod booking;
mod figures;
mod machine;
mod mailbox;
mod person;
mod postgres;
mod program;
mod wire;

use booking::Booking;
use figures::{Walked, count};
use machine::{Load, now};
use mailbox::Mailbox;
use person::{Person, To};
use program::{Database, Program};
use std::{env, sync::Arc, time::Duration};
use tokio::{task::JoinSet, time};

/// Flows at a time while the cost of one is measured on a small database.
const FEW: usize = 10;

/// Number of such rounds.
const TURNS: usize = 30;

// One thread: the program that is measured has the other core.
#[tokio::main(flavor = "current_thread")]
async fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    println!("SQLite, synchronous=FULL (aim: 500 walks/s)");
    measure(&Database::Sqlite(folder.path().join("bench.db"))).await;
    match env::var("ANSLUT_TEST_POSTGRES") {
        Ok(server) => {
            println!("PostgreSQL (aim: 150 walks/s)");
            let database = postgres::make(&server).await;
            measure(&Database::Postgres(database.clone())).await;
            postgres::drop(&server, &database).await;
        }
        Err(_) => println!("PostgreSQL: ANSLUT_TEST_POSTGRES names no server"),
    }
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

/// Measures the program on one database and prints the results.
async fn measure(database: &Database) {
    let (ways, people) = (number("ANSLUT_WAYS", 4_000), number("ANSLUT_PEOPLE", 64));
    let open = number("ANSLUT_OPEN", 10_000);
    let mailbox = Mailbox::open().await;
    let program = Program::start(database, mailbox.address).await;
    let mut bench =
        Bench { booking: Booking::new(&program, Arc::clone(&mailbox)), mailbox, program };

    // A first round, so that nothing in the measured ones happens for the first time.
    bench.walk(FEW, FEW, To::Room).await;
    println!("  at rest                          {:>8.1} MB", bench.program.memory());
    let mut few = 0.0;
    for _ in 0..TURNS {
        few += bench.walk(FEW, FEW, To::Room).await.server / count(TURNS);
    }

    let walked = bench.walk(ways, people, To::Room).await;
    walked.print();
    println!("  memory, at most                  {:>8.1} MB", bench.program.most_memory());

    let opened = bench.walk(open, people, To::Code).await;
    println!("  {open} more at the code step, {:.0} a second", opened.rate());
    println!("  memory with them                 {:>8.1} MB   (aim: 80)", bench.program.memory());
    println!("  memory, at most                  {:>8.1} MB", bench.program.most_memory());

    let many = bench.walk(FEW * TURNS, FEW, To::Room).await.server;
    let (first, last) = (FEW * TURNS, FEW * (TURNS + 1) + ways + open);
    println!(
        "  CPU a walk by {FEW} people: {few:.2} ms up to {first} booked, {many:.2} ms above {last}"
    );
}

struct Bench {
    booking: Booking,
    mailbox: Arc<Mailbox>,
    program: Program,
}

impl Bench {
    /// Books invitations and walks their flows, this many people at a time.
    async fn walk(&mut self, ways: usize, people: usize, to: To) -> Walked {
        let invited = self.booking.book(ways).await;
        self.program.rest().await;
        let before = Load::now(&self.program);
        let began = now();
        let mut walks = JoinSet::new();
        for person in 0..people {
            let invited = Arc::clone(&invited);
            let (address, mailbox) = (self.program.address, Arc::clone(&self.mailbox));
            walks.spawn(async move {
                let mut walked = Vec::new();
                for link in invited.iter().skip(person).step_by(people) {
                    let way = async { Person::new(address, &mailbox, link).await.walk(to).await };
                    walked.push(time::timeout(LONGEST, way).await.expect("a way that ends"));
                }
                walked
            });
        }
        let walks = walks.join_all().await.concat();
        let took = now() - began;
        // The work that follows the last messages is part of the flows too.
        self.program.rest().await;
        Walked::new(&walks, took, &before.until(&Load::now(&self.program)))
    }
}

/// Time limit of a flow. One that takes longer is stuck.
const LONGEST: Duration = Duration::from_mins(1);
