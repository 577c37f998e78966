//! Killed at random moments, again and again.

use crate::{
    books::Books,
    chance::{Chance, seed},
    mail_server::{Behaviour, MailServer},
    memory::Memory,
    post::Post,
    program::{Home, Program},
    walk::World,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::{
    env,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use tokio::{task::JoinSet, time};
use url::Url;

/// Visitors at a time.
const VISITORS: u64 = 8;

/// How often it is killed, unless `ANSLUT_ROUNDS` says otherwise.
const ROUNDS: u32 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_every_kill() {
    let mail = Arc::new(MailServer::start(Behaviour::default()).await);
    let home = Home::new(mail.address, None, 1);
    let memory = home.file();
    let program = home.start(0).await;
    outlive(home, vec![program], mail, Memory::file(&memory).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_every_kill_on_postgresql() {
    on_postgresql("ledger_one", 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_programs_on_one_database_either_may_be_killed() {
    on_postgresql("ledger_two", 2).await;
}

/// The same on a database of its own, where there is a PostgreSQL to make one on.
async fn on_postgresql(name: &str, programs: usize) {
    let Some(database) = Postgres::make(name).await else { return };
    let mail = Arc::new(MailServer::start(Behaviour::default()).await);
    let home = Home::new(mail.address, Some(&database.url), programs);
    let mut running = Vec::new();
    for number in 0..programs {
        running.push(home.start(number).await);
    }
    outlive(home, running, mail, Memory::server(&database.url).await).await;
}

/// A PostgreSQL database that is made anew.
pub(crate) struct Postgres {
    pub(crate) url: String,
}

impl Postgres {
    pub(crate) async fn make(name: &str) -> Option<Self> {
        let server = env::var("ANSLUT_TEST_POSTGRES").ok()?;
        let mut superuser = PgConnection::connect(&server).await.expect("the server");
        let name = format!("{name}_{}", std::process::id());
        for statement in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name}"),
        ] {
            let done = sqlx::query(AssertSqlSafe(statement)).execute(&mut superuser).await;
            done.expect("a database");
        }
        let mut url = Url::parse(&server).expect("an address");
        url.set_path(&name);
        Some(Self { url: url.into() })
    }
}

async fn outlive(home: Home, mut programs: Vec<Program>, mail: Arc<MailServer>, memory: Memory) {
    let seed = seed();
    let rounds = match env::var("ANSLUT_ROUNDS") {
        Ok(rounds) => rounds.parse().expect("ANSLUT_ROUNDS is a number"),
        Err(_) => ROUNDS,
    };
    println!("ANSLUT_SEED={seed} ANSLUT_ROUNDS={rounds}");
    let world = Arc::new(World {
        home,
        post: Post::of(mail),
        books: Books::default(),
        stop: false.into(),
        lost: 0.into(),
    });
    let mut chance = Chance::new(seed);
    let mut visitors = JoinSet::new();
    for name in 0..VISITORS {
        visitors.spawn(Arc::clone(&world).walk(name, chance.draw()));
    }
    for round in 1..=rounds {
        time::sleep(Duration::from_millis(100 + chance.below(700))).await;
        if let Some(Err(error)) = visitors.try_join_next() {
            std::panic::resume_unwind(error.into_panic());
        }
        let number = usize::try_from(chance.below(2)).expect("one of two") % programs.len();
        programs[number].kill();
        programs[number] = world.home.start(number).await;
        memory.release().await;
        world.check(&memory, number).await;
        if round % 10 == 0 {
            memory.is_whole().await;
        }
    }
    world.stop.store(true, Ordering::SeqCst);
    while let Some(ended) = visitors.join_next().await {
        ended.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
    }
    world.check_all(&memory).await;
    world.home.nothing_panicked();

    let entries = world.books.all();
    let used = entries.values().filter(|entry| entry.used).count();
    let wrong: i64 = entries.values().map(|entry| entry.wrong).sum();
    let (letters, repeats) = world.post.count();
    let lost = world.lost.load(Ordering::SeqCst);
    println!(
        "{} meetings, {} invitations, {used} codes used, {wrong} wrong tries, {letters} letters, \
         {repeats} of them once more; {lost} answers lost",
        world.books.bookings().len(),
        entries.len(),
    );
    let least = usize::try_from(rounds).expect("a number") / 2;
    assert!(used > least && lost > least, "there was work to interrupt, and it was interrupted");
}
