//! Built-in meeting rooms: the people inside, and the messages that each browser gets.
//!
//! A room lives in the process that holds its lease. The database decides who may be inside, and this module who is
//! connected. Media go through the SFU (the crate `sfu`), which knows seats and no people.

mod pace;
pub mod seats;
mod sockets;
pub mod ticket;
pub mod turn;

pub use pace::Pace;
pub use sockets::{Sockets, Stranger, Trials};

use crate::clock::Time;
use ::sfu::{Mid, RoomId, SeatId, Sfu, SlotOf};
use app::wire::signal::{Bye, Close, FromServer, Slots};
use seats::{Full, MediaId, Person, Seats, Sends};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use ticket::Tickets;
use tokio::sync::mpsc;

/// Messages that may wait for a browser that reads slowly. One that lets more wait is closed.
const WAITING: usize = 256;

/// The rooms of this process.
pub struct Conferences {
    /// The SFU.
    pub sfu: Sfu,
    /// The tickets of this process.
    pub tickets: Tickets,
    /// The open signalling connections.
    pub sockets: Sockets,
    /// The connections that are tried out.
    pub trials: Trials,
    /// The name of this process, in the address of its signalling.
    pub server: String,
    /// The most people in a room.
    most: usize,
    rooms: Mutex<BTreeMap<String, Room>>,
    last_media: AtomicU64,
}

/// A live room.
#[derive(Default)]
struct Room {
    seats: Seats,
    /// The epoch in which this process holds the room.
    epoch: i64,
    /// Time at which the room closes, in seconds since 1970-01-01T00:00:00Z.
    closes_at: i64,
    outboxes: HashMap<MediaId, mpsc::Sender<Outgoing>>,
}

/// A live room of this process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveRoom {
    /// Id of the meeting.
    pub meeting: String,
    /// The epoch in which this process holds it.
    pub epoch: i64,
    /// `true` if a host is connected.
    pub has_host: bool,
}

/// Something to send to a browser.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// A message.
    Message(FromServer),
    /// The end of the connection, after a last message.
    End(Close, Bye),
}

/// A connection that has a seat.
pub struct Entered {
    /// The connection of its media.
    pub media: MediaId,
    /// The number of its seat.
    pub seat: u32,
    /// `true` unless the person comes back to a seat that was kept, or taken over.
    pub anew: bool,
    /// Messages for its browser.
    pub outbox: mpsc::Receiver<Outgoing>,
}

impl Conferences {
    /// Creates the rooms of a process, none of them live, on a running SFU.
    pub fn new(sfu: Sfu, server: String, most: u8) -> Self {
        Self {
            sfu,
            tickets: Tickets::new(&server),
            sockets: Sockets::default(),
            trials: Trials::default(),
            server,
            most: usize::from(most),
            rooms: Mutex::default(),
            last_media: AtomicU64::new(0),
        }
    }

    /// Returns the number of a new connection of media.
    pub fn next_media(&self) -> MediaId {
        MediaId(self.last_media.fetch_add(1, Ordering::Relaxed) + 1)
    }

    /// `true` if a session could not enter a room with an invitation now.
    pub fn is_full(&self, meeting: &str, (invitation, session): (&str, &str)) -> bool {
        let rooms = self.rooms();
        rooms.get(meeting).is_some_and(|room| room.seats.is_full((invitation, session), self.most))
    }

    /// `true` if a host is connected to a room.
    pub fn has_host(&self, meeting: &str) -> bool {
        self.rooms().get(meeting).is_some_and(|room| room.seats.has_host())
    }

    /// Returns the live rooms.
    pub fn live(&self) -> Vec<LiveRoom> {
        let live = |(meeting, room): (&String, &Room)| LiveRoom {
            meeting: meeting.clone(),
            epoch: room.epoch,
            has_host: room.seats.has_host(),
        };
        self.rooms().iter().map(live).collect()
    }

    /// Gives somebody a seat, in a room that is held in this epoch and closes at a time. An older connection of the same
    /// session loses the seat.
    ///
    /// # Errors
    /// Fails if no seat is free, or if the room was taken again since.
    pub fn enter(
        &self,
        meeting: &str,
        person: Person,
        (epoch, closes_at): (i64, Time),
    ) -> Result<Entered, Full> {
        let media = self.next_media();
        let (sender, outbox) = mpsc::channel(WAITING);
        let mut rooms = self.rooms();
        let room = rooms.entry(meeting.to_owned()).or_default();
        if epoch < room.epoch {
            return Err(Full);
        }
        (room.epoch, room.closes_at) = (epoch, in_seconds(closes_at));
        let taken = room.seats.take(person, media, self.most)?;
        if let Some(older) = taken.replaced {
            room.end(older, Close::TakenOver, Bye::TakenOver);
            self.sfu.leave(SeatId(older.0));
        }
        room.outboxes.insert(media, sender);
        Ok(Entered { media, seat: taken.seat, anew: taken.anew, outbox })
    }

    /// Frees the seat of a connection, or keeps it for a minute if the connection broke. Returns who has left for
    /// good.
    pub fn leave(&self, meeting: &str, media: MediaId, broken: bool, now: Time) -> Option<Person> {
        self.sfu.leave(SeatId(media.0));
        let mut rooms = self.rooms();
        let room = rooms.get_mut(meeting)?;
        room.outboxes.remove(&media);
        let left = if broken {
            room.seats.keep(media, now);
            None
        } else {
            room.seats.free(media)
        };
        room.tell_all();
        if room.seats.is_empty() {
            rooms.remove(meeting);
        }
        left
    }

    /// Frees the seats of connections that broke a minute ago. Returns who has left, with the meeting.
    pub fn free_overdue(&self, now: Time) -> Vec<(String, Person)> {
        let mut rooms = self.rooms();
        let mut left = Vec::new();
        for (meeting, room) in rooms.iter_mut() {
            let gone = room.seats.free_overdue(now);
            if !gone.is_empty() {
                room.tell_all();
            }
            left.extend(gone.into_iter().map(|person| (meeting.clone(), person)));
        }
        rooms.retain(|_, room| !room.seats.is_empty());
        left
    }

    /// Records what a connection sends, and notifies the others.
    pub fn set_sends(&self, meeting: &str, media: MediaId, sends: Sends) {
        self.sfu.forward(SeatId(media.0), forwarded(sends));
        self.change(meeting, |room| room.seats.set_sends(media, sends));
    }

    /// Turns off the microphone of a seat, at the wish of a host. Only its owner can turn it on again.
    pub fn mute(&self, meeting: &str, seat: u32) {
        self.change(meeting, |room| {
            let Some(media) = room.seats.media_of(seat) else { return false };
            let Some(sends) = room.seats.sends(media) else { return false };
            let sends = Sends { audio: false, ..sends };
            self.sfu.forward(SeatId(media.0), forwarded(sends));
            room.send(media, FromServer::Muted);
            room.seats.set_sends(media, sends)
        });
    }

    /// Records whether anything arrives from a connection, and notifies the others.
    pub fn set_silent(&self, meeting: &str, media: MediaId, silent: bool) {
        self.change(meeting, |room| room.seats.set_silent(media, silent));
    }

    /// Records where a connection hears and sees the others, and notifies its browser.
    pub fn set_slots(&self, meeting: &str, media: MediaId, slots: Vec<SlotOf>) {
        let slots = slots.into_iter().map(|slot| (MediaId(slot.seat.0), named(slot))).collect();
        let mut rooms = self.rooms();
        if let Some(room) = rooms.get_mut(meeting)
            && room.seats.set_slots(media, slots)
        {
            room.tell(media);
        }
    }

    /// Passes a message to everybody but its sender.
    pub fn pass_on(&self, meeting: &str, from: MediaId, message: impl Fn(u32) -> FromServer) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(meeting) else { return };
        let Some(seat) = room.seats.seat_of(from) else { return };
        let others: Vec<_> = room.seats.connections().filter(|media| *media != from).collect();
        for media in others {
            room.send(media, message(seat));
        }
    }

    /// Returns everybody inside, for the browser of a connection.
    pub fn told(&self, meeting: &str, media: MediaId) -> Vec<app::wire::signal::Seat> {
        self.rooms().get(meeting).map(|room| room.seats.told(media)).unwrap_or_default()
    }

    /// Records the time at which a room closes, and notifies everybody inside if it is another one.
    pub fn set_closes_at(&self, meeting: &str, closes_at: Time) {
        let closes_at = in_seconds(closes_at);
        self.change(meeting, |room| std::mem::replace(&mut room.closes_at, closes_at) != closes_at);
    }

    /// Sends everybody inside the list of the people there.
    pub fn tell_all(&self, meeting: &str) {
        self.change(meeting, |_| true);
    }

    /// Returns the seat of the connection with this number of the SFU.
    pub fn seat_of(&self, meeting: &str, seat: SeatId) -> Option<u32> {
        self.rooms().get(meeting)?.seats.seat_of(MediaId(seat.0))
    }

    /// Ends every connection of a room, because another server holds it now. Nobody has left for that.
    pub fn give_up(&self, meeting: &str) {
        let Some(mut room) = self.rooms().remove(meeting) else { return };
        for media in room.seats.connections().collect::<Vec<_>>() {
            room.end(media, Close::Moved, Bye::Moved);
        }
    }

    /// Returns the people whose connection has broken, and whose seats are kept, with their meetings.
    pub fn kept(&self) -> Vec<(String, i64, Person)> {
        let rooms = self.rooms();
        let kept = rooms.iter().flat_map(|(meeting, room)| {
            room.seats.kept().map(|person| (meeting.clone(), room.epoch, person.clone()))
        });
        kept.collect()
    }

    /// Frees the kept seat of somebody who may not come back. Returns `true` if there was one.
    pub fn free_kept(&self, meeting: &str, person: &Person) -> bool {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(meeting) else { return false };
        let freed = room.seats.free_kept(person);
        if freed {
            room.tell_all();
        }
        if room.seats.is_empty() {
            rooms.remove(meeting);
        }
        freed
    }

    fn change(&self, meeting: &str, change: impl FnOnce(&mut Room) -> bool) {
        let mut rooms = self.rooms();
        if let Some(room) = rooms.get_mut(meeting)
            && change(room)
        {
            room.tell_all();
        }
    }

    fn rooms(&self) -> MutexGuard<'_, BTreeMap<String, Room>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    fn tell_all(&mut self) {
        for media in self.seats.connections().collect::<Vec<_>>() {
            self.tell(media);
        }
    }

    fn tell(&mut self, media: MediaId) {
        let seats = self.seats.told(media);
        self.send(media, FromServer::Seats { seats, closes_at: self.closes_at });
    }

    /// Sends a message. A browser that has let too many wait loses its connection: its outbox closes.
    fn send(&mut self, media: MediaId, message: FromServer) {
        let Some(outbox) = self.outboxes.get(&media) else { return };
        if outbox.try_send(Outgoing::Message(message)).is_err() {
            self.outboxes.remove(&media);
        }
    }

    fn end(&mut self, media: MediaId, close: Close, bye: Bye) {
        if let Some(outbox) = self.outboxes.remove(&media) {
            outbox.try_send(Outgoing::End(close, bye)).ok();
        }
    }
}

/// Returns a time as browsers get it, in seconds since 1970-01-01T00:00:00Z.
pub const fn in_seconds(time: Time) -> i64 {
    time.0.div_euclid(1_000)
}

/// Returns the name of a room for the SFU.
pub fn room_id(meeting: &str) -> RoomId {
    RoomId(meeting.to_owned())
}

fn forwarded(sends: Sends) -> ::sfu::Sends {
    ::sfu::Sends { audio: sends.audio, video: sends.video, screen: sends.screen }
}

fn named(slot: SlotOf) -> Slots {
    let name = |mid: Mid| mid.to_string();
    Slots { audio: name(slot.audio), video: name(slot.video), screen: slot.screen.map(name) }
}
