//! Panics at different places. Each ends what it concerns, and nothing else.

use std::time::Duration;

use super::world::World;
use crate::event::Event;

const SECOND: Duration = Duration::from_secs(1);

/// Lets time pass, and fails if two people do not see each other.
fn see_each_other(world: &mut World, one: usize, other: usize) {
    world.forget();
    world.run(2 * SECOND);
    assert!(world.pictures(one, other).len() > 45 && world.pictures(other, one).len() > 45);
}

fn ended(world: &World, person: usize) -> bool {
    world.people[person].events.last() == Some(&Event::Closed)
}

#[test]
fn a_fault_in_a_connection_ends_it_alone() {
    let mut world = World::new(3);
    let (one, other, broken) = (world.join("room"), world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    let seat = world.people[broken].seat;
    world.engine.handle(world.now, seat, |_| panic!("a fault of the test"));
    see_each_other(&mut world, one, other);
    assert!(ended(&world, broken) && !ended(&world, one));
    assert_eq!((world.counters.panics(), world.counters.people()), (1, 2));
}

#[test]
fn a_fault_after_a_datagram_ends_its_sender_alone() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    let broken = world.join("room");
    world.slots_soon(broken, one);
    // The next event is that this one has connected.
    world.plant_fault(broken);
    see_each_other(&mut world, one, other);
    assert!(ended(&world, broken) && !ended(&world, one));
    assert_eq!((world.counters.panics(), world.counters.people()), (1, 2));
}

#[test]
fn a_fault_in_a_room_ends_that_room_alone() {
    let mut world = World::new(3);
    let (one, other) = (world.join("room"), world.join("room"));
    let (loud, quiet) = (world.join("broken room"), world.join("broken room"));
    world.run(2 * SECOND);
    world.plant_fault(quiet);
    // The next event is that somebody speaks.
    world.people[loud].shows.volume = Some(-20);
    see_each_other(&mut world, one, other);
    assert!(ended(&world, loud) && ended(&world, quiet) && !ended(&world, one));
    let counters = &world.counters;
    assert_eq!((counters.panics(), counters.people(), counters.rooms()), (1, 2, 1));
}

#[test]
fn a_seat_that_a_fault_has_ended_is_free_again() {
    let mut world = World::new(2);
    let one = world.join("room");
    world.join_as("room", 9, true).unwrap();
    world.run(SECOND);
    let seat = world.people[one + 1].seat;
    world.engine.guard_seat(seat, |_| panic!("a fault of the test"));
    let new = world.join_as("room", 9, true).unwrap();
    world.run(2 * SECOND);
    see_each_other(&mut world, one, new);
}

#[test]
fn a_fault_at_a_removal_leaves_no_seat_taken() {
    let mut world = World::new(2);
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    world.plant_fault(one);
    // The next event is that the slot is free.
    world.engine.leave(world.people[other].seat);
    assert_eq!((world.counters.panics(), world.counters.rooms()), (1, 0));
    let (one, other) = (world.join("room"), world.join("room"));
    world.run(2 * SECOND);
    see_each_other(&mut world, one, other);
}
