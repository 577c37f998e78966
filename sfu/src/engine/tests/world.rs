//! A network between browsers and the engine: it loses, delays and reorders, and has its own time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::browser::{Browser, Got, Sent};
use crate::counters::Counters;
use crate::engine::Engine;
use crate::event::{Event, JoinError, SlotOf, Transport};
use crate::names::{Mid, RoomId, SeatId};
use crate::peer::Happening;

/// The server's address.
pub(super) const SERVER: &str = "192.0.2.1:7882";

const STEP: Duration = Duration::from_millis(1);

/// The way between one browser and the server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// Packets lost each way, of 1,000.
    pub(super) loss: u32,
    pub(super) delay: Duration,
    /// Most that is added to the delay, which puts packets out of order.
    pub(super) jitter: Duration,
    /// Bits a second towards the browser.
    pub(super) down: Option<u64>,
    /// `false` if nothing passes.
    pub(super) up: bool,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            loss: 0,
            delay: Duration::from_millis(10),
            jitter: Duration::ZERO,
            down: None,
            up: true,
        }
    }
}

/// Media that a person sends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shows {
    /// In dBov. `None` if the microphone is off.
    pub(super) volume: Option<i8>,
    pub(super) camera: bool,
    pub(super) high: bool,
    pub(super) screen: bool,
}

pub(super) struct Person {
    pub(super) seat: SeatId,
    pub(super) browser: Browser,
    pub(super) address: SocketAddr,
    pub(super) link: Link,
    pub(super) shows: Shows,
    pub(super) events: Vec<Event>,
    pub(super) slots: Vec<SlotOf>,
    pub(super) connected_at: Option<Instant>,
    /// Datagrams that came from the server.
    pub(super) datagrams: usize,
    receiver: UnboundedReceiver<Event>,
    link_free: Instant,
}

/// Panics in the thread that sends an event.
struct Fault;

impl Wake for Fault {
    fn wake(self: Arc<Self>) {
        panic!("a fault of the test");
    }
}

struct Flight {
    at: Instant,
    order: u64,
    person: usize,
    to_server: bool,
    contents: Vec<u8>,
}

pub(super) struct World {
    pub(super) now: Instant,
    pub(super) start: Instant,
    pub(super) engine: Engine,
    pub(super) people: Vec<Person>,
    pub(super) counters: Arc<Counters>,
    seats: usize,
    flights: BinaryHeap<Reverse<Flight>>,
    order: u64,
    random: u64,
    steps: u64,
    /// Some of the datagrams that browsers have sent.
    pub(super) seen: Vec<Vec<u8>>,
}

impl World {
    pub(super) fn new(seats: usize) -> Self {
        let now = Instant::now();
        let counters = Arc::new(Counters::default());
        let engine =
            Engine::new(vec![SERVER.parse().unwrap()], seats, Arc::clone(&counters)).unwrap();
        Self {
            now,
            start: now,
            engine,
            people: Vec::new(),
            counters,
            seats,
            flights: BinaryHeap::new(),
            order: 0,
            random: 0x9e37_79b9_7f4a_7c15,
            steps: 0,
            seen: Vec::new(),
        }
    }

    /// Lets somebody join the room `room`, whose camera has two layers. Returns their place in `people`.
    pub(super) fn join(&mut self, room: &str) -> usize {
        let seat = self.people.len() as u64 + 1;
        self.join_as(room, seat, true).unwrap()
    }

    pub(super) fn join_as(
        &mut self,
        room: &str,
        seat: u64,
        simulcast: bool,
    ) -> Result<usize, JoinError> {
        let person = self.people.len();
        let number = u8::try_from(person).unwrap();
        let (mut browser, offer) = Browser::new(self.now, number, self.seats, simulcast);
        let (sender, receiver) = unbounded_channel();
        let answer =
            self.engine.join(self.now, &RoomId(room.to_owned()), SeatId(seat), &offer, sender)?;
        let address = SocketAddr::new([198, 51, 100, number].into(), 40_000);
        browser.accept(&answer, address, false);
        self.people.push(Person {
            seat: SeatId(seat),
            browser,
            address,
            link: Link::default(),
            shows: Shows { volume: Some(-60), camera: true, high: simulcast, screen: false },
            events: Vec::new(),
            slots: Vec::new(),
            connected_at: None,
            datagrams: 0,
            receiver,
            link_free: self.now,
        });
        Ok(person)
    }

    /// Lets time pass.
    pub(super) fn run(&mut self, time: Duration) {
        let end = self.now + time;
        while self.now < end {
            self.now += STEP;
            self.steps += 1;
            self.step();
        }
    }

    /// Lets the way to a person be taken to carry so many bits a second.
    pub(super) fn estimate(&mut self, person: usize, bits: u64) {
        let seat = self.people[person].seat;
        self.engine.happened(self.now, seat, Happening::Estimate(bits));
    }

    /// Lets the next event of a person end in a panic.
    pub(super) fn plant_fault(&mut self, person: usize) {
        let waker = Waker::from(Arc::new(Fault));
        let next = self.people[person].receiver.poll_recv(&mut Context::from_waker(&waker));
        assert!(next.is_pending());
    }

    /// Returns the section in which `at` gets the camera or sound of `from`.
    pub(super) fn slot(&self, at: usize, from: usize) -> &SlotOf {
        let seat = self.people[from].seat;
        self.people[at].slots.iter().find(|slot| slot.seat == seat).unwrap()
    }

    /// Returns the section of a camera before any time has passed.
    pub(super) fn slots_soon(&mut self, at: usize, from: usize) -> Mid {
        self.listen();
        self.slot(at, from).video.clone()
    }

    /// Returns the pictures that `at` got of `from`.
    pub(super) fn pictures(&self, at: usize, from: usize) -> Vec<Got> {
        self.people[at].browser.in_slot(&self.slot(at, from).video.0)
    }

    /// Returns the sound that `at` got of `from`.
    pub(super) fn sounds(&self, at: usize, from: usize) -> Vec<Got> {
        self.people[at].browser.in_slot(&self.slot(at, from).audio.0)
    }

    /// Forgets what browsers have got.
    pub(super) fn forget(&mut self) {
        for person in &mut self.people {
            person.browser.got.clear();
        }
    }

    pub(super) fn random(&mut self, below: u32) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        u32::try_from(self.random % u64::from(below)).unwrap()
    }

    fn step(&mut self) {
        self.land();
        for person in &mut self.people {
            Self::show(self.now, self.steps, person);
            if person.browser.timeout <= self.now {
                person.browser.pass(self.now);
            }
        }
        if self.engine.timeout().is_some_and(|at| at <= self.now) {
            self.engine.time_out(self.now);
        }
        self.engine.flush(self.now);
        self.launch();
        self.listen();
    }

    fn listen(&mut self) {
        for person in &mut self.people {
            while let Ok(event) = person.receiver.try_recv() {
                match &event {
                    Event::Slots(slots) => person.slots.clone_from(slots),
                    Event::Connected(transport) => {
                        assert_eq!(*transport, Transport::Udp);
                        person.connected_at = Some(self.now);
                    }
                    _ => {}
                }
                person.events.push(event);
            }
        }
    }

    fn land(&mut self) {
        while self.flights.peek().is_some_and(|Reverse(flight)| flight.at <= self.now) {
            let Some(Reverse(flight)) = self.flights.pop() else {
                return;
            };
            let person = &mut self.people[flight.person];
            if flight.to_server {
                self.engine.receive(self.now, (Transport::Udp, person.address), &flight.contents);
            } else {
                person.datagrams += 1;
                let server = SERVER.parse().unwrap();
                person.browser.receive(self.now, false, server, person.address, &flight.contents);
            }
        }
    }

    fn launch(&mut self) {
        for person in 0..self.people.len() {
            while let Some(datagram) = self.people[person].browser.outgoing.pop_front() {
                if self.seen.len() < 200 || self.random(50) == 0 {
                    self.seen.push(datagram.contents.clone());
                }
                assert_eq!(datagram.destination, SERVER.parse().unwrap());
                self.fly(person, true, datagram.contents);
            }
        }
        while let Some(outgoing) = self.engine.next_outgoing() {
            // A right check that somebody repeats from another address is answered there.
            let to = outgoing.destination;
            if let Some(person) = self.people.iter().rposition(|person| person.address == to) {
                self.fly(person, false, outgoing.contents().to_vec());
            }
        }
    }

    fn fly(&mut self, person: usize, to_server: bool, contents: Vec<u8>) {
        let link = self.people[person].link;
        if !link.up || self.random(1000) < link.loss {
            return;
        }
        let mut at = self.now + link.delay;
        let jitter = u32::try_from(link.jitter.as_millis()).unwrap();
        if jitter > 0 {
            at += Duration::from_millis(self.random(jitter).into());
        }
        if let Some(rate) = link.down.filter(|_| !to_server) {
            let person = &mut self.people[person];
            let begins = person.link_free.max(self.now);
            // A queue of half a second, as a cheap router has it.
            if begins > self.now + Duration::from_millis(500) {
                return;
            }
            person.link_free =
                begins + Duration::from_micros(contents.len() as u64 * 8_000_000 / rate);
            at += person.link_free - self.now;
        }
        self.order += 1;
        self.flights.push(Reverse(Flight { at, order: self.order, person, to_server, contents }));
    }

    /// Sends what a person shows: 50 packets of sound and 25 pictures a second.
    fn show(now: Instant, steps: u64, person: &mut Person) {
        let Person { browser, shows, .. } = person;
        if !browser.connected {
            return;
        }
        let phase = steps + u64::from(browser.number) * 3;
        if phase.is_multiple_of(20)
            && let Some(volume) = shows.volume
        {
            browser.speak(now, volume);
        }
        if phase % 40 == 5 && shows.camera {
            // 120 kbit/s and 700 kbit/s.
            browser.show(now, Sent::Low, 1, 600, 3600);
            if shows.high && browser.has(Sent::High) {
                browser.show(now, Sent::High, 4, 875, 3600);
            }
        }
        if phase % 40 == 15 && shows.screen {
            browser.show(now, Sent::Screen, 2, 1000, 3600);
        }
    }
}

impl PartialEq for Flight {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl Eq for Flight {}

impl PartialOrd for Flight {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Flight {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}
