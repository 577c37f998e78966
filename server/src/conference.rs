//! Built-in meeting rooms: the people inside, and the messages that each browser gets.
//!
//! A room lives in the process that holds its lease. The database decides who may be inside, and this module who is
//! connected. Media go through the SFU (the crate `sfu`), which knows seats and no people, or through LiveKit.

mod engine;
pub mod livekit;
mod pace;
pub mod seats;
mod sockets;
pub mod ticket;
pub mod turn;

pub use engine::Engines;
pub use pace::Pace;
pub use sockets::{NoPlace, Sockets, Stranger, Trials};

use crate::{
    clock::{Stopwatch, Time},
    model::HeldRoom,
    rooms::Engine,
    rules::room::Standing,
};
use ::sfu::{Mid, SlotOf};
use app::wire::signal::{Bye, Close, FromServer, Slots};
use engine::{Retired, RoomName};
use seats::{Full, MediaId, Person, Seats, Sends};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use ticket::Tickets;
use tokio::sync::{mpsc, watch};

/// Messages that may wait for a browser that reads slowly. One that lets more wait is closed.
const WAITING: usize = 256;

/// The rooms of this process.
pub struct Conferences {
    /// The media engines.
    pub engines: Engines,
    /// The tickets of this process.
    pub tickets: Tickets,
    /// The open signalling connections.
    pub sockets: Sockets,
    /// The connections that are tried out.
    pub trials: Trials,
    /// The name of this server, in the address of its signalling.
    pub server: String,
    /// The name of this process. Another one after each start.
    pub process: String,
    /// The most people in a room.
    pub most: usize,
    /// The names of rooms at LiveKit that are over.
    pub retired: Arc<Retired>,
    /// Microphones to turn off at LiveKit: the room's name and the identity.
    mutes: Mutex<Vec<(String, String)>>,
    rooms: Mutex<BTreeMap<String, Room>>,
    last_media: AtomicU64,
    stopping: AtomicBool,
}

/// A live room.
struct Room {
    seats: Seats,
    /// The epoch in which this process holds the room.
    epoch: i64,
    /// Runs since before the last renewal of the lease.
    renewed: Stopwatch,
    /// Time at which the room closes, in seconds since 1970-01-01T00:00:00Z.
    closes_at: i64,
    connections: HashMap<MediaId, Connection>,
    /// Its name at LiveKit. `None` if its media go through the SFU.
    livekit: Option<RoomName>,
}

/// A connection of somebody inside.
struct Connection {
    outbox: mpsc::Sender<Outgoing>,
    standing: watch::Sender<Standing>,
}

/// Somebody inside a room of this process.
#[derive(Clone, Debug)]
pub struct Inside {
    /// Id of the meeting.
    pub meeting: String,
    /// The epoch in which this process holds its room.
    pub epoch: i64,
    /// The person.
    pub person: Person,
    /// The connection. `None` if it has broken, and the seat is kept.
    pub media: Option<MediaId>,
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
    /// The right to stay, as it was asked last.
    pub standing: watch::Receiver<Standing>,
}

impl Conferences {
    /// Creates the rooms of a process, none of them live.
    pub fn new(engines: Engines, server: String, process: String, most: u8) -> Self {
        Self {
            engines,
            tickets: Tickets::new(&server),
            sockets: Sockets::default(),
            trials: Trials::default(),
            server,
            process,
            most: usize::from(most),
            retired: Arc::default(),
            mutes: Mutex::default(),
            rooms: Mutex::default(),
            last_media: AtomicU64::new(0),
            stopping: AtomicBool::new(false),
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

    /// `true` if this process can take rooms with an engine: the engine runs, and the process does not stop.
    pub fn takes_rooms(&self, engine: Engine) -> bool {
        self.engines.runs(engine) && !self.stopping.load(Ordering::SeqCst)
    }

    /// Ends every connection, because this process stops. No room is entered any more.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        for room in self.held() {
            self.give_up(&room.meeting_id, room.epoch);
        }
    }

    /// Returns the number of people inside, with those whose seats are kept.
    pub fn people(&self) -> usize {
        self.rooms().values().map(|room| room.seats.people().count()).sum()
    }

    /// Returns the live rooms.
    pub fn held(&self) -> Vec<HeldRoom> {
        let held = |(meeting, room): (&String, &Room)| HeldRoom {
            meeting_id: meeting.clone(),
            epoch: room.epoch,
            has_host: room.seats.has_host(),
        };
        self.rooms().iter().map(held).collect()
    }

    /// Records that the leases of rooms were renewed. `begun` runs since before that.
    pub fn renewed<'a>(&self, held: impl Iterator<Item = &'a HeldRoom>, begun: Stopwatch) {
        let mut rooms = self.rooms();
        for held in held {
            if let Some(room) = rooms.get_mut(&held.meeting_id)
                && room.epoch == held.epoch
            {
                room.renewed = begun;
            }
        }
    }

    /// Gives up the rooms whose leases were not renewed for a time.
    pub fn give_up_unrenewed(&self, after: Duration) {
        let late = |(_, room): &(&String, &Room)| room.renewed.elapsed() >= after;
        let rooms: Vec<_> = {
            let rooms = self.rooms();
            rooms.iter().filter(late).map(|(meeting, room)| (meeting.clone(), room.epoch)).collect()
        };
        for (meeting, epoch) in rooms {
            self.give_up(&meeting, epoch);
        }
    }

    /// Gives somebody a seat, in a room that is held in this epoch by a lease that was renewed within a time. An older
    /// connection of the same session loses the seat.
    ///
    /// # Errors
    /// Fails if no seat is free, if the room was taken again since, or if this process stops.
    pub fn enter(
        &self,
        (meeting, engine): (&str, Engine),
        person: Person,
        standing: Standing,
        (epoch, renewed): (i64, Stopwatch),
    ) -> Result<Entered, Full> {
        let media = self.next_media();
        let (sender, outbox) = mpsc::channel(WAITING);
        let (standings, standing) = watch::channel(standing);
        let mut rooms = self.rooms();
        if !self.takes_rooms(engine) {
            return Err(Full);
        }
        if let Some(earlier) = rooms.get(meeting).filter(|room| room.epoch != epoch) {
            if epoch < earlier.epoch {
                return Err(Full);
            }
            // Another server held it in between.
            self.end_room(rooms.remove(meeting));
        }
        if rooms.get(meeting).is_some_and(|room| room.engine() != engine) {
            // The sender has changed the kind of the room.
            self.end_room(rooms.remove(meeting));
        }
        let new = match engine {
            Engine::LiveKit if !rooms.contains_key(meeting) => {
                Some(RoomName::new(&self.retired).map_err(|_| Full)?)
            }
            _ => None,
        };
        let room =
            rooms.entry(meeting.to_owned()).or_insert_with(|| Room::new(epoch, renewed, new));
        if let Standing::Holds { closes_at } = *standing.borrow() {
            room.closes_at = closes_at.unix_seconds();
        }
        let taken = room.seats.take(person, media, self.most)?;
        if let Some(older) = taken.replaced {
            room.end(older, Close::TakenOver, Bye::TakenOver);
            self.engines.leave(older);
        }
        room.renewed = renewed;
        room.connections.insert(media, Connection { outbox: sender, standing: standings });
        room.place();
        Ok(Entered { media, seat: taken.seat, anew: taken.anew, outbox, standing })
    }

    /// Frees the seat of a connection, or keeps it for a minute if the connection broke. Returns who has left for
    /// good.
    pub fn leave(&self, meeting: &str, media: MediaId, broken: bool, now: Time) -> Option<Person> {
        self.engines.leave(media);
        let mut rooms = self.rooms();
        let room = rooms.get_mut(meeting)?;
        room.connections.remove(&media);
        if room.livekit.is_some() {
            self.retired.changed.notify_one();
        }
        let left = if broken {
            room.seats.keep(media, now);
            None
        } else {
            room.seats.free(media)
        };
        room.place();
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
        self.engines.forward(media, forwarded(sends));
        self.change(meeting, |room| room.seats.set_sends(media, sends));
    }

    /// Turns off the microphone of a seat, at the wish of a host. Only its owner can turn it on again.
    pub fn mute(&self, meeting: &str, seat: u32) {
        self.change(meeting, |room| {
            let Some(media) = room.seats.media_of(seat) else { return false };
            let Some(sends) = room.seats.sends(media) else { return false };
            let sends = Sends { audio: false, ..sends };
            self.engines.forward(media, forwarded(sends));
            if let Some(name) = &room.livekit {
                let mut mutes = self.mutes.lock().unwrap_or_else(PoisonError::into_inner);
                mutes.push((name.as_str().to_owned(), identity(seat, media)));
                self.retired.changed.notify_one();
            }
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
        let slots = slots.into_iter().map(|slot| (slot.seat, named(slot))).collect();
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
        let closes_at = closes_at.unix_seconds();
        self.change(meeting, |room| std::mem::replace(&mut room.closes_at, closes_at) != closes_at);
    }

    /// Sends everybody inside the list of the people there.
    pub fn tell_all(&self, meeting: &str) {
        self.change(meeting, |_| true);
    }

    /// Returns the seat of a connection.
    pub fn seat_of(&self, meeting: &str, media: MediaId) -> Option<u32> {
        self.rooms().get(meeting)?.seats.seat_of(media)
    }

    /// Ends every connection of a room that was held in this epoch, because this process holds it no more. Nobody has
    /// left for that.
    pub fn give_up(&self, meeting: &str, epoch: i64) {
        let mut rooms = self.rooms();
        if rooms.get(meeting).is_some_and(|room| room.epoch == epoch) {
            self.end_room(rooms.remove(meeting));
        }
    }

    fn end_room(&self, room: Option<Room>) {
        for (media, connection) in room.into_iter().flat_map(|room| room.connections) {
            self.engines.leave(media);
            connection.standing.send_replace(Standing::Moved);
        }
    }

    /// Returns everybody inside, in the rooms of these meetings or in all.
    pub fn inside(&self, meetings: Option<&HashSet<String>>) -> Vec<Inside> {
        let rooms = self.rooms();
        let asked = |meeting: &str| meetings.is_none_or(|meetings| meetings.contains(meeting));
        let of_room = |(meeting, room): (&String, &Room)| {
            let inside = |(media, person): (Option<MediaId>, &Person)| Inside {
                meeting: meeting.clone(),
                epoch: room.epoch,
                person: person.clone(),
                media,
            };
            room.seats.people().map(inside).collect::<Vec<_>>()
        };
        rooms.iter().filter(|(meeting, _)| asked(meeting)).flat_map(of_room).collect()
    }

    /// Acts on the right of somebody inside to stay. Without it the media end at once. Returns `true` if that frees a
    /// seat that was kept.
    pub fn tell_standing(&self, inside: &Inside, standing: Standing) -> bool {
        if standing == Standing::Moved {
            self.give_up(&inside.meeting, inside.epoch);
            return false;
        }
        let stays = matches!(standing, Standing::Holds { .. });
        let Some(media) = inside.media else {
            return !stays && self.free_kept(&inside.meeting, &inside.person);
        };
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&inside.meeting) else { return false };
        if let Some(connection) = room.connections.get(&media) {
            let told = |told: &mut Standing| {
                // One that was moved is over, and may not have noticed yet.
                *told != Standing::Moved && std::mem::replace(told, standing) != standing
            };
            let new = connection.standing.send_if_modified(told);
            if !stays {
                self.engines.leave(media);
            }
            if new && !stays && standing != Standing::Ended {
                room.move_all(&self.retired);
            }
        }
        false
    }

    /// Moves everybody into another room at LiveKit who is in the one of this name.
    pub fn leave_livekit_room(&self, name: &str) {
        let mut rooms = self.rooms();
        let is = |room: &&mut Room| room.livekit.as_ref().is_some_and(|it| it.as_str() == name);
        if let Some(room) = rooms.values_mut().find(is) {
            room.move_all(&self.retired);
        }
    }

    /// Returns the name at LiveKit of the room that a connection is in, and the connection's identity there.
    pub fn at_livekit(&self, meeting: &str, media: MediaId) -> Option<(String, String)> {
        let rooms = self.rooms();
        let room = rooms.get(meeting).filter(|room| room.connections.contains_key(&media))?;
        let (_, identity) = room.identities().find(|it| it.0 == media)?;
        Some((room.livekit.as_ref()?.as_str().to_owned(), identity))
    }

    /// Returns the names of the live rooms at LiveKit, each with the identities of those who belong there.
    pub fn livekit_rooms(&self) -> HashMap<String, HashSet<String>> {
        let rooms = self.rooms();
        let of = |room: &Room| {
            let name = room.livekit.as_ref()?.as_str().to_owned();
            Some((name, room.identities().map(|it| it.1).collect()))
        };
        rooms.values().filter_map(of).collect()
    }

    /// Takes the microphones to turn off at LiveKit: each with the room's name and the identity.
    pub fn livekit_mutes(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.mutes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Frees the kept seat of somebody who may not come back. Returns `true` if there was one.
    fn free_kept(&self, meeting: &str, person: &Person) -> bool {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(meeting) else { return false };
        let freed = room.seats.free_kept(person);
        if freed {
            room.move_all(&self.retired);
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
    fn new(epoch: i64, renewed: Stopwatch, livekit: Option<RoomName>) -> Self {
        // The first who enters sets the time.
        Self {
            seats: Seats::default(),
            epoch,
            renewed,
            closes_at: i64::MAX,
            connections: HashMap::new(),
            livekit,
        }
    }

    const fn engine(&self) -> Engine {
        if self.livekit.is_some() { Engine::LiveKit } else { Engine::Sfu }
    }

    /// Says where each connection finds the others at LiveKit: by their identities. The SFU says itself.
    fn place(&mut self) {
        if self.livekit.is_none() {
            return;
        }
        let all: Vec<_> = self.identities().collect();
        for (media, _) in &all {
            let others = all.iter().filter(|other| other.0 != *media);
            let slots = others.map(|other| (other.0, livekit_slots(&other.1))).collect();
            self.seats.set_slots(*media, slots);
        }
    }

    /// Returns the connections with their identities at LiveKit.
    fn identities(&self) -> impl Iterator<Item = (MediaId, String)> {
        let connected = self.seats.connections();
        connected.filter_map(|media| Some((media, identity(self.seats.seat_of(media)?, media))))
    }

    /// Moves everybody who may stay into another room at LiveKit. A person who is taken out has a token for the old one,
    /// which holds as long as the meeting.
    fn move_all(&mut self, retired: &Arc<Retired>) {
        if self.livekit.is_none() {
            return;
        }
        // Without randomness they move, and the next person who enters finds no room.
        self.livekit = RoomName::new(retired).ok();
        let moved = |told: &mut Standing| {
            let stays = matches!(told, Standing::Holds { .. });
            if stays {
                *told = Standing::Moved;
            }
            stays
        };
        for connection in self.connections.values() {
            connection.standing.send_if_modified(moved);
        }
    }

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
        let Some(connection) = self.connections.get(&media) else { return };
        if connection.outbox.try_send(Outgoing::Message(message)).is_err() {
            self.connections.remove(&media);
        }
    }

    fn end(&mut self, media: MediaId, close: Close, bye: Bye) {
        if let Some(connection) = self.connections.remove(&media) {
            connection.outbox.try_send(Outgoing::End(close, bye)).ok();
        }
    }
}

/// Returns the identity of a connection at LiveKit. Nobody has it again in a room of the same name.
fn identity(seat: u32, media: MediaId) -> String {
    format!("{seat}-{}", media.0)
}

/// Returns the slots of a connection at LiveKit: its identity and a source each.
fn livekit_slots(identity: &str) -> Slots {
    let slot = |source: &str| [identity, " ", source].concat();
    Slots { audio: slot("microphone"), video: slot("camera"), screen: Some(slot("screen_share")) }
}

fn forwarded(sends: Sends) -> ::sfu::Sends {
    ::sfu::Sends { audio: sends.audio, video: sends.video, screen: sends.screen }
}

fn named(slot: SlotOf) -> Slots {
    let name = |mid: Mid| mid.to_string();
    Slots { audio: name(slot.audio), video: name(slot.video), screen: slot.screen.map(name) }
}
