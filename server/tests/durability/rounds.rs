//! Kills at random moments, again and again.

use crate::{
    books::Books,
    chance::{Chance, seed},
    mailbox::Mailbox,
    memory::Memory,
    program::{Home, Program},
    walk::World,
};
use std::{
    env,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};
use test_support::{
    fresh_postgres::FreshPostgres,
    mail_server::{Behaviour, MailServer},
};
use tokio::{task::JoinSet, time};

/// Concurrent visitors.
const VISITORS: u64 = 8;

/// Number of kills, unless `ANSLUT_ROUNDS` sets another.
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
    on_postgresql(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_programs_on_one_database_either_may_be_killed() {
    on_postgresql(2).await;
}

/// Runs the same on a new PostgreSQL database.
async fn on_postgresql(programs: usize) {
    let database = FreshPostgres::empty().await;
    let mail = Arc::new(MailServer::start(Behaviour::default()).await);
    let home = Home::new(mail.address, Some(&database.url), programs);
    let mut running = Vec::new();
    for number in 0..programs {
        running.push(home.start(number).await);
    }
    outlive(home, running, mail, Memory::server(&database.url).await).await;
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
        post: Mailbox::of(mail),
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
            world.check_counts(&memory).await;
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
