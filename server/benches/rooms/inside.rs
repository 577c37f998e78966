//! People inside: how soon they are connected, seen and missed, and what it costs to join.

use crate::{
    cpu, figures::Rounds, machine::now, meetings::Meetings, person::Inside, program::Program,
};
use app::wire::signal::{FromBrowser, Layer};
use std::time::Duration;
use test_support::media::Over;

/// Measures rooms in which people come and go.
pub(crate) async fn measure(program: &Program, meetings: &mut Meetings, rounds: usize) {
    let mut figures = Rounds::default();
    for _ in 0..rounds {
        two(meetings, &mut figures).await;
        full(program, meetings, &mut figures).await;
    }
    println!("two people, loopback, people by str0m");
    figures.print("udp", "request for a ticket until connected, UDP", "ms", "");
    figures.print("tcp", "request for a ticket until connected, TCP", "ms", "");
    figures.print("udp picture", "  until the first picture, UDP", "ms", "");
    figures.print("tcp picture", "  until the first picture, TCP", "ms", "");
    figures.print("switch", "asked for the large picture until it comes", "ms", "≤ 300");
    figures.print("freeze", "  longest time without a picture", "ms", "≤ 500");
    figures.print("killed", "browser killed until the other is told", "ms", "≤ 3,000");
    figures.print("cut", "media cut off until the other is told", "ms", "≤ 3,000");
    println!("a full room of 8, nothing sent");
    figures.print("join", "CPU of the program a join", "ms", "≤ 6");
}

/// A room for two: the guest comes over UDP and over TCP, is seen in both sizes, and vanishes.
async fn two(meetings: &mut Meetings, figures: &mut Rounds) {
    let mut meeting = meetings.open().await;
    meeting.admit_all().await;
    let mut host = meeting.host.enter(Over::Udp, false).await;
    for (over, name) in [(Over::Tcp, "tcp"), (Over::Udp, "udp")] {
        let guest = &mut meeting.guests[0];
        let began = now();
        let inside = guest.enter(over, false).await;
        inside.media.until(|heard| heard.pictures > 0).await;
        figures.add(&format!("{name} picture"), milliseconds(now() - began));
        figures.add(name, milliseconds(inside.connected));
        if over == Over::Tcp {
            // Closed by the system, as when the browser's process is killed.
            host.waits_for(|seats| seats.len() == 2 && seats.iter().all(|seat| !seat.away)).await;
            let began = now();
            drop(inside);
            host.waits_for(|seats| seats.iter().any(|seat| seat.away)).await;
            figures.add("killed", milliseconds(now() - began));
        } else {
            switch(&mut host, figures).await;
            let began = now();
            let Inside { signal, media, .. } = inside;
            drop(media);
            host.waits_for(|seats| seats.iter().any(|seat| seat.away)).await;
            figures.add("cut", milliseconds(now() - began));
            signal.leave().await;
        }
    }
}

/// The host asks for the guest's large picture.
async fn switch(host: &mut Inside, figures: &mut Rounds) {
    let slot = host.camera().await;
    let see = |layer| FromBrowser::See { slot: slot.clone(), layer };
    // Until the estimate allows it, and back.
    let before = host.media.heard();
    host.signal.say(&see(Layer::High)).await;
    host.media.until(|heard| heard.large > before.large + 50).await;
    host.signal.say(&see(Layer::Low)).await;
    let (mut before, mut small) = (host.media.heard(), 0);
    host.media
        .until(|heard| {
            small = if heard.large > before.large {
                0
            } else {
                small + heard.pictures - before.pictures
            };
            before = *heard;
            small > 20
        })
        .await;
    host.media.forget_freeze();
    let (before, began) = (host.media.heard(), now());
    host.signal.say(&see(Layer::High)).await;
    host.media.until(|heard| heard.large > before.large).await;
    figures.add("switch", milliseconds(now() - began));
    let heard = host.media.until(|heard| heard.large > before.large + 100).await;
    figures.add("freeze", milliseconds(heard.freeze));
}

/// A room fills up.
async fn full(program: &Program, meetings: &mut Meetings, figures: &mut Rounds) {
    let mut meeting = meetings.open().await;
    meeting.admit_all().await;
    program.rest().await;
    let used = cpu::exact(&program.id());
    let mut inside = vec![meeting.host.enter(Over::Udp, true).await];
    for guest in &mut meeting.guests {
        inside.push(guest.enter(Over::Udp, true).await);
    }
    let used = cpu::exact(&program.id()) - used;
    let people = u32::try_from(inside.len()).expect("a full room");
    figures.add("join", used * 1_000.0 / f64::from(people));
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
