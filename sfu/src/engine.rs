//! Rooms and people: datagrams and time go in, datagrams and events come out. Without a socket or a clock.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc::UnboundedSender;

use crate::counters::{Counters, show};
use crate::credentials::{Credentials, Ufrag};
use crate::event::{Event, JoinError, Layer, Sends, SlotOf, Transport};
use crate::names::{Mid, RoomId, SeatId};
use crate::offer::Offer;
use crate::packet::Stream;
use crate::peer::{Happening, Identity, Outgoing, Peer};
use crate::switch::{Forward, Slot, Switch};

mod boundary;
mod datagrams;
mod forwarding;
mod member;
mod time;

pub(crate) use datagrams::LARGEST;
use member::Member;

/// Address at the other end of a datagram.
pub(crate) type Remote = (Transport, SocketAddr);

/// All rooms of the process.
pub(crate) struct Engine {
    identity: Identity,
    most: usize,
    counters: Arc<Counters>,
    rooms: HashMap<RoomId, Switch>,
    members: HashMap<SeatId, Member>,
    by_ufrag: HashMap<Ufrag, SeatId>,
    by_remote: HashMap<Remote, SeatId>,
    timeouts: BTreeSet<(Instant, SeatId)>,
    /// Members with written packets that have not been sent.
    written: Vec<SeatId>,
    /// Streams whose senders are to be asked for a key frame.
    asked: Vec<(SeatId, Stream)>,
    outgoing: VecDeque<Outgoing>,
    forgotten: Vec<Remote>,
    tick: Option<Instant>,
    ticks: u32,
    /// Buffers that are kept to save allocations.
    happenings: Vec<Happening>,
    receivers: Vec<Forward>,
}

impl Engine {
    /// Creates an engine without rooms. Its answers contain `addresses`.
    ///
    /// # Errors
    ///
    /// Fails if no certificate can be made.
    pub(crate) fn new(
        addresses: Vec<SocketAddr>,
        most: usize,
        counters: Arc<Counters>,
    ) -> io::Result<Self> {
        Ok(Self {
            identity: Identity::new(addresses)?,
            most,
            counters,
            rooms: HashMap::new(),
            members: HashMap::new(),
            by_ufrag: HashMap::new(),
            by_remote: HashMap::new(),
            timeouts: BTreeSet::new(),
            written: Vec::new(),
            asked: Vec::new(),
            outgoing: VecDeque::new(),
            forgotten: Vec::new(),
            tick: None,
            ticks: 0,
            happenings: Vec::new(),
            receivers: Vec::new(),
        })
    }

    /// Seats somebody and returns the answer to the offer. Somebody in the same seat is replaced.
    ///
    /// # Errors
    ///
    /// Fails if the offer has another shape, or the room is full. A person who has the seat then keeps it.
    pub(crate) fn join(
        &mut self,
        now: Instant,
        room: &RoomId,
        id: SeatId,
        offer: &str,
        events: UnboundedSender<Event>,
    ) -> Result<String, JoinError> {
        let offer = Offer::read(offer, self.most).map_err(JoinError::Offer)?;
        let taken_over = self.members.get(&id).is_some_and(|member| member.room == *room);
        if !taken_over
            && self.rooms.get(room).is_some_and(|switch| switch.seats().count() >= self.most)
        {
            return Err(JoinError::Full);
        }
        let credentials = Credentials::new().map_err(|_| JoinError::Stopped)?;
        // A fault here must not end the person who has the seat.
        let accepted =
            self.guard(|engine| Peer::accept(now, &engine.identity, &credentials, &offer));
        let (peer, answer) = accepted.unwrap_or(Err("not acceptable")).map_err(JoinError::Offer)?;
        let member = Member::new(now, peer, room.clone(), events, credentials.ufrag, offer.down);
        let seated = self.guard_seat(id, |engine| engine.seat(now, id, member));
        seated.unwrap_or(Err(JoinError::Offer("not acceptable"))).map(|()| answer)
    }

    fn seat(&mut self, now: Instant, id: SeatId, member: Member) -> Result<(), JoinError> {
        let room = member.room.clone();
        let sends = self.remove(id, true).unwrap_or_default();
        let switch = self.rooms.entry(room.clone()).or_insert_with(|| Switch::new(self.most));
        if !switch.enter(id, sends) {
            return Err(JoinError::Full);
        }
        self.by_ufrag.insert(member.ufrag, id);
        self.members.insert(id, member);
        self.timeouts.insert((now, id));
        self.start_ticks(now);
        self.tell_slots(&room);
        self.show_people();
        Ok(())
    }

    /// Removes somebody. No packet is sent to them any more.
    pub(crate) fn leave(&mut self, id: SeatId) {
        self.guard_removal(id, false);
    }

    /// Sets the most that a receiver wants to see in a slot.
    pub(crate) fn see(&mut self, now: Instant, id: SeatId, slot: &Mid, layer: Layer) {
        self.guard_seat(id, |engine| engine.set_wish(now, id, slot, layer));
    }

    fn set_wish(&mut self, now: Instant, id: SeatId, slot: &Mid, layer: Layer) {
        let Some(member) = self.members.get(&id) else {
            return;
        };
        let Some(index) = member.down.iter().position(|mid| mid == slot) else {
            return;
        };
        let slot = Slot::at(index, member.down.len());
        if let Some(switch) = self.rooms.get_mut(&member.room) {
            switch.see(now, id, slot, layer);
        }
    }

    /// Sets what a seat passes on.
    pub(crate) fn forward(&mut self, id: SeatId, sends: Sends) {
        self.guard_seat(id, |engine| engine.set_sends(id, sends));
    }

    fn set_sends(&mut self, id: SeatId, sends: Sends) {
        let Some(room) = self.members.get(&id).map(|member| member.room.clone()) else {
            return;
        };
        if self.rooms.get_mut(&room).is_some_and(|switch| switch.forward(id, sends)) {
            self.tell_slots(&room);
        }
    }

    /// Removes somebody from everything. Returns what the seat passed on.
    fn remove(&mut self, id: SeatId, tell: bool) -> Option<Sends> {
        let member = self.members.remove(&id)?;
        self.by_ufrag.remove(&member.ufrag);
        self.timeouts.remove(&(member.scheduled, id));
        for remote in &member.remotes {
            if self.by_remote.get(remote) == Some(&id) {
                self.by_remote.remove(remote);
                self.forgotten.push(*remote);
            }
        }
        if tell {
            member.tell(Event::Closed);
        }
        let mut sends = None;
        if let Some(switch) = self.rooms.get_mut(&member.room) {
            sends = switch.leave(id);
            if switch.is_empty() {
                self.rooms.remove(&member.room);
            } else {
                self.tell_slots(&member.room);
            }
        }
        self.show_people();
        sends
    }

    /// Reports to everybody in a room who is in which slot.
    fn tell_slots(&self, room: &RoomId) {
        let Some(switch) = self.rooms.get(room) else {
            return;
        };
        for id in switch.seats() {
            let Some(member) = self.members.get(&id) else {
                continue;
            };
            let slots = switch.placements(id).into_iter().filter_map(|placement| {
                let audio = member.down.get(2 * placement.pair)?.clone();
                let video = member.down.get(2 * placement.pair + 1)?.clone();
                let screen = member.down.last().filter(|_| placement.screen).cloned();
                Some(SlotOf { seat: placement.seat, audio, video, screen })
            });
            member.tell(Event::Slots(slots.collect()));
        }
    }

    fn show_people(&self) {
        show(&self.counters.rooms, self.rooms.len());
        show(&self.counters.people, self.members.len());
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any moment will do as a start")]
mod tests;
