//! Carries packets from one connection to the others.

use std::time::Instant;

use crate::counters::count;
use crate::event::Event;
use crate::names::SeatId;
use crate::packet::{Packet, Quality, Stream};
use crate::rewrite::Numbers;
use crate::switch::{Arrival, Forward};

use super::Engine;

impl Engine {
    pub(super) fn packet(&mut self, now: Instant, from: SeatId, packet: &Packet) {
        count(&self.counters.packets_in);
        let Some(member) = self.members.get(&from) else {
            return;
        };
        let Some(switch) = self.rooms.get_mut(&member.room) else {
            return;
        };
        let mut receivers = std::mem::take(&mut self.receivers);
        let arrival = Arrival {
            stream: packet.stream,
            sequence: packet.sequence,
            is_entry: packet.is_entry(),
            size: packet.payload.len(),
            volume: packet.tags.volume(),
        };
        let changed = switch.packet(now, from, arrival, &mut receivers);
        if switch.needs_key_frame() {
            switch.key_frame_requests(now, &mut self.asked);
        }
        if changed {
            let room = member.room.clone();
            self.tell_slots(&room);
        }
        for forward in receivers.drain(..) {
            self.guard_seat(forward.to, |engine| engine.write(now, from, packet, forward));
        }
        self.receivers = receivers;
    }

    fn write(&mut self, now: Instant, from: SeatId, packet: &Packet, forward: Forward) {
        let Forward { to, slot, resumes, changes_layer } = forward;
        let Some(member) = self.members.get_mut(&to) else {
            return;
        };
        let index = slot.place(member.rewriters.len());
        let Some(rewriter) = member.rewriters.get_mut(index) else {
            return;
        };
        let numbers = Numbers {
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            picture: packet.picture.and_then(|picture| picture.id()),
            base_picture: packet.picture.and_then(|picture| picture.base()),
        };
        let Some(numbers) = rewriter.rewrite(now, source(from, packet.stream), resumes, numbers)
        else {
            return;
        };
        count(&self.counters.packets_out);
        if changes_layer {
            count(&self.counters.layer_changes);
        }
        member.peer.write(slot, packet, numbers);
        if packet.stream != Stream::Audio && !std::mem::replace(&mut member.has_picture, true) {
            member.tell(Event::FirstPicture);
        }
        if !std::mem::replace(&mut member.written, true) {
            self.written.push(to);
        }
    }
}

/// Returns a number for a stream of a seat, the same for all its packets.
const fn source(seat: SeatId, stream: Stream) -> u64 {
    let stream = match stream {
        Stream::Audio => 0,
        Stream::Camera(Quality::Low) => 1,
        Stream::Camera(Quality::High) => 2,
        Stream::Screen => 3,
    };
    seat.0.wrapping_mul(4).wrapping_add(stream)
}
