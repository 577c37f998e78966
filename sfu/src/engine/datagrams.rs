//! Leads datagrams to connections, and acts on the results.

use std::net::SocketAddr;
use std::time::Instant;

use crate::counters::count;
use crate::event::{Event, Transport};
use crate::names::SeatId;
use crate::peer::{FIRST_ESTIMATE, Happening, Outgoing, Peer};
use crate::stun::{is_stun, wanted_ufrag};

use super::{Engine, Remote};

/// Largest datagram of a browser, in bytes.
pub(crate) const LARGEST: usize = 2000;

/// Most calls of a connection that wants to be called at once, before others have their turn.
const MOST_AT_ONCE: usize = 64;

/// Most addresses of one browser. It checks from all of them, over UDP and TCP.
const ADDRESSES: usize = 16;

impl Engine {
    /// Takes a datagram. Returns `false` if it is from a stranger. To be followed by [`flush`](Self::flush).
    pub(crate) fn receive(&mut self, now: Instant, remote: Remote, contents: &[u8]) -> bool {
        let (transport, source) = remote;
        let destination = self.identity.destination(source);
        let stun = is_stun(contents);
        let known = if stun {
            // A stranger's check names a seat, and must not be able to end it.
            self.guard(|engine| engine.checked(now, remote, destination, contents)).flatten()
        } else {
            self.by_remote.get(&remote).copied()
        };
        let Some(id) = known.filter(|_| contents.len() <= LARGEST) else {
            count(if stun { &self.counters.refused_stun } else { &self.counters.dropped });
            return false;
        };
        self.guard_seat(id, |engine| engine.heard(now, id, !stun));
        self.handle(now, id, |peer| peer.receive(now, transport, source, destination, contents));
        true
    }

    /// Takes note of a sign of life.
    fn heard(&mut self, now: Instant, id: SeatId, is_media: bool) {
        if let Some(member) = self.members.get_mut(&id)
            && let Some(silent) = member.silence.heard(now, is_media)
        {
            member.tell(Event::Silent(silent));
            if member.connected {
                self.resume(now, id);
            }
        }
    }

    /// Sends to somebody again, on a way that is soon measured again.
    fn resume(&mut self, now: Instant, id: SeatId) {
        if let Some(member) = self.members.get_mut(&id)
            && let Some(switch) = self.rooms.get_mut(&member.room)
        {
            member.resumed = Some(now);
            switch.resume(now, id, FIRST_ESTIMATE);
        }
    }

    /// Returns the person whom a STUN check is for, if its integrity is right.
    fn checked(
        &mut self,
        now: Instant,
        remote: Remote,
        destination: SocketAddr,
        contents: &[u8],
    ) -> Option<SeatId> {
        let &id = self.by_ufrag.get(&wanted_ufrag(contents)?)?;
        let member = self.members.get_mut(&id)?;
        if !member.peer.accepts(now, remote.0, remote.1, destination, contents) {
            return None;
        }
        // The addresses that are in use stay, because they are checked again and again.
        member.remotes.retain(|&known| known != remote);
        member.remotes.push_back(remote);
        self.by_remote.insert(remote, id);
        if member.remotes.len() > ADDRESSES
            && let Some(oldest) = member.remotes.pop_front()
            && self.by_remote.get(&oldest) == Some(&id)
        {
            self.by_remote.remove(&oldest);
            self.forgotten.push(oldest);
        }
        Some(id)
    }

    /// Sends what was written since the last call, and asks for the key frames that are needed.
    pub(crate) fn flush(&mut self, now: Instant) {
        while let Some((id, stream)) = self.asked.pop() {
            count(&self.counters.key_frame_requests);
            self.handle(now, id, |peer| {
                peer.ask_key_frame(stream);
                peer.pass(now)
            });
        }
        while let Some(id) = self.written.pop() {
            if let Some(member) = self.members.get_mut(&id) {
                member.written = false;
                self.pass(now, id);
            }
        }
    }

    /// Takes out the next datagram to send.
    pub(crate) fn next_outgoing(&mut self) -> Option<Outgoing> {
        self.outgoing.pop_front()
    }

    /// Takes out the next address at which nobody is any more.
    pub(crate) fn next_forgotten(&mut self) -> Option<Remote> {
        self.forgotten.pop()
    }

    pub(super) fn pass(&mut self, now: Instant, id: SeatId) {
        self.handle(now, id, |peer| peer.pass(now));
    }

    /// Does something with a connection, within its boundary, and acts on the results.
    ///
    /// `act` returns `false` if it was given a malformed datagram.
    pub(super) fn handle(&mut self, now: Instant, id: SeatId, act: impl FnOnce(&mut Peer) -> bool) {
        self.guard_seat(id, |engine| engine.call(now, id, act));
    }

    fn call(&mut self, now: Instant, id: SeatId, act: impl FnOnce(&mut Peer) -> bool) {
        let Some(member) = self.members.get_mut(&id) else {
            return;
        };
        let mut happenings = std::mem::take(&mut self.happenings);
        let peer = &mut member.peer;
        if !act(peer) {
            count(&self.counters.dropped);
        }
        peer.drain(&mut self.outgoing, &mut happenings);
        // The sending queue gives one packet at a time, and then wants to be called at once.
        for _ in 0..MOST_AT_ONCE {
            if peer.timeout() > now || !happenings.is_empty() {
                break;
            }
            peer.pass(now);
            peer.drain(&mut self.outgoing, &mut happenings);
        }
        let at = peer.timeout();
        self.schedule(id, at);
        for happening in happenings.drain(..) {
            self.happened(now, id, happening);
        }
        self.happenings = happenings;
    }

    pub(super) fn schedule(&mut self, id: SeatId, at: Instant) {
        if let Some(member) = self.members.get_mut(&id)
            && member.scheduled != at
        {
            self.timeouts.remove(&(member.scheduled, id));
            self.timeouts.insert((at, id));
            member.scheduled = at;
        }
    }

    /// Measures the way to somebody again who was alone in the room until now.
    fn measure_first(&mut self, now: Instant, id: SeatId) {
        if self.members.get(&id).is_some_and(|it| !it.silence.is_silent()) {
            self.resume(now, id);
        }
    }

    pub(super) fn happened(&mut self, now: Instant, id: SeatId, happening: Happening) {
        let Some(member) = self.members.get_mut(&id) else {
            return;
        };
        match happening {
            Happening::Connected => {
                member.connected = true;
                let transport = member.peer.transport();
                count(match transport {
                    Transport::Udp => &self.counters.connected_udp,
                    Transport::Tcp => &self.counters.connected_tcp,
                });
                member.tell(Event::Connected(transport));
                if let Some(switch) = self.rooms.get_mut(&member.room) {
                    let first = switch.alone();
                    switch.connected(id);
                    if let Some(speaker) = switch.current_speaker() {
                        member.tell(Event::Speaker(Some(speaker)));
                    }
                    if let Some(first) = first.filter(|first| *first != id) {
                        self.measure_first(now, first);
                    }
                }
            }
            Happening::Packet(packet) => self.packet(now, id, &packet),
            Happening::KeyFrameWanted(slot) => {
                if let Some(switch) = self.rooms.get_mut(&member.room) {
                    switch.key_frame_wanted(id, slot);
                    switch.key_frame_requests(now, &mut self.asked);
                }
            }
            // Silence says nothing about the way.
            Happening::Estimate(_) if member.is_unsettled() => {}
            Happening::Estimate(estimate) => {
                // Nothing is sent to somebody who is alone, so that nothing is known of the way.
                if let Some(switch) = self.rooms.get_mut(&member.room)
                    && switch.alone() != Some(id)
                {
                    switch.estimate(now, id, estimate);
                }
            }
            Happening::Closed => {
                self.remove(id, true);
            }
        }
    }
}
