//! A browser's media, played by `str0m` over real sockets: it offers, connects to the room that has answered, speaks
//! and shows itself, and counts what arrives.

#[path = "../../sfu/tests/media/browser.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "the tests of the SFU use the rest of it")]
mod played;

use crate::{meeting_room::Person, signalling::Signal, test_app::TestApp};
use app::wire::signal::FromBrowser;
use played::{Browser, Sent};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    sync::watch,
    task::JoinHandle,
    time::{interval, timeout},
};

/// Time limit of a wait for media.
const PATIENCE: Duration = Duration::from_secs(20);

/// People in a room, as the configuration has it by default.
const PEOPLE: u8 = 8;

/// Time between two packets of sound, and between two pictures.
const SOUND: Duration = Duration::from_millis(20);
const PICTURE: Duration = Duration::from_millis(50);

/// Duration of a picture, in units of its clock.
const PICTURE_TICKS: u32 = 4_500;

/// The protocol below the media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Datagrams.
    Udp,
    /// A TCP connection.
    Tcp,
}

/// An offer that has not been answered.
pub struct Offered {
    browser: Box<Browser>,
    /// `true` if nothing is to be sent.
    quiet: bool,
    /// The offer.
    pub offer: String,
}

/// Counts of what has arrived so far, and of what was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// `true` once the connection is established.
    pub connected: bool,
    /// Datagrams of any kind.
    pub datagrams: usize,
    /// Packets of sound.
    pub sounds: usize,
    /// Packets of small and of large pictures.
    pub pictures: usize,
    /// Packets of large pictures.
    pub large: usize,
    /// Longest time between two packets of pictures.
    pub freeze: Duration,
    /// Packets of sound that were sent.
    pub spoken: usize,
}

/// Media that flow until this is dropped.
pub struct Media {
    heard: watch::Receiver<Heard>,
    task: JoinHandle<()>,
    forgets: Arc<AtomicBool>,
    /// The server's address.
    pub server: SocketAddr,
}

impl Drop for Media {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Offered {
    /// Creates the offer of a browser for a room of so many people. `number` marks its packets.
    pub fn new(number: u8, people: u8) -> Self {
        let (browser, offer) = Browser::new(now(), number, people.into(), true);
        Self { browser: Box::new(browser), quiet: false, offer }
    }

    /// Connects without a microphone and a camera.
    #[must_use]
    pub fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }

    /// Connects to the room that has answered, and sends from then on.
    pub async fn connect(mut self, answer: &str, over: Over) -> Media {
        let server = address(answer);
        let (link, own) = Link::open(server, over).await;
        self.browser.accept(answer, own, over == Over::Tcp);
        let (told, heard) = watch::channel(Heard::default());
        let forgets = Arc::<AtomicBool>::default();
        let played = Played {
            browser: self.browser,
            quiet: self.quiet,
            link,
            own,
            server,
            seen: None,
            forgets: Arc::clone(&forgets),
        };
        Media { heard, task: tokio::spawn(played.run(told)), forgets, server }
    }
}

impl Media {
    /// Returns what has arrived so far.
    pub fn heard(&self) -> Heard {
        *self.heard.borrow()
    }

    /// Forgets the longest time between two packets of pictures.
    pub fn forget_freeze(&self) {
        self.forgets.store(true, Ordering::Relaxed);
    }

    /// Waits until so much has arrived.
    pub async fn until(&self, mut enough: impl FnMut(&Heard) -> bool) -> Heard {
        let mut heard = self.heard.clone();
        let found = timeout(PATIENCE, heard.wait_for(|heard| enough(heard))).await;
        let Ok(found) = found else { panic!("it has not come to be so: {:?}", self.heard()) };
        *found.expect("media that flow")
    }
}

impl Person {
    /// Enters the room and turns camera and microphone on. `number` marks the packets.
    pub async fn enter_with_media(&self, app: &TestApp, number: u8) -> (Signal, Media) {
        let offered = Offered::new(number, PEOPLE);
        let ticket = self.ticket().await;
        let mut signal = Signal::silent(app, &ticket).await;
        signal
            .say(&FromBrowser::Hello { ticket: ticket.ticket, offer: offered.offer.clone() })
            .await;
        let answer = signal.answered().await;
        let media = offered.connect(&answer, Over::Udp).await;
        let state = FromBrowser::State { audio: true, video: true, screen: false, hand: false };
        signal.say(&state).await;
        (signal, media)
    }
}

/// Returns the server's address in an answer.
fn address(answer: &str) -> SocketAddr {
    let candidate = answer.lines().find(|line| line.starts_with("a=candidate:"));
    let words: Vec<&str> = candidate.expect("a candidate").split(' ').collect();
    let [_, _, _, _, ip, port, ..] = words.as_slice() else { panic!("{words:?}") };
    SocketAddr::new(ip.parse().expect("an address"), port.parse().expect("a port"))
}

#[expect(clippy::disallowed_methods, reason = "sockets have the time of the machine")]
fn now() -> Instant {
    Instant::now()
}

enum Link {
    Udp(UdpSocket),
    Tcp(TcpStream, Vec<u8>),
}

impl Link {
    /// Returns the link and its own address.
    async fn open(server: SocketAddr, over: Over) -> (Self, SocketAddr) {
        match over {
            Over::Udp => {
                let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
                let own = socket.local_addr().expect("an address");
                (Self::Udp(socket), own)
            }
            Over::Tcp => {
                let stream = TcpStream::connect(server).await.expect("a connection");
                stream.set_nodelay(true).expect("no delay");
                let own = stream.local_addr().expect("an address");
                (Self::Tcp(stream, Vec::new()), own)
            }
        }
    }

    /// Waits for datagrams. None are lost if the wait is given up.
    async fn receive(&mut self) -> Vec<Vec<u8>> {
        match self {
            Self::Udp(socket) => {
                let mut bytes = vec![0; 2_000];
                let length = socket.recv(&mut bytes).await.expect("a datagram");
                bytes.truncate(length);
                vec![bytes]
            }
            Self::Tcp(stream, waiting) => {
                if stream.read_buf(waiting).await.unwrap_or_default() == 0 {
                    return std::future::pending().await;
                }
                let mut datagrams = Vec::new();
                while let Some((head, rest)) = waiting.split_first_chunk::<2>()
                    && let Some(datagram) = rest.get(..usize::from(u16::from_be_bytes(*head)))
                {
                    datagrams.push(datagram.to_vec());
                    waiting.drain(..2 + datagrams.last().map_or(0, Vec::len));
                }
                datagrams
            }
        }
    }

    /// Sends a datagram. The server may have closed already.
    async fn send(&mut self, to: SocketAddr, contents: &[u8]) {
        match self {
            Self::Udp(socket) => drop(socket.send_to(contents, to).await),
            Self::Tcp(stream, _) => {
                let length = u16::try_from(contents.len()).expect("a datagram's length");
                let framed = [&length.to_be_bytes()[..], contents].concat();
                stream.write_all(&framed).await.ok();
            }
        }
    }
}

struct Played {
    browser: Box<Browser>,
    link: Link,
    own: SocketAddr,
    server: SocketAddr,
    quiet: bool,
    forgets: Arc<AtomicBool>,
    /// Time of the last packet of a picture.
    seen: Option<Instant>,
}

impl Played {
    async fn run(mut self, told: watch::Sender<Heard>) {
        let mut turns = interval(Duration::from_millis(5));
        let (mut next_sound, mut next_picture) = (now(), now());
        let mut heard = Heard::default();
        loop {
            let datagrams = tokio::select! {
                datagrams = self.link.receive() => datagrams,
                _ = turns.tick() => Vec::new(),
            };
            let now = now();
            let tcp = matches!(self.link, Link::Tcp(..));
            for datagram in &datagrams {
                self.browser.receive(now, tcp, self.server, self.own, datagram);
            }
            heard.datagrams += datagrams.len();
            if self.browser.timeout <= now {
                self.browser.pass(now);
            }
            if self.browser.connected {
                heard.connected = true;
            }
            if self.forgets.swap(false, Ordering::Relaxed) {
                heard.freeze = Duration::ZERO;
            }
            if self.browser.connected && !self.quiet {
                if next_sound <= now {
                    next_sound = now + SOUND;
                    heard.spoken += 1;
                    self.browser.speak(now, -40);
                }
                if next_picture <= now {
                    next_picture = now + PICTURE;
                    self.browser.show(now, Sent::Low, 1, 800, PICTURE_TICKS);
                    self.browser.show(now, Sent::High, 5, 1_000, PICTURE_TICKS);
                }
            }
            for got in self.browser.got.drain(..) {
                match got.stream {
                    Sent::Audio => heard.sounds += 1,
                    Sent::Low | Sent::High | Sent::Screen => {
                        heard.pictures += 1;
                        heard.large += usize::from(got.stream == Sent::High);
                        if let Some(seen) = self.seen.replace(now) {
                            heard.freeze = heard.freeze.max(now - seen);
                        }
                    }
                }
            }
            while let Some(datagram) = self.browser.outgoing.pop_front() {
                if datagram.destination == self.server {
                    self.link.send(self.server, &datagram.contents).await;
                }
            }
            if told.send(heard).is_err() {
                return;
            }
        }
    }
}
