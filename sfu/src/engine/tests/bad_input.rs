//! Random and mutated datagrams, payloads and offers. None of them may end in a panic, or disturb the others.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::sync::mpsc::unbounded_channel;

use super::browser::{Browser, Sent};
use super::world::World;
use crate::event::{JoinError, Transport};
use crate::names::SeatId;

const SECOND: Duration = Duration::from_secs(1);

/// Datagrams to try. `SFU_BAD_INPUT` sets another number.
fn rounds() -> u32 {
    std::env::var("SFU_BAD_INPUT").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(10_000)
}

fn noise(world: &mut World, most: u32) -> Vec<u8> {
    let length = world.random(most);
    (0..length).map(|_| u8::try_from(world.random(256)).unwrap()).collect()
}

/// Changes, cuts or lengthens something.
fn mutate(world: &mut World, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..=world.random(4) {
        let length = u32::try_from(bytes.len()).unwrap();
        let at = world.random(length.max(1)) as usize;
        match world.random(4) {
            0 => bytes.truncate(at),
            1 => bytes.extend(noise(world, 40)),
            2 if at < bytes.len() => {
                bytes.remove(at);
            }
            _ if at < bytes.len() => bytes[at] = u8::try_from(world.random(256)).unwrap(),
            _ => {}
        }
    }
    bytes
}

#[test]
fn no_datagram_ends_in_a_panic_or_disturbs_others() {
    let mut world = World::new(3);
    let (one, other, victim) = (world.join("room"), world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    let stranger: SocketAddr = "203.0.113.7:9".parse().unwrap();
    let known = world.people[victim].address;
    for round in 0..rounds() {
        let contents = if world.random(4) == 0 {
            let mut noise = noise(&mut world, 1500);
            // A first byte of STUN, DTLS, RTP and RTCP leads further in.
            let first = [0, 1, 20, 22, 63, 128, 144, 191][world.random(8) as usize];
            if let Some(byte) = noise.first_mut().filter(|_| round % 2 == 0) {
                *byte = first;
            }
            noise
        } else {
            let seen = world.random(u32::try_from(world.seen.len()).unwrap()) as usize;
            let contents = world.seen[seen].clone();
            mutate(&mut world, contents)
        };
        let source = if world.random(4) == 0 { stranger } else { known };
        let transport = if world.random(8) == 0 { Transport::Tcp } else { Transport::Udp };
        world.engine.receive(world.now, (transport, source), &contents);
        if round % 20 == 0 {
            world.run(Duration::from_millis(1));
        }
    }
    world.forget();
    world.run(2 * SECOND);
    assert!(world.pictures(one, other).len() > 45 && world.sounds(other, one).len() > 90);
    assert_eq!(world.counters.panics(), 0);
}

#[test]
fn no_payload_ends_in_a_panic_or_disturbs_others() {
    let mut world = World::new(3);
    let (one, other, odd) = (world.join("room"), world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    for _ in 0..rounds() / 10 {
        let stream = [Sent::Audio, Sent::Low, Sent::High, Sent::Screen][world.random(4) as usize];
        let mut payload = noise(&mut world, 20);
        payload.push(0);
        let now = world.now;
        world.people[odd].browser.send(now, stream, payload);
        world.run(Duration::from_millis(1));
    }
    world.forget();
    world.run(2 * SECOND);
    assert!(world.pictures(one, other).len() > 45 && world.sounds(other, one).len() > 90);
    assert_eq!(world.counters.panics(), 0);
}

#[test]
fn no_offer_ends_in_a_panic() {
    let mut world = World::new(3);
    let (_, offer) = Browser::new(world.now, 0, 3, true);
    let mut accepted = 0;
    for _ in 0..rounds() / 20 {
        let bytes = mutate(&mut world, offer.clone().into_bytes());
        let text = String::from_utf8_lossy(&bytes);
        let (sender, _receiver) = unbounded_channel();
        match world.engine.join(world.now, &"room".into(), SeatId(1), &text, sender) {
            Ok(_) => accepted += 1,
            Err(error) => assert!(matches!(error, JoinError::Offer(_)), "{error}"),
        }
        world.run(Duration::from_millis(1));
    }
    println!("{accepted} accepted");
    assert!(accepted > 0);
    assert_eq!(world.counters.panics(), 0);
}
