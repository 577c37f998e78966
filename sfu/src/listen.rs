//! The thread with the sockets and the clock.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token, Waker};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use crate::LOG_TARGET;
use crate::counters::Counters;
use crate::engine::Engine;
use crate::event::{Event, JoinError, Layer, Sends, Transport};
use crate::names::{Mid, RoomId, SeatId};
use crate::sfu::Options;

mod framing;
mod strangers;
mod tcp;
mod turns;
mod udp;

use tcp::Tcp;
use turns::Turns;
use udp::Udp;

const WAKER: Token = Token(0);
const UDP: Token = Token(1);
const LISTENER: Token = Token(2);

/// Tokens from here on are TCP connections.
const FIRST_CONNECTION: usize = 3;

/// Attempts to find a port that is free for UDP and for TCP.
const ATTEMPTS: usize = 16;

/// Longest sleep. The engine's own times are usually shorter.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// Most commands in a turn. A join takes 1 to 3 ms, and many come when meetings begin.
const MOST_COMMANDS: usize = 4;

/// Request of a handle to the thread.
#[derive(Debug)]
pub(crate) enum Command {
    Join {
        room: RoomId,
        seat: SeatId,
        offer: String,
        events: UnboundedSender<Event>,
        answer: oneshot::Sender<Result<String, JoinError>>,
    },
    Leave {
        seat: SeatId,
    },
    See {
        seat: SeatId,
        slot: Mid,
        layer: Layer,
    },
    Forward {
        seat: SeatId,
        sends: Sends,
    },
    Stop,
}

/// A thread that runs.
pub(crate) struct Started {
    pub(crate) thread: JoinHandle<()>,
    pub(crate) commands: Sender<Command>,
    pub(crate) waker: Arc<Waker>,
    pub(crate) address: SocketAddr,
    pub(crate) counters: Arc<Counters>,
}

/// Binds the sockets and starts the thread.
///
/// # Errors
///
/// Fails if an option is out of bounds, or the address can't be bound.
pub(crate) fn start(options: Options) -> io::Result<Started> {
    let Options { listen, advertise, seats } = options;
    let fault = |text| Err(io::Error::new(io::ErrorKind::InvalidInput, text));
    if !(2..=16).contains(&seats) {
        return fault("a room has 2 to 16 seats");
    }
    if listen.ip().is_unspecified() && advertise.is_empty() {
        return fault("a wildcard address needs addresses to advertise");
    }
    let (udp, tcp) = bind(listen)?;
    let address = udp.local_addr()?;
    let addresses = if advertise.is_empty() { vec![address] } else { advertise };
    let counters = Arc::new(Counters::default());
    let engine = Engine::new(addresses, seats, Arc::clone(&counters))?;
    let poll = Poll::new()?;
    let waker = Arc::new(Waker::new(poll.registry(), WAKER)?);
    let udp = Udp::new(udp, Arc::clone(&counters))?;
    let tcp = Tcp::new(tcp, Arc::clone(&counters));
    let (commands, received) = channel();
    let mut thread = Thread {
        poll,
        udp,
        datagrams: Turns::default(),
        tcp,
        engine,
        commands: received,
        waker: Arc::clone(&waker),
    };
    thread.register()?;
    let thread = thread::Builder::new().name("media".to_owned()).spawn(move || {
        let reason = match catch_unwind(AssertUnwindSafe(|| thread.run())) {
            Ok(Ok(())) => return,
            Ok(Err(error)) => error.kind().to_string(),
            Err(_) => "panic".to_owned(),
        };
        tracing::error!(target: LOG_TARGET, reason, "the media thread has ended");
    })?;
    Ok(Started { thread, commands, waker, address, counters })
}

fn bind(listen: SocketAddr) -> io::Result<(mio::net::UdpSocket, mio::net::TcpListener)> {
    let mut attempts = if listen.port() == 0 { ATTEMPTS } else { 1 };
    loop {
        attempts -= 1;
        let udp = mio::net::UdpSocket::bind(listen)?;
        match mio::net::TcpListener::bind(udp.local_addr()?) {
            Ok(tcp) => return Ok((udp, tcp)),
            Err(error) if attempts == 0 => return Err(error),
            Err(_) => {}
        }
    }
}

struct Thread {
    poll: Poll,
    udp: Udp,
    datagrams: Turns,
    tcp: Tcp,
    engine: Engine,
    commands: Receiver<Command>,
    /// Also kept because a waker that is dropped takes its last call with it.
    waker: Arc<Waker>,
}

impl Thread {
    fn register(&mut self) -> io::Result<()> {
        let registry = self.poll.registry();
        registry.register(self.udp.socket(), UDP, Interest::READABLE)?;
        registry.register(self.tcp.listener(), LISTENER, Interest::READABLE)
    }

    fn run(&mut self) -> io::Result<()> {
        let mut events = Events::with_capacity(256);
        loop {
            match self.poll.poll(&mut events, Some(self.sleep())) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                other => other?,
            }
            let now = clock();
            for event in &events {
                match event.token() {
                    WAKER => {}
                    UDP => self.datagrams.ready(now),
                    LISTENER => self.tcp.ready_to_accept(now),
                    connection => self.tcp.ready(connection, event.is_readable()),
                }
            }
            // In each turn, since strangers can keep the sockets ready for ever.
            if !self.obey() {
                return Ok(());
            }
            self.read_datagrams();
            self.tcp.accept(clock(), self.poll.registry());
            self.tcp.read(clock(), &mut self.engine);
            let now = clock();
            self.pass(now);
            self.tcp.time_out(now);
        }
    }

    /// Returns the time to wait for the sockets. It is zero if one of them has more to read.
    fn sleep(&self) -> Duration {
        let times = [self.engine.timeout(), self.tcp.timeout(), self.datagrams.next()];
        let until = times.into_iter().flatten().min();
        if self.tcp.is_unread() {
            return Duration::ZERO;
        }
        until.map_or(LONGEST_SLEEP, |until| {
            until.saturating_duration_since(clock()).min(LONGEST_SLEEP)
        })
    }

    /// Carries out what handles have asked for, up to a limit. Returns `false` if the thread is to end.
    fn obey(&mut self) -> bool {
        for _ in 0..MOST_COMMANDS {
            let now = clock();
            match self.commands.try_recv() {
                Ok(Command::Join { room, seat, offer, events, answer }) => {
                    let joined = self.engine.join(now, &room, seat, &offer, events);
                    let seated = joined.is_ok();
                    // After a refusal the seat may be somebody else's.
                    if answer.send(joined).is_err() && seated {
                        self.engine.leave(seat);
                    }
                }
                Ok(Command::Leave { seat }) => self.engine.leave(seat),
                Ok(Command::See { seat, slot, layer }) => self.engine.see(now, seat, &slot, layer),
                Ok(Command::Forward { seat, sends }) => self.engine.forward(seat, sends),
                Err(TryRecvError::Empty) => return true,
                Ok(Command::Stop) | Err(TryRecvError::Disconnected) => return false,
            }
        }
        // A wake-up that fails delays the rest until the next turn.
        let _ = self.waker.wake();
        true
    }

    /// Takes datagrams that have come, sending in between, so that a burst does not delay those before it.
    fn read_datagrams(&mut self) {
        let mut turns = std::mem::take(&mut self.datagrams);
        turns.take(clock(), || {
            let now = clock();
            let engine = &mut self.engine;
            self.udp.receive(|source, contents| {
                engine.receive(now, (Transport::Udp, source), contents);
            })?;
            self.pass(now);
            Ok(())
        });
        self.datagrams = turns;
    }

    /// Lets time pass, and sends what there is to send.
    fn pass(&mut self, now: Instant) {
        if self.engine.timeout().is_some_and(|at| at <= now) {
            self.engine.time_out(now);
        }
        self.engine.flush(now);
        self.send();
    }

    fn send(&mut self) {
        while let Some(outgoing) = self.engine.next_outgoing() {
            match outgoing.transport {
                Transport::Udp => self.udp.send(&outgoing),
                Transport::Tcp => self.tcp.send(&outgoing),
            }
        }
        self.udp.flush();
        while let Some((transport, address)) = self.engine.next_forgotten() {
            if transport == Transport::Tcp {
                self.tcp.close(address);
            }
        }
    }
}

/// Returns an IPv4 address that a socket for both families shows as IPv6 in its usual form.
fn canonical(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip().to_canonical(), address.port())
}

/// Returns an address in the form that a socket of a family needs.
fn for_socket(address: SocketAddr, is_ipv6: bool) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if is_ipv6 => {
            SocketAddr::new(IpAddr::V6(ip.to_ipv6_mapped()), address.port())
        }
        _ => address,
    }
}

#[expect(clippy::disallowed_methods, reason = "the crate's one place that reads the time")]
fn clock() -> Instant {
    Instant::now()
}
