//! The second process: browsers that speak and show themselves.

use std::io::{Read, stdin, stdout};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::browser::{Browser, Sent};
use crate::{read_text, write_text};

/// Time between two packets of sound.
const SOUND: Duration = Duration::from_millis(20);

/// Packets of sound while connections are established.
const FIRST_SOUNDS: usize = 250;

/// Time between two pictures: 20 a second.
const PICTURE: Duration = Duration::from_millis(50);

static ENDED: AtomicBool = AtomicBool::new(false);

struct Person {
    browser: Browser,
    socket: UdpSocket,
    address: SocketAddr,
    next_sound: Instant,
    next_picture: Instant,
    /// Times at which packets of sound were sent.
    spoke: Vec<Instant>,
}

/// Joins `people`, then sends what `kind` says until the standard input ends.
pub(crate) fn play(people: usize, seats: usize, kind: &str) {
    let mut all: Vec<Person> = Vec::new();
    let mut server = None;
    for number in 0..people {
        let now = Instant::now();
        let (mut browser, offer) =
            Browser::new(now, u8::try_from(number % 256).unwrap(), seats, true);
        write_text(&mut stdout(), &offer);
        server = Some(read_text(&mut stdin()).parse().unwrap());
        let answer = read_text(&mut stdin());
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_nonblocking(true).unwrap();
        let address = socket.local_addr().unwrap();
        browser.accept(&answer, address, false);
        if kind == "video" {
            for slot in browser.cameras() {
                write_text(&mut stdout(), &slot);
            }
        }
        // The next ones do not all send at the same moment.
        let phase = now + Duration::from_micros(number as u64 * 1_700);
        all.push(Person {
            browser,
            socket,
            address,
            next_sound: phase,
            next_picture: phase,
            spoke: Vec::new(),
        });
        let server = server.unwrap();
        for person in &mut all {
            person.turn(server, "join");
        }
    }
    let server = server.unwrap();
    std::thread::spawn(|| {
        let _ = stdin().read(&mut [0]);
        ENDED.store(true, Ordering::Relaxed);
    });
    while !ENDED.load(Ordering::Relaxed) {
        for person in &mut all {
            person.turn(server, kind);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    let lost: u64 = all.iter().map(Person::lost).sum();
    println!("missing {lost}");
    let mut delays = delays(&all);
    delays.sort_unstable();
    for percent in [50, 99] {
        if let Some(delay) = delays.get(delays.len().saturating_sub(1) * percent / 100) {
            println!("p{percent} {}", delay.as_secs_f64() * 1e3);
        }
    }
}

/// Returns the time from sending to reading of each packet of sound. Those of the first seconds are left out.
fn delays(all: &[Person]) -> Vec<Duration> {
    let mut delays = Vec::new();
    for got in all.iter().flat_map(|person| &person.browser.got) {
        let speaker = all.get(usize::from(got.from)).filter(|_| got.stream == Sent::Audio);
        let place = (got.count as usize).checked_sub(1).filter(|place| *place >= FIRST_SOUNDS);
        if let Some(sent) = speaker.zip(place).and_then(|(it, place)| it.spoke.get(place)) {
            delays.push(got.at - *sent);
        }
    }
    delays
}

impl Person {
    fn turn(&mut self, server: SocketAddr, kind: &str) {
        let now = Instant::now();
        let mut bytes = [0; 2000];
        while let Ok(length) = self.socket.recv(&mut bytes) {
            self.browser.receive(now, false, server, self.address, &bytes[..length]);
        }
        if self.browser.timeout <= now {
            self.browser.pass(now);
        }
        if self.browser.connected && kind != "join" {
            if self.next_sound <= now {
                self.next_sound += SOUND;
                self.spoke.push(Instant::now());
                self.browser.speak(now, -40);
            }
            if self.next_picture <= now && kind == "video" {
                self.next_picture += PICTURE;
                self.browser.show(now, Sent::Low, 1, 800, 4_500);
                self.browser.show(now, Sent::High, 5, 1_000, 4_500);
            }
        }
        while let Some(datagram) = self.browser.outgoing.pop_front() {
            let _ = self.socket.send_to(&datagram.contents, datagram.destination);
        }
    }

    /// Returns the packets that are missing among those that came.
    fn lost(&self) -> u64 {
        let mut mids: Vec<String> = self.browser.got.iter().map(|got| got.mid.clone()).collect();
        mids.sort();
        mids.dedup();
        mids.iter()
            .map(|mid| {
                self.browser
                    .in_slot(mid)
                    .windows(2)
                    .map(|pair| pair[1].sequence - pair[0].sequence - 1)
                    .sum::<u64>()
            })
            .sum()
    }
}
