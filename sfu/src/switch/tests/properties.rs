use std::collections::HashMap;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{ALL, Arrival, HIGH, LOW, Layer, Room, SeatId, Sends, Slot, Stream};

/// Something that happens in a room.
#[derive(Clone, Debug)]
enum Act {
    Enter(u64),
    Leave(u64),
    Forward(u64, Sends),
    See(u64, Slot, Layer),
    Estimate(u64, u64),
    KeyFrameWanted(u64, Slot),
    Packet(u64, Stream, bool),
    Pass(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let seat = || 1..10_u64;
    let slot = || {
        prop_oneof![
            (0..9_usize).prop_map(Slot::Audio),
            (0..9_usize).prop_map(Slot::Camera),
            Just(Slot::Screen)
        ]
    };
    let layer = prop_oneof![Just(Layer::None), Just(Layer::Low), Just(Layer::High)];
    let stream = prop_oneof![Just(Stream::Audio), Just(LOW), Just(HIGH), Just(Stream::Screen)];
    let sends =
        any::<[bool; 3]>().prop_map(|[audio, video, screen]| Sends { audio, video, screen });
    let act = prop_oneof![
        3 => seat().prop_map(Act::Enter),
        1 => seat().prop_map(Act::Leave),
        1 => (seat(), sends).prop_map(|(seat, sends)| Act::Forward(seat, sends)),
        2 => (seat(), slot(), layer).prop_map(|(seat, slot, layer)| Act::See(seat, slot, layer)),
        2 => (seat(), 0..3_000_000_u64).prop_map(|(seat, estimate)| Act::Estimate(seat, estimate)),
        2 => (seat(), slot()).prop_map(|(seat, slot)| Act::KeyFrameWanted(seat, slot)),
        40 => (seat(), stream, any::<bool>()).prop_map(|(seat, stream, entry)| Act::Packet(seat, stream, entry)),
        5 => (0..400_u64).prop_map(Act::Pass),
    ];
    vec(act, 0..400)
}

proptest! {
    #[test]
    fn a_slot_has_one_source_and_starts_at_a_key_frame(acts in acts()) {
        let mut room = Room::new(0);
        let mut sends: HashMap<u64, Sends> = HashMap::new();
        // The stream that was last in a slot.
        let mut flows: HashMap<(u64, Slot), (u64, Stream)> = HashMap::new();
        let mut asked: HashMap<(SeatId, Stream), std::time::Instant> = HashMap::new();
        for act in acts {
            match act {
                Act::Enter(seat) => {
                    if room.switch.enter(SeatId(seat), ALL) {
                        room.switch.connected(SeatId(seat));
                        prop_assert!(sends.insert(seat, ALL).is_none());
                    }
                }
                Act::Leave(seat) => {
                    prop_assert_eq!(room.switch.leave(SeatId(seat)), sends.remove(&seat));
                    flows.retain(|&(at, _), &mut (from, _)| at != seat && from != seat);
                    asked.retain(|&(of, _), _| of.0 != seat);
                }
                Act::Forward(seat, now) => {
                    room.switch.forward(SeatId(seat), now);
                    if let Some(before) = sends.get_mut(&seat) {
                        *before = now;
                    }
                }
                Act::See(seat, slot, layer) => room.switch.see(room.now, SeatId(seat), slot, layer),
                Act::Estimate(seat, estimate) => room.switch.estimate(room.now, SeatId(seat), estimate),
                Act::KeyFrameWanted(seat, slot) => room.switch.key_frame_wanted(SeatId(seat), slot),
                Act::Pass(milliseconds) => {
                    room.pass(milliseconds);
                    room.switch.allocate_all(room.now);
                }
                Act::Packet(from, stream, is_entry) => {
                    let mut receivers = Vec::new();
                    room.sequence += 1;
                    let sequence = room.sequence;
                    let arrival = Arrival { stream, sequence, is_entry, size: 700, volume: Some(90) };
                    room.switch.packet(room.now, SeatId(from), arrival, &mut receivers);
                    for forward in receivers {
                        let at = forward.to.0;
                        prop_assert!(at != from && sends.contains_key(&at));
                        let passes_on = sends[&from];
                        let places = room.switch.placements(forward.to);
                        let place = places.iter().find(|place| place.seat.0 == from).unwrap();
                        match stream {
                            Stream::Audio => prop_assert!(passes_on.audio && forward.slot == Slot::Audio(place.pair)),
                            Stream::Screen => {
                                prop_assert!(passes_on.screen && place.screen && forward.slot == Slot::Screen);
                            }
                            Stream::Camera(_) => {
                                prop_assert!(passes_on.video && forward.slot == Slot::Camera(place.pair));
                            }
                        }
                        let before = flows.insert((at, forward.slot), (from, stream));
                        if before != Some((from, stream)) {
                            prop_assert!(forward.resumes);
                        }
                        if forward.resumes && stream != Stream::Audio {
                            prop_assert!(is_entry);
                        }
                    }
                }
            }
            for (id, stream) in room.requests() {
                let before = asked.insert((id, stream), room.now);
                prop_assert!(before.is_none_or(|before| room.now - before >= Duration::from_millis(200)));
            }
        }
    }
}
