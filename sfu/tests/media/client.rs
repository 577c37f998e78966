//! Browsers on real sockets.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use sfu::{Event, JoinError, Options, RoomId, SeatId, Sfu, SlotOf};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::browser::{Browser, Got, Sent};

/// Seats of every room.
pub(crate) const SEATS: usize = 3;

const LOCALHOST: &str = "127.0.0.1:0";

enum Link {
    Udp(UdpSocket),
    Tcp(TcpStream, Vec<u8>),
}

/// A browser with its socket and the channel of its seat.
pub(crate) struct Client {
    pub(crate) seat: SeatId,
    pub(crate) browser: Browser,
    pub(crate) events: Vec<Event>,
    pub(crate) slots: Vec<SlotOf>,
    /// `true` if the server has closed the channel.
    pub(crate) ended: bool,
    link: Link,
    address: SocketAddr,
    told: SocketAddr,
    real: SocketAddr,
    receiver: UnboundedReceiver<Event>,
}

/// Starts the thread on a free port.
pub(crate) fn start() -> Sfu {
    start_on(LOCALHOST, &[])
}

/// Starts the thread on an address, with other addresses for browsers.
pub(crate) fn start_on(listen: &str, told: &[&str]) -> Sfu {
    let advertise = told.iter().map(|address| address.parse().unwrap()).collect();
    Sfu::start(Options { listen: listen.parse().unwrap(), advertise, seats: SEATS }).unwrap()
}

impl Client {
    /// Joins a room over UDP, or over TCP.
    pub(crate) fn join(sfu: &Sfu, room: &str, seat: u64, tcp: bool) -> Result<Self, JoinError> {
        Self::join_at(sfu, room, seat, tcp, sfu.address(), sfu.address())
    }

    /// Joins a room at an address that is behind the one in the answer.
    pub(crate) fn join_at(
        sfu: &Sfu,
        room: &str,
        seat: u64,
        tcp: bool,
        told: SocketAddr,
        real: SocketAddr,
    ) -> Result<Self, JoinError> {
        let seats = SEATS;
        let (mut browser, offer) =
            Browser::new(Instant::now(), u8::try_from(seat).unwrap(), seats, true);
        let (sender, receiver) = unbounded_channel();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answer =
            runtime.block_on(sfu.join(RoomId(room.to_owned()), SeatId(seat), &offer, sender))?;
        let link = if tcp {
            let stream = TcpStream::connect(real).unwrap();
            stream.set_nonblocking(true).unwrap();
            stream.set_nodelay(true).unwrap();
            Link::Tcp(stream, Vec::new())
        } else {
            let own = if real.is_ipv4() { LOCALHOST } else { "[::1]:0" };
            let socket = UdpSocket::bind(own).unwrap();
            socket.set_nonblocking(true).unwrap();
            Link::Udp(socket)
        };
        let address = match &link {
            Link::Udp(socket) => socket.local_addr().unwrap(),
            Link::Tcp(stream, _) => stream.local_addr().unwrap(),
        };
        browser.accept(&answer, address, tcp);
        Ok(Self {
            seat: SeatId(seat),
            browser,
            events: Vec::new(),
            slots: Vec::new(),
            ended: false,
            link,
            address,
            told,
            real,
            receiver,
        })
    }

    /// Returns the connection of somebody who came over TCP.
    pub(crate) fn stream(&self) -> Option<TcpStream> {
        match &self.link {
            Link::Udp(_) => None,
            Link::Tcp(stream, _) => Some(stream.try_clone().unwrap()),
        }
    }

    /// Returns the pictures that came from a seat.
    pub(crate) fn pictures(&self, from: SeatId) -> Vec<Got> {
        let slot = self.slots.iter().find(|slot| slot.seat == from);
        slot.map(|slot| self.browser.in_slot(&slot.video.0)).unwrap_or_default()
    }

    /// Returns the sound that came from a seat.
    pub(crate) fn sounds(&self, from: SeatId) -> Vec<Got> {
        let slot = self.slots.iter().find(|slot| slot.seat == from);
        slot.map(|slot| self.browser.in_slot(&slot.audio.0)).unwrap_or_default()
    }

    fn turn(&mut self) {
        let now = Instant::now();
        while let Ok(event) = self.receiver.try_recv() {
            if let Event::Slots(slots) = &event {
                self.slots.clone_from(slots);
            }
            self.events.push(event);
        }
        self.ended = self.receiver.is_closed() && self.receiver.is_empty();
        let (told, real, address) = (self.told, self.real, self.address);
        match &mut self.link {
            Link::Udp(socket) => {
                let mut bytes = [0; 2000];
                while let Ok((length, from)) = socket.recv_from(&mut bytes) {
                    assert_eq!(from, real, "an answer from another address");
                    self.browser.receive(now, false, told, address, &bytes[..length]);
                }
            }
            Link::Tcp(stream, waiting) => {
                let mut bytes = [0; 16_384];
                match stream.read(&mut bytes) {
                    Ok(length) => waiting.extend(&bytes[..length]),
                    Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
                }
                while let Some((head, rest)) = waiting.split_first_chunk::<2>()
                    && let Some(datagram) = rest.get(..usize::from(u16::from_be_bytes(*head)))
                {
                    let datagram = datagram.to_vec();
                    waiting.drain(..2 + datagram.len());
                    self.browser.receive(now, true, told, address, &datagram);
                }
            }
        }
        if self.browser.timeout <= now {
            self.browser.pass(now);
        }
        while let Some(datagram) = self.browser.outgoing.pop_front() {
            match &mut self.link {
                Link::Udp(socket) => {
                    assert!(!self.browser.connected || datagram.destination == told);
                    if datagram.destination == told {
                        socket.send_to(&datagram.contents, real).unwrap();
                    }
                }
                Link::Tcp(stream, _) => {
                    let length = u16::try_from(datagram.contents.len()).unwrap();
                    let framed = [&length.to_be_bytes()[..], &datagram.contents].concat();
                    let _ = stream.write_all(&framed);
                }
            }
        }
    }
}

/// Lets browsers speak and show themselves until something is so. Fails after 10 s.
pub(crate) fn run(clients: &mut [&mut Client], mut done: impl FnMut(&[&mut Client]) -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    let mut tick = 0_u32;
    while !done(clients) {
        assert!(Instant::now() < end, "it has not come to be so");
        tick += 1;
        for client in clients.iter_mut() {
            client.turn();
            if client.browser.connected && tick.is_multiple_of(20) {
                let now = Instant::now();
                client.browser.speak(now, -30);
                client.browser.show(now, Sent::Low, 1, 600, 1800);
            }
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
