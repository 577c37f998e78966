//! Benchmark of whole flows, from the link in the e-mail to the room, beside a ceiling.
//!
//! The program runs in its own process, as in production, with its limits on. Each person has their own
//! invitation, address and connection, which is kept. Mail goes over SMTP to a server that plays the mailbox.
//! Meetings are booked over the REST interface beforehand.
//!
//! The ceiling ([`ceiling`]) answers the same requests from memory. The two take turns. The machine is shared
//! and its speed varies, so what counts is the ratio to the ceiling of the same round.
//!
//! SQLite is always measured. PostgreSQL is measured if `ANSLUT_TEST_POSTGRES` names a server, on which it
//! creates a database. These variables change what is measured:
//!
//! | variable | meaning | default |
//! | --- | --- | --- |
//! | `ANSLUT` | the program | `../target/release/anslut` |
//! | `ANSLUT_ROUNDS` | rounds | 3 |
//! | `ANSLUT_SECONDS` | length of a round's part | 6 |
//! | `ANSLUT_OPEN` | flows that are open at once | 10,000 |
//! | `ANSLUT_BOOKED` | people booked while the cost of one is measured again; 0 for none | 200,000 |

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that can't go on fails"
)]

mod booking;
mod ceiling;
mod figures;
mod machine;
mod mailbox;
mod person;
mod postgres;
mod program;
mod wire;

use booking::{Booking, Link};
use figures::{Sizes, Walk, Walked, median};
use machine::{Load, now};
use mailbox::Mailbox;
use person::{Person, Way};
use program::{Database, Program};
use std::{
    env,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time};

/// People at a time on the short way, on the whole way, and while the cost of one is measured.
const SHORT: usize = 16;
const WHOLE: usize = 64;
const FEW: usize = 10;

/// Flows over which the cost of one is measured.
const COST: usize = 600;

/// People booked when that cost is measured first.
const BOOKED: usize = 4_000;

/// Time limit of a flow. One that takes longer is stuck.
const LONGEST: Duration = Duration::from_mins(1);

// One thread: the program that is measured has the other core.
#[tokio::main(flavor = "current_thread")]
async fn walk() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    println!("SQLite, synchronous=FULL");
    measure(&Database::Sqlite(folder.path().join("bench.db"))).await;
    match env::var("ANSLUT_TEST_POSTGRES") {
        Ok(server) => {
            println!("PostgreSQL");
            let database = postgres::make(&server).await;
            measure(&Database::Postgres(database.clone())).await;
            postgres::drop(&server, &database).await;
        }
        Err(_) => println!("PostgreSQL: ANSLUT_TEST_POSTGRES names no server"),
    }
}

// As many threads as the program has.
#[tokio::main]
async fn stand_in() {
    ceiling::serve().await;
}

fn main() {
    if env::var_os(ceiling::VARIABLE).is_some() { stand_in() } else { walk() }
}

fn number(name: &str, default: usize) -> usize {
    env::var(name).map_or(default, |value| value.parse().expect("a number"))
}

/// A round: the ceiling and the program, on the short and on the whole way.
struct Round {
    short: [Walked; 2],
    whole: [Walked; 2],
}

/// Measures the program on one database and prints the results.
async fn measure(database: &Database) {
    let seconds = Duration::from_secs(number("ANSLUT_SECONDS", 6) as u64);
    let mailbox = Mailbox::open().await;
    let program = Program::start(database, mailbox.address, &[]).await;
    let booking = Booking::new(&program, Arc::clone(&mailbox));
    let mut bench = Bench { booking, mailbox, program, sizes: Sizes::default() };

    // First ways, so that nothing in the measured ones happens for the first time.
    for way in [Way::Whole, Way::Short] {
        bench.walk(way, FEW, FEW * 2).await;
    }
    println!("  memory at rest {:.1} MB", bench.program.memory());
    let ceiling = ceiling::start(bench.mailbox.address, &bench.sizes).await;
    // Ways of the last round, by which the next one is booked.
    let mut walked = [12_000, 10_000];
    let mut rounds = Vec::new();
    for round in 0..number("ANSLUT_ROUNDS", 3) {
        println!("  round {}", round + 1);
        let mut results = Vec::new();
        for (place, way, people) in [(0, Way::Short, SHORT), (1, Way::Whole, WHOLE)] {
            let top = walk_for(&ceiling, &bench.mailbox, way, people, None, seconds).await.0;
            top.print_round(&format!("ceiling, {way:?}"));
            let links = walked[place] * 13 / 10 + people;
            let links = bench.booking.book(links).await;
            let links = Some(&links);
            let own = walk_for(&bench.program, &bench.mailbox, way, people, links, seconds).await.0;
            own.print_round(&format!("program, {way:?}"));
            walked[place] = own.walks;
            results.push([top, own]);
        }
        if let Some((whole, short)) = results.pop().zip(results.pop()) {
            rounds.push(Round { short, whole });
        }
    }
    drop(ceiling);
    print(&rounds);
    println!("  memory, at most {:.1} MB", bench.program.most_memory());
    bench.costs().await;
}

/// Prints the medians of rounds.
fn print(rounds: &[Round]) {
    type Part = fn(&Round) -> &[Walked; 2];
    let parts: [(Way, Part); 2] = [(Way::Short, |it| &it.short), (Way::Whole, |it| &it.whole)];
    for (way, part) in parts {
        println!("  {way:?} way, medians");
        let of = |figure: fn(&Walked) -> f64| median(rounds, |round| figure(&part(round)[1]));
        let ratio = median(rounds, |round| part(round)[1].rate() / part(round)[0].rate());
        let top = median(rounds, |round| part(round)[0].rate());
        println!("    ways a second              {:>8.0}", of(Walked::rate));
        println!("    of the ceiling             {ratio:>8.3}   ({top:.0}/s)");
        println!("    CPU, program               {:>8.2} ms", of(|it| it.server));
        println!("    CPU, with the database     {:>8.2} ms", of(|it| it.server + it.database));
        println!(
            "    statements, commits        {:>8.1} {:.2}",
            of(|it| it.statements),
            of(|it| it.commits)
        );
        println!("    written to the disk        {:>8.1} kB", of(|it| it.written));
        println!("    step, ms                        p50      p99");
        for (step, name) in way.steps().iter().enumerate() {
            let at = |percent| median(rounds, |round| part(round)[1].at(step, percent));
            println!("      {name:<20} {:>12.1} {:>8.1}", at(50), at(99));
        }
    }
}

struct Bench {
    booking: Booking,
    mailbox: Arc<Mailbox>,
    program: Program,
    sizes: Sizes,
}

impl Bench {
    /// Books invitations and walks all their flows.
    async fn walk(&mut self, way: Way, people: usize, ways: usize) -> Walked {
        let links = self.booking.book(ways).await;
        let (walked, sizes) =
            walk_for(&self.program, &self.mailbox, way, people, Some(&links), LONGEST).await;
        self.sizes = sizes.into_iter().fold(std::mem::take(&mut self.sizes), Sizes::and);
        walked
    }

    /// Measures what one page and one flow cost, few people at a time, also with many booked and many open.
    async fn costs(&mut self) {
        self.cost_above(BOOKED).await;
        let open = number("ANSLUT_OPEN", 10_000);
        if open > 0 {
            self.walk(Way::Open, WHOLE, open).await;
            println!("  memory with {open} more at the code step {:.1} MB", self.program.memory());
        }
        let many = number("ANSLUT_BOOKED", 200_000);
        if many > 0 {
            self.cost_above(many).await;
        }
    }

    /// Measures what one page and one flow cost with at least this many people booked.
    async fn cost_above(&mut self, booked: usize) {
        if let Some(missing @ 1..) = booked.checked_sub(self.booking.invited()) {
            self.booking.book(missing).await;
        }
        let booked = self.booking.invited();
        let page = self.walk(Way::Page, FEW, COST * 4).await.server;
        let way = self.walk(Way::Whole, FEW, COST).await.server;
        println!(
            "  above {booked} booked, by {FEW} people: CPU of the link's page {page:.3} ms, of a whole way {way:.2} ms"
        );
    }
}

/// Walks flows for a while, or until there are no more links. Without links the ceiling needs none.
async fn walk_for(
    program: &Program,
    mailbox: &Arc<Mailbox>,
    way: Way,
    people: usize,
    links: Option<&Arc<[Link]>>,
    lasts: Duration,
) -> (Walked, Vec<Sizes>) {
    program.rest().await;
    let before = Load::now(program).await;
    let began = now();
    let next = Arc::new(AtomicUsize::new(0));
    let mut walks = JoinSet::new();
    for _ in 0..people {
        let (address, mailbox, next) = (program.address, Arc::clone(mailbox), Arc::clone(&next));
        let links = links.cloned();
        walks.spawn(async move {
            let mut walked = Vec::new();
            let mut sizes = Sizes::default();
            while now() - began < lasts {
                let place = next.fetch_add(1, Ordering::Relaxed);
                let made = Link { person: place, secret: format!("{place:043}") };
                let link = match &links {
                    Some(links) => links.get(place),
                    None => Some(&made),
                };
                let Some(link) = link else { break };
                let mut person = Person::new(address, &mailbox, link).await;
                let way = time::timeout(LONGEST, person.walk(way));
                walked.push(way.await.expect("a way that ends"));
                sizes = person.sizes;
            }
            (walked, sizes)
        });
    }
    let (walks, sizes): (Vec<Vec<Walk>>, Vec<Sizes>) = walks.join_all().await.into_iter().unzip();
    let took = now() - began;
    // The work that follows the last messages is part of the flows too.
    program.rest().await;
    let used = before.until(&Load::now(program).await);
    (Walked::new(way, &walks.concat(), took, &used), sizes)
}
