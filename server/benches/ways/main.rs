//! What whole ways into a meeting cost, from the link in the mail to the room.
//!
//! The program runs as people run it, in a process of its own, with its limits on. Everybody has an
//! invitation and an address of their own and a connection of their own, which is kept; mail goes over
//! SMTP to a server that plays the mailbox. Meetings are booked over REST beforehand.
//!
//! SQLite is measured always, PostgreSQL where `ANSLUT_TEST_POSTGRES` names a server to make a database
//! on. `ANSLUT_WAYS`, `ANSLUT_PEOPLE` and `ANSLUT_OPEN` set how many ways are walked, by how many people
//! at a time, and how many stand open at once; `ANSLUT` the program.

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

/// Recipients that are booked while a way's cost is taken on a small database, at a time.
const FEW: usize = 10;

/// How many times over.
const TURNS: usize = 30;

// One thread: what is measured has the other.
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

/// Measures the program on one database and prints it.
async fn measure(database: &Database) {
    let (ways, people) = (number("ANSLUT_WAYS", 4_000), number("ANSLUT_PEOPLE", 64));
    let open = number("ANSLUT_OPEN", 10_000);
    let mailbox = Mailbox::open().await;
    let program = Program::start(database, mailbox.address).await;
    let mut bench =
        Bench { booking: Booking::new(&program, Arc::clone(&mailbox)), mailbox, program };

    // Once through everything, so that nothing is made for the first time any more.
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
    /// Books invitations and has so many people at a time go their way.
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
        // What follows from the last mails belongs to the ways too.
        self.program.rest().await;
        Walked::new(&walks, took, &before.until(&Load::now(&self.program)))
    }
}

/// A way that lasts longer has stuck.
const LONGEST: Duration = Duration::from_mins(1);
