//! TCP connections, which browsers open where UDP is blocked.

use std::collections::{HashMap, VecDeque};
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Registry, Token};
use socket2::SockRef;

use crate::counters::{Counters, count};
use crate::engine::Engine;
use crate::event::Transport;
use crate::peer::Outgoing;

use super::framing::{Unframer, frame};
use super::strangers::{Admission, Strangers};
use super::turns::Turns;
use super::{FIRST_CONNECTION, canonical};

/// Most bytes of a connection that has brought no right STUN check.
const MOST_STRANGE: usize = 8 * 1024;

/// Most bytes that wait for a slow connection. More are dropped, as on a full link.
const MOST_WAITING: usize = 64 * 1024;

/// Most bytes read from one connection in a turn.
const SHARE: usize = 16 * 1024;

/// Bytes read in a turn after which the next connection waits for the next turn.
const MOST_A_TURN: usize = 64 * 1024;

/// Bytes that the system may hold for a connection. More would only be late.
const SOCKET_BUFFER: usize = 64 * 1024;

pub(super) struct Tcp {
    listener: TcpListener,
    accepts: Turns,
    counters: Arc<Counters>,
    connections: HashMap<Token, Connection>,
    by_address: HashMap<SocketAddr, Token>,
    /// Connections without a right STUN check.
    strangers: Strangers,
    /// Connections that are to be read. Each is in here once.
    unread: VecDeque<Token>,
    next: usize,
}

struct Connection {
    stream: TcpStream,
    address: SocketAddr,
    unframer: Unframer,
    waiting: VecDeque<u8>,
    /// `true` if it is to be read.
    unread: bool,
    /// Bytes that have come before the right STUN check.
    strange: usize,
    /// `true` if it has brought a right STUN check.
    known: bool,
}

/// State of a connection after a turn.
enum Left {
    /// Everything has been read.
    Nothing,
    /// More may be ready.
    More,
    /// The connection is at its end.
    End,
}

impl Tcp {
    pub(super) fn new(listener: TcpListener, counters: Arc<Counters>) -> Self {
        Self {
            listener,
            accepts: Turns::default(),
            counters,
            connections: HashMap::new(),
            by_address: HashMap::new(),
            strangers: Strangers::default(),
            unread: VecDeque::new(),
            next: FIRST_CONNECTION,
        }
    }

    pub(super) const fn listener(&mut self) -> &mut TcpListener {
        &mut self.listener
    }

    /// Takes note that connections have come.
    pub(super) fn ready_to_accept(&mut self, now: Instant) {
        self.accepts.ready(now);
    }

    /// Takes connections that have come.
    pub(super) fn accept(&mut self, now: Instant, registry: &Registry) {
        let mut turns = std::mem::take(&mut self.accepts);
        turns.take(now, || {
            let accepted = self.listener.accept();
            if let Err(error) = &accepted
                && error.kind() != io::ErrorKind::WouldBlock
            {
                // Aborted by the other end, or no file descriptor is free.
                count(&self.counters.refused_tcp);
            }
            let (stream, address) = accepted?;
            self.add(now, registry, stream, canonical(address));
            Ok(())
        });
        self.accepts = turns;
    }

    fn add(
        &mut self,
        now: Instant,
        registry: &Registry,
        mut stream: TcpStream,
        address: SocketAddr,
    ) {
        match self.strangers.admit(address.ip(), self.connections.len()) {
            Admission::Free => {}
            Admission::Instead(oldest) => {
                count(&self.counters.refused_tcp);
                self.remove(oldest);
            }
            Admission::Refused => {
                count(&self.counters.refused_tcp);
                return;
            }
        }
        let token = Token(self.next);
        self.next += 1;
        let interest = Interest::READABLE | Interest::WRITABLE;
        if registry.register(&mut stream, token, interest).is_err() {
            return;
        }
        // Small packets of sound must not wait for each other.
        let _ = stream.set_nodelay(true);
        let _ = SockRef::from(&stream).set_send_buffer_size(SOCKET_BUFFER);
        let connection = Connection {
            stream,
            address,
            unframer: Unframer::default(),
            waiting: VecDeque::new(),
            unread: false,
            strange: 0,
            known: false,
        };
        self.connections.insert(token, connection);
        self.by_address.insert(address, token);
        self.strangers.add(now, token, address.ip());
    }

    /// Writes what waits for a connection that is ready, and takes note if it is to be read.
    pub(super) fn ready(&mut self, token: Token, is_readable: bool) {
        let Some(connection) = self.connections.get_mut(&token) else {
            return;
        };
        if !connection.write() {
            self.remove(token);
        } else if is_readable && !std::mem::replace(&mut connection.unread, true) {
            self.unread.push_back(token);
        }
    }

    /// Returns `true` if [`read`](Self::read) is to be called at once.
    pub(super) fn is_unread(&self) -> bool {
        !self.unread.is_empty()
    }

    /// Reads from connections that are ready, a share of each.
    pub(super) fn read(&mut self, now: Instant, engine: &mut Engine) {
        let mut amount = 0;
        for _ in 0..self.unread.len() {
            if amount >= MOST_A_TURN {
                return;
            }
            let Some(token) = self.unread.pop_front() else {
                return;
            };
            let Some(connection) = self.connections.get_mut(&token) else {
                continue;
            };
            let was_known = connection.known;
            let left = connection.read(now, engine, &mut amount);
            if connection.known && !was_known {
                self.strangers.remove(token);
            }
            match left {
                Left::Nothing => connection.unread = false,
                Left::More => self.unread.push_back(token),
                Left::End => self.remove(token),
            }
        }
    }

    /// Sends a datagram.
    pub(super) fn send(&mut self, outgoing: &Outgoing) {
        let Some(&token) = self.by_address.get(&outgoing.destination) else {
            count(&self.counters.dropped);
            return;
        };
        let Some(connection) = self.connections.get_mut(&token) else {
            return;
        };
        if connection.waiting.len() > MOST_WAITING
            || !frame(outgoing.contents(), &mut connection.waiting)
        {
            count(&self.counters.dropped);
        }
        if !connection.write() {
            self.remove(token);
        }
    }

    /// Closes the connection from an address.
    pub(super) fn close(&mut self, address: SocketAddr) {
        if let Some(&token) = self.by_address.get(&address) {
            self.remove(token);
        }
    }

    /// Returns the time at which [`accept`](Self::accept) and [`time_out`](Self::time_out) are to be called.
    pub(super) fn timeout(&self) -> Option<Instant> {
        [self.strangers.timeout(), self.accepts.next()].into_iter().flatten().min()
    }

    /// Closes the connections that have brought no right STUN check in time.
    pub(super) fn time_out(&mut self, now: Instant) {
        while let Some(token) = self.strangers.next_late(now) {
            count(&self.counters.refused_tcp);
            self.remove(token);
        }
    }

    fn remove(&mut self, token: Token) {
        let Some(connection) = self.connections.remove(&token) else {
            return;
        };
        if !connection.known {
            self.strangers.remove(token);
        }
        if self.by_address.get(&connection.address) == Some(&token) {
            self.by_address.remove(&connection.address);
        }
    }
}

impl Connection {
    /// Reads all there is, but at most a share. Adds the bytes to `amount`.
    fn read(&mut self, now: Instant, engine: &mut Engine, amount: &mut usize) -> Left {
        let mut bytes = [0; 4 * 1024];
        for _ in 0..SHARE / bytes.len() {
            let length = match self.stream.read(&mut bytes) {
                Ok(0) => return Left::End,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Left::Nothing,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => return Left::End,
            };
            *amount += length;
            let (known, remote) = (&mut self.known, (Transport::Tcp, self.address));
            let unframed = self.unframer.take(&bytes[..length], |datagram| {
                *known |= engine.receive(now, remote, datagram);
            });
            if !self.known {
                self.strange += length;
            }
            if unframed.is_err() || self.strange > MOST_STRANGE {
                return Left::End;
            }
        }
        Left::More
    }

    /// Writes what waits, as far as it goes. Returns `false` if the connection is at its end.
    fn write(&mut self) -> bool {
        while !self.waiting.is_empty() {
            let (first, _) = self.waiting.as_slices();
            match self.stream.write(first) {
                Ok(0) => return false,
                Ok(length) => {
                    self.waiting.drain(..length);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // Not connected yet: the event that says so brings the next attempt.
                Err(error) if error.kind() == io::ErrorKind::NotConnected => return true,
                Err(_) => return false,
            }
        }
        true
    }
}
