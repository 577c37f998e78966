//! People in waiting rooms, each with an open stream of events.

use crate::{
    cpu,
    figures::Rounds,
    machine::now,
    meetings::{GUESTS, Meetings},
    program::Program,
};
use std::time::Duration;
use tokio::{io::AsyncReadExt, task::JoinSet, time};

/// Duration of a round. The waiting rooms are read again every 10 s.
const MEASURED: Duration = Duration::from_secs(20);

/// Measures memory and processor time while so many people wait.
pub(crate) async fn measure(
    program: &Program,
    meetings: &mut Meetings,
    rounds: usize,
    people: usize,
) {
    let before = program.memory();
    let mut streams = Vec::new();
    while streams.len() < people {
        let guests = meetings.open().await.guests;
        for guest in guests.iter().take(people - streams.len()) {
            streams.push(guest.listen().await);
        }
    }
    program.rest().await;
    let mut listening = JoinSet::new();
    for mut stream in streams {
        listening.spawn(async move {
            let mut heard = [0; 4 * 1024];
            while stream.read(&mut heard).await.expect("a connection") > 0 {}
        });
    }
    let mut figures = Rounds::default();
    for _ in 0..rounds {
        let (used, began) = (cpu::exact(&program.id()), now());
        time::sleep(MEASURED).await;
        let share = (cpu::exact(&program.id()) - used) / (now() - began).as_secs_f64();
        figures.add("share", share * 100.0);
        figures.add("memory", program.memory());
        figures.add("more", program.memory() - before);
        assert_eq!(listening.len(), people, "everybody waits");
        assert!(listening.try_join_next().is_none(), "a stream has ended");
    }
    listening.abort_all();
    println!("{people} people who wait, in rooms of {}", GUESTS + 1);
    figures.print("memory", "memory of the program", "MB", "≤ 60");
    figures.print("more", "  more than before they came", "MB", "");
    figures.print("share", "share of a core", "%", "≤ 5");
}
