//! Decides for one room which stream goes into which slot.
//!
//! Each seat has a pair of slots, for sound and camera, for each other seat, and one slot for a screen. A seat keeps
//! its place in all others' slots while it is in the room. A picture starts, and changes its layer, at a key frame
//! only.

use std::time::Instant;

use crate::event::{Layer, Sends};
use crate::names::SeatId;
use crate::packet::{Quality, Stream};

mod allocation;
mod forwarding;
mod key_frames;
mod narrowness;
mod rate;
mod seat;
mod slot;
mod speaker;

pub(crate) use allocation::Goal;
use seat::Seat;
pub(crate) use slot::{Arrival, Forward, Placement, Slot};
use speaker::Speaker;
pub(crate) use speaker::Speaks;

/// The seats of a room and what flows between them.
#[derive(Debug)]
pub(crate) struct Switch {
    most: usize,
    seats: Vec<Seat>,
    screen: Option<SeatId>,
    speaker: Speaker,
}

impl Switch {
    /// Creates a room for at most `most` people.
    pub(crate) fn new(most: usize) -> Self {
        Self { most, seats: Vec::new(), screen: None, speaker: Speaker::default() }
    }

    /// Returns `true` if nobody is in the room.
    pub(crate) const fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// Returns the people in the room.
    pub(crate) fn seats(&self) -> impl Iterator<Item = SeatId> {
        self.seats.iter().map(|seat| seat.id)
    }

    /// Seats somebody. Returns `false` if the room is full.
    pub(crate) fn enter(&mut self, id: SeatId, sends: Sends) -> bool {
        if self.seats.len() >= self.most || self.seat(id).is_some() {
            return false;
        }
        for seat in &mut self.seats {
            seat.place(id);
        }
        let mut seat = Seat::new(id, sends, self.most);
        for other in &self.seats {
            seat.place(other.id);
        }
        self.seats.push(seat);
        true
    }

    /// Returns the only seat that packets can be sent to. `None` if there are several, or none.
    pub(crate) fn alone(&self) -> Option<SeatId> {
        let mut connected = self.seats.iter().filter(|seat| seat.connected).map(|seat| seat.id);
        connected.next().filter(|_| connected.next().is_none())
    }

    /// Takes note that packets can be sent to a seat.
    pub(crate) fn connected(&mut self, id: SeatId) {
        if let Some(seat) = self.seat_mut(id) {
            seat.connected = true;
        }
    }

    /// Sends nothing more to a seat, until it resumes.
    pub(crate) fn pause(&mut self, id: SeatId) {
        if let Some(seat) = self.seat_mut(id) {
            seat.connected = false;
        }
    }

    /// Sends to a seat again, on a way that is taken to carry so many bits a second. Pictures start at a key frame.
    pub(crate) fn resume(&mut self, now: Instant, id: SeatId, estimate: u64) {
        let Some(seat) = self.seat_mut(id) else {
            return;
        };
        seat.connected = true;
        seat.screen_slot.flows = None;
        for pair in &mut seat.pairs {
            pair.sounds = false;
            pair.camera.flows = None;
        }
        seat.allowance.restart(estimate);
        self.allocate(now, id);
    }

    /// Takes somebody out of the room and of all slots. Returns what the seat passed on.
    pub(crate) fn leave(&mut self, id: SeatId) -> Option<Sends> {
        let index = self.seats.iter().position(|seat| seat.id == id)?;
        let gone = self.seats.remove(index);
        for seat in &mut self.seats {
            if let Some((_, pair)) = seat.pair_of(id) {
                pair.clear();
            }
        }
        if self.screen == Some(id) {
            self.set_screen(None);
        }
        self.speaker.forget(id);
        Some(gone.sends)
    }

    /// Returns the slots of all others at a seat.
    pub(crate) fn placements(&self, at: SeatId) -> Vec<Placement> {
        let Some(seat) = self.seat(at) else {
            return Vec::new();
        };
        let screen = self.screen;
        let pairs = seat.pairs.iter().enumerate();
        let occupied = pairs.filter_map(|(pair, slots)| Some((pair, slots.from?)));
        occupied
            .map(|(pair, seat)| Placement { seat, pair, screen: screen == Some(seat) })
            .collect()
    }

    /// Sets what a seat passes on. Returns `true` if the slots have changed.
    pub(crate) fn forward(&mut self, id: SeatId, sends: Sends) -> bool {
        let Some(seat) = self.seat_mut(id) else {
            return false;
        };
        seat.sends = sends;
        if !sends.video {
            for seat in &mut self.seats {
                if let Some((_, pair)) = seat.pair_of(id) {
                    pair.camera.flows = None;
                }
            }
        }
        if !sends.audio {
            self.speaker.forget(id);
        }
        let ends = !sends.screen && self.screen == Some(id);
        if ends {
            self.set_screen(None);
        }
        ends
    }

    /// Sets the most that a receiver wants to see in a slot.
    pub(crate) fn see(&mut self, now: Instant, at: SeatId, slot: Slot, wish: Layer) {
        let Some(seat) = self.seat_mut(at) else {
            return;
        };
        let picture = match slot {
            Slot::Audio(_) => return,
            Slot::Camera(pair) => seat.pairs.get_mut(pair).map(|pair| &mut pair.camera),
            Slot::Screen => Some(&mut seat.screen_slot),
        };
        let Some(picture) = picture else {
            return;
        };
        picture.wish = wish;
        if wish == Layer::None {
            picture.flows = None;
        }
        self.allocate(now, at);
    }

    /// Sets what the way to a receiver carries, in bits a second.
    pub(crate) fn estimate(&mut self, now: Instant, at: SeatId, estimate: u64) {
        if let Some(seat) = self.seat_mut(at) {
            seat.allowance.estimate = Some(estimate);
            self.allocate(now, at);
        }
    }

    /// Takes note that a receiver's decoder needs a key frame.
    pub(crate) fn key_frame_wanted(&mut self, at: SeatId, slot: Slot) {
        let Some(seat) = self.seat(at) else {
            return;
        };
        let wanted = match slot {
            Slot::Audio(_) => None,
            Slot::Camera(pair) => seat
                .pairs
                .get(pair)
                .and_then(|pair| Some((pair.from?, Stream::Camera(pair.camera.flows?)))),
            Slot::Screen => self
                .screen
                .filter(|_| seat.screen_slot.flows.is_some())
                .map(|from| (from, Stream::Screen)),
        };
        if let Some((from, stream)) = wanted
            && let Some(sender) = self.seat_mut(from)
        {
            sender.source_mut(stream).key_frames.want();
        }
    }

    /// Returns `true` if a receiver needs a key frame for which the sender has not been asked.
    pub(crate) fn needs_key_frame(&self) -> bool {
        self.seats.iter().any(|seat| {
            [&seat.low, &seat.high, &seat.screen].iter().any(|source| source.key_frames.is_wanted())
        })
    }

    /// Adds the streams whose senders are to be asked for a key frame now.
    pub(crate) fn key_frame_requests(
        &mut self,
        now: Instant,
        requests: &mut Vec<(SeatId, Stream)>,
    ) {
        for seat in &mut self.seats {
            for stream in
                [Stream::Camera(Quality::Low), Stream::Camera(Quality::High), Stream::Screen]
            {
                if seat.source_mut(stream).key_frames.ask(now) {
                    requests.push((seat.id, stream));
                }
            }
        }
    }

    /// Returns the speaker if it has changed. To be called every 250 ms.
    pub(crate) fn speaker(&mut self, now: Instant) -> Option<Speaks> {
        let changed = self.speaker.check(now)?;
        if let Some(seat) = changed.0.and_then(|id| self.seat_mut(id)) {
            seat.spoke = Some(now);
        }
        Some(changed)
    }

    /// Returns the speaker as of the last check.
    pub(crate) const fn current_speaker(&self) -> Option<SeatId> {
        self.speaker.current()
    }

    /// Chooses the layers of all receivers. To be called every second.
    pub(crate) fn allocate_all(&mut self, now: Instant) {
        let ids: Vec<SeatId> = self.seats().collect();
        for id in ids {
            self.allocate(now, id);
        }
    }

    /// Returns the rates for which the way to a receiver is to be probed.
    pub(crate) fn goal(&self, at: SeatId) -> Option<Goal> {
        Some(self.seat(at)?.allowance.goal)
    }

    /// Reports the receivers whose way has become too narrow for pictures (`true`), or is wide again.
    pub(crate) fn narrowness_news(&mut self, mut tell: impl FnMut(SeatId, bool)) {
        for seat in &mut self.seats {
            if let Some(narrow) = seat.allowance.narrowness.news() {
                tell(seat.id, narrow);
            }
        }
    }

    fn set_screen(&mut self, id: Option<SeatId>) {
        self.screen = id;
        for seat in &mut self.seats {
            seat.screen_slot.flows = None;
        }
    }

    fn seat(&self, id: SeatId) -> Option<&Seat> {
        self.seats.iter().find(|seat| seat.id == id)
    }

    fn seat_mut(&mut self, id: SeatId) -> Option<&mut Seat> {
        self.seats.iter_mut().find(|seat| seat.id == id)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any moment will do as a start")]
mod tests;
