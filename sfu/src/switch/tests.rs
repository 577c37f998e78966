use std::time::{Duration, Instant};

use crate::event::{Layer, Sends};
use crate::names::SeatId;
use crate::packet::{Quality, Stream};

use super::{Arrival, Forward, Slot, Speaks, Switch};

mod properties;

const LOW: Stream = Stream::Camera(Quality::Low);
const HIGH: Stream = Stream::Camera(Quality::High);
const ALL: Sends = Sends { audio: true, video: true, screen: true };

/// A room with seats 1, 2, … and its own time.
struct Room {
    now: Instant,
    switch: Switch,
    sequence: u64,
}

impl Room {
    fn new(people: u64) -> Self {
        let mut switch = Switch::new(8);
        for id in 1..=people {
            assert!(switch.enter(SeatId(id), ALL));
            switch.connected(SeatId(id));
        }
        Self { now: Instant::now(), switch, sequence: 0 }
    }

    fn enter(&mut self, id: u64) {
        assert!(self.switch.enter(SeatId(id), ALL));
        self.switch.connected(SeatId(id));
    }

    fn pass(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
    }

    fn send(&mut self, from: u64, stream: Stream, is_entry: bool) -> Vec<Forward> {
        let mut receivers = Vec::new();
        let size = if stream == HIGH { 4000 } else { 750 };
        self.sequence += 1;
        let arrival = Arrival { stream, sequence: self.sequence, is_entry, size, volume: None };
        self.switch.packet(self.now, SeatId(from), arrival, &mut receivers);
        receivers
    }

    fn speak(&mut self, from: u64, volume: u8) {
        self.sequence += 1;
        let sequence = self.sequence;
        let arrival = Arrival {
            stream: Stream::Audio,
            sequence,
            is_entry: true,
            size: 80,
            volume: Some(volume),
        };
        self.switch.packet(self.now, SeatId(from), arrival, &mut Vec::new());
    }

    fn requests(&mut self) -> Vec<(SeatId, Stream)> {
        let mut requests = Vec::new();
        self.switch.key_frame_requests(self.now, &mut requests);
        requests
    }

    /// Sends pictures of 25 a second, all of them entries.
    fn play(&mut self, from: &[u64], seconds: u64) {
        for picture in 1..=25 * seconds {
            self.pass(40);
            for &from in from {
                self.send(from, LOW, true);
                self.send(from, HIGH, true);
            }
            if picture % 25 == 0 {
                self.switch.allocate_all(self.now);
            }
        }
        for &from in from {
            self.send(from, LOW, true);
            self.send(from, HIGH, true);
        }
    }

    /// Returns the layers of seat 1, by pair.
    fn layers(&self) -> Vec<Option<Quality>> {
        let pairs = self.switch.seats[0].pairs.iter().filter(|pair| pair.from.is_some());
        pairs.map(|pair| pair.camera.flows).collect()
    }
}

fn to(forwards: &[Forward]) -> Vec<u64> {
    forwards.iter().map(|forward| forward.to.0).collect()
}

#[test]
fn a_paused_seat_gets_nothing_and_resumes_at_a_key_frame() {
    let mut room = Room::new(2);
    room.switch.see(room.now, SeatId(1), Slot::Camera(0), Layer::High);
    room.play(&[2], 2);
    assert_eq!(room.layers(), [Some(Quality::High)]);
    room.switch.pause(SeatId(1));
    assert!(room.send(2, HIGH, true).is_empty() && room.send(2, Stream::Audio, true).is_empty());
    // What was measured while nothing arrived is forgotten.
    room.switch.estimate(room.now, SeatId(1), 10_000);
    room.switch.resume(room.now, SeatId(1), 2_000_000);
    assert!(room.send(2, HIGH, false).is_empty());
    assert_eq!(room.requests(), [(SeatId(2), HIGH)]);
    let picture = room.send(2, HIGH, true);
    let sound = room.send(2, Stream::Audio, true);
    assert!(picture[0].resumes && sound[0].resumes);
}

#[test]
fn each_other_seat_has_a_pair_that_stays() {
    let mut room = Room::new(4);
    let pairs = |room: &Room, at| -> Vec<(u64, usize)> {
        room.switch.placements(SeatId(at)).iter().map(|place| (place.seat.0, place.pair)).collect()
    };
    assert_eq!(pairs(&room, 1), [(2, 0), (3, 1), (4, 2)]);
    assert_eq!(pairs(&room, 3), [(1, 0), (2, 1), (4, 2)]);
    room.switch.leave(SeatId(2));
    assert_eq!(pairs(&room, 1), [(3, 1), (4, 2)]);
    room.switch.enter(SeatId(9), ALL);
    assert_eq!(pairs(&room, 1), [(9, 0), (3, 1), (4, 2)]);
}

#[test]
fn a_full_room_takes_nobody() {
    let mut room = Room::new(8);
    assert!(!room.switch.enter(SeatId(9), ALL));
    room.switch.leave(SeatId(3));
    assert!(room.switch.enter(SeatId(9), ALL));
}

#[test]
fn sound_goes_to_all_others() {
    let mut room = Room::new(4);
    assert_eq!(to(&room.send(2, Stream::Audio, true)), [1, 3, 4]);
}

#[test]
fn a_picture_starts_at_a_key_frame() {
    let mut room = Room::new(2);
    assert!(room.send(1, LOW, false).is_empty());
    let forwards = room.send(1, LOW, true);
    assert_eq!(to(&forwards), [2]);
    assert!(forwards[0].resumes && !forwards[0].changes_layer);
    assert!(!room.send(1, LOW, false)[0].resumes);
}

#[test]
fn a_late_comer_starts_at_a_key_frame() {
    let mut room = Room::new(2);
    room.send(1, LOW, true);
    room.enter(3);
    assert_eq!(to(&room.send(1, LOW, false)), [2]);
    assert_eq!(room.requests(), [(SeatId(1), LOW)]);
    assert_eq!(to(&room.send(1, LOW, true)), [2, 3]);
}

#[test]
fn a_late_comer_does_not_wait_because_another_came_just_before() {
    let mut room = Room::new(2);
    room.send(1, LOW, false);
    assert_eq!(room.requests().len(), 1);
    room.pass(100);
    room.send(1, LOW, true);
    room.pass(100);
    room.enter(3);
    room.send(1, LOW, false);
    assert_eq!(room.requests(), [(SeatId(1), LOW)]);
}

#[test]
fn nothing_goes_to_a_seat_before_it_is_connected() {
    let mut room = Room::new(2);
    room.switch.enter(SeatId(3), ALL);
    for stream in [Stream::Audio, LOW, Stream::Screen] {
        assert_eq!(to(&room.send(1, stream, true)), [2]);
    }
    room.switch.connected(SeatId(3));
    assert_eq!(to(&room.send(1, LOW, false)), [2]);
    assert_eq!(to(&room.send(1, LOW, true)), [2, 3]);
}

#[test]
fn a_key_frame_whose_start_comes_late_is_no_start() {
    let mut room = Room::new(2);
    room.sequence = 10;
    assert!(room.send(1, LOW, false).is_empty());
    room.requests();
    room.sequence = 9;
    assert!(room.send(1, LOW, true).is_empty());
    room.pass(200);
    assert_eq!(room.requests(), [(SeatId(1), LOW)]);
    room.sequence = 20;
    assert_eq!(to(&room.send(1, LOW, true)), [2]);
}

#[test]
fn requests_for_a_key_frame_are_collapsed_to_one_in_200_ms() {
    let mut room = Room::new(8);
    room.send(1, LOW, true);
    let mut asked = 0;
    for _ in 0..100 {
        for at in 2..=8 {
            room.switch.key_frame_wanted(SeatId(at), Slot::Camera(0));
        }
        asked += room.requests().len();
        room.pass(10);
    }
    assert_eq!(asked, 5);
}

#[test]
fn a_request_that_was_held_back_is_not_forgotten() {
    let mut room = Room::new(3);
    room.send(1, LOW, true);
    room.switch.key_frame_wanted(SeatId(2), Slot::Camera(0));
    assert_eq!(room.requests().len(), 1);
    room.pass(50);
    room.switch.key_frame_wanted(SeatId(3), Slot::Camera(0));
    assert!(room.requests().is_empty());
    room.pass(150);
    assert_eq!(room.requests(), [(SeatId(1), LOW)]);
    room.pass(500);
    assert!(room.requests().is_empty());
}

#[test]
fn a_key_frame_that_does_not_come_is_asked_for_each_second() {
    let mut room = Room::new(2);
    let mut asked = 0;
    for _ in 0..100 {
        room.send(1, LOW, false);
        asked += room.requests().len();
        room.pass(40);
    }
    assert_eq!(asked, 4);
}

#[test]
fn the_layer_changes_at_a_key_frame_of_the_new_one() {
    let mut room = Room::new(2);
    room.play(&[2], 1);
    room.switch.see(room.now, SeatId(1), Slot::Camera(0), Layer::High);
    assert!(room.send(2, HIGH, false).is_empty());
    assert_eq!(to(&room.send(2, LOW, false)), [1]);
    assert_eq!(room.requests(), [(SeatId(2), HIGH)]);
    let forwards = room.send(2, HIGH, true);
    assert!(forwards[0].resumes && forwards[0].changes_layer);
    assert!(room.send(2, LOW, true).is_empty());
    room.switch.see(room.now, SeatId(1), Slot::Camera(0), Layer::Low);
    assert_eq!(to(&room.send(2, HIGH, false)), [1]);
    assert!(room.send(2, LOW, true)[0].changes_layer);
    assert!(room.send(2, HIGH, false).is_empty());
}

#[test]
fn a_layer_that_its_sender_ends_is_replaced() {
    let mut room = Room::new(2);
    room.switch.see(room.now, SeatId(1), Slot::Camera(0), Layer::High);
    room.play(&[2], 2);
    assert_eq!(room.layers(), [Some(Quality::High)]);
    for _ in 0..50 {
        room.pass(40);
        room.send(2, LOW, true);
    }
    assert_eq!(room.layers(), [Some(Quality::Low)]);
}

#[test]
fn a_receiver_that_wants_no_picture_gets_sound_alone() {
    let mut room = Room::new(2);
    room.play(&[2], 1);
    room.switch.see(room.now, SeatId(1), Slot::Camera(0), Layer::None);
    assert!(room.send(2, LOW, true).is_empty());
    assert_eq!(to(&room.send(2, Stream::Audio, true)), [1]);
}

#[test]
fn a_wish_belongs_to_the_slot_whoever_is_in_it() {
    let mut room = Room::new(2);
    room.switch.see(room.now, SeatId(1), Slot::Camera(0), Layer::None);
    room.switch.see(room.now, SeatId(1), Slot::Camera(1), Layer::None);
    room.switch.leave(SeatId(2));
    room.enter(3);
    room.enter(4);
    assert!(!to(&room.send(3, LOW, true)).contains(&1));
    assert!(!to(&room.send(4, LOW, true)).contains(&1));
}

#[test]
fn a_bound_holds_if_its_layer_is_not_sent() {
    let mut room = Room::new(2);
    assert!(room.send(2, HIGH, true).is_empty());
}

#[test]
fn what_a_seat_does_not_pass_on_goes_nowhere() {
    let mut room = Room::new(2);
    for stream in [Stream::Audio, LOW, Stream::Screen] {
        assert_eq!(to(&room.send(1, stream, true)), [2]);
    }
    room.switch.forward(SeatId(1), Sends { audio: false, video: false, screen: false });
    for stream in [Stream::Audio, LOW, Stream::Screen] {
        assert!(room.send(1, stream, true).is_empty());
    }
    room.switch.forward(SeatId(1), ALL);
    for stream in [Stream::Audio, LOW, Stream::Screen] {
        assert!(room.send(1, stream, true)[0].resumes);
    }
}

#[test]
fn the_first_that_shares_its_screen_has_the_slot() {
    let mut room = Room::new(3);
    assert_eq!(to(&room.send(1, Stream::Screen, true)), [2, 3]);
    assert!(room.send(2, Stream::Screen, true).is_empty());
    let shared: Vec<bool> =
        room.switch.placements(SeatId(3)).iter().map(|place| place.screen).collect();
    assert_eq!(shared, [true, false]);
    assert!(room.switch.forward(SeatId(1), Sends { screen: false, ..ALL }));
    assert!(room.send(2, Stream::Screen, false).is_empty());
    assert_eq!(to(&room.send(2, Stream::Screen, true)), [1, 3]);
    room.switch.leave(SeatId(2));
    room.switch.forward(SeatId(1), ALL);
    assert_eq!(to(&room.send(1, Stream::Screen, true)), [3]);
}

#[test]
fn a_screen_that_stands_still_for_ten_seconds_makes_way() {
    let mut room = Room::new(3);
    room.send(1, Stream::Screen, true);
    room.pass(9_000);
    assert!(room.send(2, Stream::Screen, true).is_empty());
    room.pass(1_000);
    assert_eq!(to(&room.send(2, Stream::Screen, true)), [1, 3]);
}

#[test]
fn layers_fit_into_the_estimate() {
    let mut room = Room::new(4);
    for pair in 0..3 {
        room.switch.see(room.now, SeatId(1), Slot::Camera(pair), Layer::High);
    }
    // Each sends 150 kbit/s and 800 kbit/s.
    room.play(&[2, 3, 4], 3);
    assert_eq!(room.layers(), [Some(Quality::High); 3]);
    for (estimate, high, low) in [(1_500_000, 1, 2), (250_000, 0, 1), (100_000, 0, 0)] {
        room.switch.estimate(room.now, SeatId(1), estimate);
        room.play(&[2, 3, 4], 3);
        let layers = room.layers();
        let count = |quality| layers.iter().filter(|&&layer| layer == Some(quality)).count();
        assert_eq!((count(Quality::High), count(Quality::Low)), (high, low), "at {estimate}");
    }
    room.switch.estimate(room.now, SeatId(1), 4_000_000);
    room.play(&[2, 3, 4], 6);
    assert_eq!(room.layers(), [Some(Quality::High); 3]);
}

#[test]
fn a_narrow_way_carries_no_picture_and_whoever_is_there_is_told_so() {
    let mut room = Room::new(2);
    let mut told = Vec::new();
    // Sound and a picture of 40 kbit/s, which would fit.
    let mut play = |room: &mut Room, seconds: u64| {
        let mut shown = 0;
        for picture in 1..=25 * seconds {
            room.pass(40);
            room.sequence += 1;
            let sequence = room.sequence;
            let arrival =
                Arrival { stream: LOW, sequence, is_entry: true, size: 200, volume: None };
            let mut receivers = Vec::new();
            room.switch.packet(room.now, SeatId(2), arrival, &mut receivers);
            shown += receivers.len();
            if picture % 25 == 0 {
                room.switch.allocate_all(room.now);
            }
            room.switch.narrowness_news(|seat, narrow| told.push((seat.0, narrow)));
        }
        (shown, told.len())
    };
    assert_eq!(play(&mut room, 2), (50, 0));
    room.switch.estimate(room.now, SeatId(1), 140_000);
    assert_eq!(play(&mut room, 3), (75, 1), "until it has lasted");
    assert_eq!(play(&mut room, 60), (0, 1));
    room.switch.estimate(room.now, SeatId(1), 200_000);
    assert_eq!(play(&mut room, 60), (0, 1), "it would come and go");
    room.switch.estimate(room.now, SeatId(1), 260_000);
    assert_eq!(play(&mut room, 5).1, 2);
    assert_eq!(play(&mut room, 3), (75, 2), "back by itself");
    assert_eq!(told, [(1, true), (1, false)]);
}

#[test]
fn a_short_dip_of_the_estimate_changes_nothing() {
    let mut room = Room::new(2);
    room.switch.see(room.now, SeatId(1), Slot::Camera(0), Layer::High);
    room.play(&[2], 3);
    room.switch.estimate(room.now, SeatId(1), 600_000);
    room.pass(500);
    room.switch.estimate(room.now, SeatId(1), 2_000_000);
    room.play(&[2], 2);
    assert_eq!(room.layers(), [Some(Quality::High)]);
}

#[test]
fn the_last_speaker_keeps_the_picture_where_one_fits() {
    let mut room = Room::new(3);
    room.play(&[2, 3], 3);
    for _ in 0..50 {
        room.speak(3, 100);
        room.pass(20);
    }
    assert_eq!(room.switch.speaker(room.now), Some(Speaks(Some(SeatId(3)))));
    room.switch.estimate(room.now, SeatId(1), 200_000);
    room.play(&[2, 3], 3);
    assert_eq!(room.layers(), [None, Some(Quality::Low)]);
}

#[test]
fn what_is_held_back_is_probed_for() {
    let mut room = Room::new(3);
    room.play(&[2, 3], 3);
    assert_eq!(room.switch.goal(SeatId(1)).unwrap().sustained, 0);
    room.switch.estimate(room.now, SeatId(1), 200_000);
    room.play(&[2, 3], 8);
    let goal = room.switch.goal(SeatId(1)).unwrap();
    assert!(goal.desired > 290_000 && goal.sustained > 350_000, "{goal:?}");
}

#[test]
fn the_loudest_is_the_speaker() {
    let mut room = Room::new(3);
    let talk = |room: &mut Room, volumes: [u8; 3], packets: usize| {
        let mut changes = Vec::new();
        for packet in 0..packets {
            room.pass(20);
            for (seat, volume) in (1..).zip(volumes) {
                room.speak(seat, volume);
            }
            if packet % 13 == 12 {
                changes.extend(room.switch.speaker(room.now).map(|speaks| speaks.0));
            }
        }
        changes
    };
    assert_eq!(talk(&mut room, [40, 40, 40], 100), []);
    assert_eq!(talk(&mut room, [40, 95, 60], 100), [Some(SeatId(2))]);
    // Only a little louder: no change.
    assert_eq!(talk(&mut room, [98, 95, 40], 100), []);
    assert_eq!(talk(&mut room, [110, 95, 40], 100), [Some(SeatId(1))]);
    assert_eq!(talk(&mut room, [30, 30, 30], 200), [None]);
}

#[test]
fn a_speaker_who_leaves_or_is_muted_is_none_any_more() {
    for leaves in [true, false] {
        let mut room = Room::new(2);
        for _ in 0..50 {
            room.speak(1, 100);
            room.pass(20);
        }
        assert_eq!(room.switch.speaker(room.now), Some(Speaks(Some(SeatId(1)))));
        if leaves {
            room.switch.leave(SeatId(1));
        } else {
            room.switch.forward(SeatId(1), Sends { audio: false, ..ALL });
        }
        room.pass(20);
        room.speak(1, 100);
        assert_eq!(room.switch.speaker(room.now), Some(Speaks(None)));
    }
}
