use std::time::Duration;

use super::browser::{Got, Sent};
use super::world::{Link, World};
use crate::event::{Event, JoinError, Layer, Sends};
use crate::names::SeatId;

const SECOND: Duration = Duration::from_secs(1);

/// Returns the longest time between two packets.
fn longest_gap(got: &[Got]) -> Duration {
    got.windows(2)
        .map(|pair| pair[1].at.saturating_duration_since(pair[0].at))
        .max()
        .unwrap_or_default()
}

/// Checks that a slot holds one sender, starts at a key frame, and has a gap only where a packet was lost.
fn check_slot(got: &[Got], from: usize) {
    assert!(got.iter().all(|packet| usize::from(packet.from) == from), "two sources in one slot");
    assert!(
        got.is_empty() || got[0].stream == Sent::Audio || got[0].starts_key_frame,
        "no key frame at the start"
    );
    for pair in got.windows(2) {
        let (one, next) = (&pair[0], &pair[1]);
        let gap = next.sequence - one.sequence;
        assert!(gap > 0, "a number twice");
        if one.stream == next.stream {
            assert_eq!(u64::from(next.count - one.count), gap, "a gap that was not lost");
            let step = |one: u16, next: u16| next.wrapping_sub(one) & 0x7fff;
            let pictures =
                one.picture.zip(next.picture).map(|(one, next)| u64::from(step(one, next)));
            assert!(pictures.is_none_or(|pictures| pictures <= gap), "a picture that was not lost");
        } else {
            assert!(next.starts_key_frame, "another layer without a key frame");
            assert_eq!(next.picture.unwrap(), (one.picture.unwrap() + 1) & 0x7fff);
            assert_eq!(next.base_picture.unwrap(), one.base_picture.unwrap().wrapping_add(1));
        }
        let ticks = next.timestamp.wrapping_sub(one.timestamp);
        assert!(ticks < 90_000 * 10, "time goes back by {}", ticks.wrapping_neg());
    }
}

#[test]
fn two_people_see_and_hear_each_other() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(3 * SECOND);
    for (at, from) in [(one, other), (other, one)] {
        assert!(world.people[at].connected_at.unwrap() - world.start < Duration::from_millis(500));
        assert!(world.people[at].browser.cameras().contains(&world.slot(at, from).video.0));
        let (pictures, sounds) = (world.pictures(at, from), world.sounds(at, from));
        check_slot(&pictures, from);
        check_slot(&sounds, from);
        assert!(pictures.len() > 60 && sounds.len() > 120, "{} {}", pictures.len(), sounds.len());
        assert_eq!(sounds[0].volume, Some(-60));
    }
}

#[test]
fn the_first_picture_is_reported_once() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.people[other].shows.camera = false;
    world.run(2 * SECOND);
    let reports = |world: &World, person: usize| {
        world.people[person].events.iter().filter(|event| **event == Event::FirstPicture).count()
    };
    assert_eq!((reports(&world, one), reports(&world, other)), (0, 1));
    assert!(!world.sounds(one, other).is_empty(), "sound is no picture");
    world.people[other].shows.camera = true;
    world.run(2 * SECOND);
    assert_eq!((reports(&world, one), reports(&world, other)), (1, 1));
}

#[test]
fn rooms_do_not_hear_each_other() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("another room"));
    world.run(2 * SECOND);
    assert!(world.people[one].browser.got.is_empty() && world.people[other].browser.got.is_empty());
    assert_eq!((world.counters.rooms(), world.counters.people()), (2, 2));
}

#[test]
fn eight_people_see_each_other_through_loss_and_disorder() {
    let mut world = World::new(8);
    for _ in 0..8 {
        let person = world.join("room");
        world.people[person].link =
            Link { loss: 20, jitter: Duration::from_millis(25), ..Link::default() };
    }
    assert_eq!(world.join_as("room", 99, true).err(), Some(JoinError::Full));
    world.run(3 * SECOND);
    world.forget();
    world.run(2 * SECOND);
    let mut pictures = 0;
    for at in 0..8 {
        for from in (0..8).filter(|&from| from != at) {
            let (seen, heard) = (world.pictures(at, from), world.sounds(at, from));
            assert!(seen.iter().chain(&heard).all(|got| usize::from(got.from) == from));
            assert!(heard.len() > 85, "{} sounds", heard.len());
            pictures += seen.len();
        }
    }
    // 25 a second for 2 s. What is lost on the way is sent again.
    assert!(pictures > 56 * 45, "{pictures} pictures");
    assert_eq!(world.counters.panics(), 0);
}

#[test]
fn ten_percent_of_loss_leave_sound_and_picture() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    for person in [one, other] {
        world.people[person].link.loss = 100;
    }
    world.run(5 * SECOND);
    world.forget();
    world.run(10 * SECOND);
    let (pictures, sounds) = (world.pictures(one, other), world.sounds(one, other));
    println!("{} pictures, {} sounds", pictures.len(), sounds.len());
    assert!(sounds.len() > 380 && pictures.len() > 230);
    assert!(longest_gap(&pictures) < Duration::from_millis(500));
}

#[test]
fn a_late_comer_starts_at_a_key_frame() {
    let mut world = World::new(3);
    let one = world.join("room");
    let other = world.join("room");
    // The numbers of the first have wrapped by now.
    world.run(15 * SECOND);
    let late = world.join("room");
    world.run(2 * SECOND);
    for from in [one, other] {
        let (pictures, sounds) = (world.pictures(late, from), world.sounds(late, from));
        check_slot(&pictures, from);
        assert!(pictures.len() > 30 && sounds.len() > 60);
        assert!(pictures[0].sequence < 100 && pictures[0].count > 300);
    }
}

#[test]
fn the_layer_changes_within_300_ms() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(5 * SECOND);
    let slot = world.slot(one, other).video.clone();
    for (layer, stream) in
        [(Layer::High, Sent::High), (Layer::Low, Sent::Low), (Layer::High, Sent::High)]
    {
        let asked = world.now;
        let seat = world.people[one].seat;
        world.engine.see(asked, seat, &slot, layer);
        world.run(3 * SECOND);
        let pictures = world.pictures(one, other);
        let first = pictures.iter().find(|got| got.at > asked && got.stream == stream).unwrap();
        assert!(first.at - asked < Duration::from_millis(300), "{:?}", first.at - asked);
        assert_eq!(pictures.last().unwrap().stream, stream);
    }
    let pictures = world.pictures(one, other);
    check_slot(&pictures, other);
    assert!(longest_gap(&pictures) < Duration::from_millis(200), "{:?}", longest_gap(&pictures));
    assert_eq!(world.counters.layer_changes(), 3);
}

#[test]
fn a_slow_receiver_keeps_the_sound_and_holds_up_nobody() {
    let mut world = World::new(4);
    let (one, slow, other) = (world.join("room"), world.join("room"), world.join("room"));
    world.people[slow].link.down = Some(200_000);
    for from in [one, other] {
        let (seat, camera) = (world.people[slow].seat, world.slots_soon(slow, from));
        world.engine.see(world.now, seat, &camera, Layer::High);
    }
    world.run(20 * SECOND);
    world.forget();
    world.run(10 * SECOND);
    for from in [one, other] {
        let sounds = world.sounds(slow, from);
        assert!(sounds.len() > 470, "{} sounds", sounds.len());
        assert!(longest_gap(&sounds) < Duration::from_millis(300), "{:?}", longest_gap(&sounds));
        assert!(world.pictures(slow, from).iter().all(|got| got.stream == Sent::Low));
    }
    assert!(world.pictures(one, other).len() > 240 && world.sounds(one, slow).len() > 490);
}

#[test]
fn the_sound_is_back_three_seconds_after_a_sudden_narrowness() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(SECOND);
    let (seat, slot) = (world.people[one].seat, world.slot(one, other).video.clone());
    world.engine.see(world.now, seat, &slot, Layer::High);
    world.run(5 * SECOND);
    assert_eq!(world.pictures(one, other).last().unwrap().stream, Sent::High);
    world.people[one].link.down = Some(200_000);
    world.run(3 * SECOND);
    world.forget();
    world.run(5 * SECOND);
    let sounds = world.sounds(one, other);
    assert!(sounds.len() > 225, "{} of 250", sounds.len());
}

#[test]
fn a_way_that_becomes_narrow_is_reported_and_so_is_its_end() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(5 * SECOND);
    world.people[one].link.down = Some(100_000);
    world.run(15 * SECOND);
    assert!(world.people[one].events.contains(&Event::Bandwidth { low: true }));
    world.forget();
    world.run(5 * SECOND);
    assert_eq!(world.pictures(one, other).len(), 0, "what is told is so");
    world.people[one].link.down = None;
    world.run(40 * SECOND);
    assert_eq!(world.people[one].events.last(), Some(&Event::Bandwidth { low: false }));
}

#[test]
fn whoever_is_removed_gets_nothing_more() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    world.engine.leave(world.people[other].seat);
    // What is on its way arrives.
    world.run(Duration::from_millis(20));
    let datagrams = world.people[other].datagrams;
    world.forget();
    world.run(3 * SECOND);
    assert_eq!(world.people[other].datagrams, datagrams);
    assert!(world.people[one].browser.got.is_empty());
    assert!(world.people[one].slots.is_empty());
}

#[test]
fn many_who_need_a_key_frame_cost_the_sender_one() {
    let mut world = World::new(8);
    let people: Vec<usize> = (0..8).map(|_| world.join("room")).collect();
    world.run(4 * SECOND);
    let before = world.people[0].browser.key_frame_requests.len();
    for &at in &people[1..] {
        let slot = world.slot(at, 0).video.0.clone();
        let now = world.now;
        world.people[at].browser.ask_key_frame(now, &slot);
    }
    world.run(SECOND);
    let requests = &world.people[0].browser.key_frame_requests[before..];
    assert!((1..=2).contains(&requests.len()), "{requests:?}");
}

#[test]
fn silence_is_reported_within_three_seconds() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(3 * SECOND);
    world.people[other].link.up = false;
    world.run(3 * SECOND);
    assert_eq!(world.people[other].events.last(), Some(&Event::Silent(true)));
    world.people[other].link.up = true;
    world.run(SECOND);
    assert_eq!(world.people[other].events.last(), Some(&Event::Silent(false)));
    world.forget();
    world.run(2 * SECOND);
    assert!(world.pictures(one, other).len() > 40 && world.sounds(other, one).len() > 80);
    world.people[other].link.up = false;
    world.run(30 * SECOND);
    assert_eq!(world.people[other].events.last(), Some(&Event::Closed));
    assert!(world.people[one].slots.is_empty());
}

#[test]
fn a_second_after_a_cut_of_five_pictures_and_sound_flow_both_ways() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(SECOND);
    for (at, from) in [(one, other), (other, one)] {
        let (seat, slot) = (world.people[at].seat, world.slot(at, from).video.clone());
        world.engine.see(world.now, seat, &slot, Layer::High);
    }
    world.run(5 * SECOND);
    world.people[other].link.up = false;
    world.run(5 * SECOND);
    world.people[other].link.up = true;
    world.run(SECOND);
    world.forget();
    world.run(5 * SECOND);
    for (at, from) in [(one, other), (other, one)] {
        let (pictures, sounds) = (world.pictures(at, from), world.sounds(at, from));
        assert!(pictures.len() > 120 && sounds.len() > 240, "{} {}", pictures.len(), sounds.len());
    }
    assert!(!world.people[other].events.contains(&Event::Bandwidth { low: true }));
}

#[test]
fn what_seems_of_the_way_to_somebody_alone_counts_for_nothing() {
    let mut world = World::new(3);
    let one = world.join("room");
    world.run(2 * SECOND);
    world.estimate(one, 40_000);
    let other = world.join("room");
    while world.people[other].connected_at.is_none() {
        world.run(Duration::from_millis(10));
    }
    // What was measured before the first picture arrives late.
    world.estimate(one, 40_000);
    world.run(Duration::from_millis(500));
    assert!(world.pictures(one, other).len() > 3, "{}", world.pictures(one, other).len());
    world.run(4 * SECOND);
    assert!(world.pictures(one, other).len() > 90, "{}", world.pictures(one, other).len());
    assert!(!world.people[one].events.contains(&Event::Bandwidth { low: true }));
}

#[test]
fn who_never_connects_is_given_up() {
    let mut world = World::new(3);
    let one = world.join("room");
    world.people[one].link.up = false;
    world.run(31 * SECOND);
    assert_eq!(world.people[one].events.last(), Some(&Event::Closed));
    assert_eq!(world.counters.people(), 0);
    assert_eq!(world.engine.timeout(), None);
}

#[test]
fn the_speaker_is_reported_to_all() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(SECOND);
    world.people[one].shows.volume = Some(-25);
    world.run(SECOND);
    let seat = world.people[one].seat;
    for person in [one, other] {
        assert_eq!(world.people[person].events.last(), Some(&Event::Speaker(Some(seat))));
    }
    let late = world.join("room");
    world.run(SECOND);
    assert!(world.people[late].events.contains(&Event::Speaker(Some(seat))));
    world.people[one].shows.volume = Some(-90);
    world.run(4 * SECOND);
    assert_eq!(world.people[other].events.last(), Some(&Event::Speaker(None)));
}

#[test]
fn a_screen_is_in_its_slot_and_reported() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.people[other].shows.screen = true;
    world.run(3 * SECOND);
    let slot = world.slot(one, other).screen.clone().unwrap();
    let screen = world.people[one].browser.in_slot(&slot.0);
    check_slot(&screen, other);
    assert!(screen.len() > 100 && screen.iter().all(|got| got.stream == Sent::Screen));
    let sends = Sends { screen: false, ..Sends::default() };
    world.engine.forward(world.people[other].seat, sends);
    world.run(SECOND);
    assert_eq!(world.slot(one, other).screen, None);
}

#[test]
fn a_camera_without_layers_is_seen() {
    let mut world = World::new(3);
    let one = world.join("room");
    let other = world.join_as("room", 7, false).unwrap();
    let (seat, slot) = (world.people[one].seat, world.slots_soon(one, other));
    world.engine.see(world.now, seat, &slot, Layer::High);
    world.run(3 * SECOND);
    let pictures = world.pictures(one, other);
    check_slot(&pictures, other);
    assert!(pictures.len() > 60);
}

#[test]
fn a_seat_that_is_taken_over_keeps_its_limits() {
    let mut world = World::new(2);
    let (one, _) = (world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    let seat = world.people[1].seat;
    world.engine.forward(seat, Sends { audio: false, ..Sends::default() });
    let new = world.join_as("room", seat.0, true).unwrap();
    world.run(3 * SECOND);
    assert_eq!(world.people[1].events.last(), Some(&Event::Closed));
    assert!(world.pictures(one, new).iter().any(|got| usize::from(got.from) == new));
    assert!(world.sounds(one, new).iter().all(|got| usize::from(got.from) != new));
    assert_eq!(world.counters.people(), 2);
}

#[test]
fn a_panic_ends_one_connection_alone() {
    let mut world = World::new(3);
    let (one, other, third) = (world.join("room"), world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    world.engine.handle(world.now, SeatId(2), |_| panic!("a fault of the test"));
    world.run(SECOND);
    assert_eq!(world.people[other].events.last(), Some(&Event::Closed));
    assert_eq!((world.counters.panics(), world.counters.people()), (1, 2));
    assert_eq!(world.people[one].slots.len(), 1);
    world.forget();
    world.run(SECOND);
    assert!(world.pictures(one, third).len() > 20 && world.pictures(third, one).len() > 20);
}
