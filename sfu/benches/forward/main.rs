//! The cost of forwarding: CPU a packet beside a bare UDP relay, added delay, memory a person, and CPU a join.
//!
//! Each round runs in a new process, whose memory has no traces of an earlier one. People are played by another
//! process, so that the server's figures hold nothing of theirs. `SFU_ROUNDS` is the number of rounds (5), and `SFU_ROOMS` that of rooms (13).

#![expect(clippy::unwrap_used, reason = "a measurement that can't go on fails")]
#![expect(clippy::indexing_slicing, reason = "a measurement that can't go on fails")]
#![expect(clippy::cast_precision_loss, reason = "a figure is rounded anyway")]
#![expect(clippy::print_stdout, reason = "a measurement prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a measurement takes the time of the machine")]

#[path = "../../tests/media/browser.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod browser;
mod figures;
mod machine;
mod people;
mod relay;

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sfu::{Layer, Options, RoomId, SeatId, Sfu, Transport};
use tokio::sync::mpsc::unbounded_channel;

use figures::Rounds;
use machine::{cpu_of_thread, memory};

/// Time after which the estimates of all people allow large pictures.
const WARM_UP: Duration = Duration::from_secs(8);

/// Time after which memory grows no more while only sound is sent.
const WARM_UP_OF_SOUND: Duration = Duration::from_secs(3);

const MEASURED: Duration = Duration::from_secs(8);
const MEASURED_OF_RELAY: Duration = Duration::from_secs(4);

/// Activity of the people of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Sound and a picture of 0.9 Mbit/s.
    Video,
    /// Sound alone.
    Sound,
    /// Nothing.
    Join,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Video, Self::Sound, Self::Join];

    const fn name(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Sound => "sound",
            Self::Join => "join",
        }
    }

    /// Seats of a room.
    const fn seats(self) -> usize {
        match self {
            Self::Video | Self::Sound => 3,
            Self::Join => 8,
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |word: &str| {
        let at = arguments.iter().position(|argument| argument == word)?;
        Some(&arguments[at + 1..])
    };
    if let Some(people) = after("--people") {
        return people::play(people[0].parse().unwrap(), people[1].parse().unwrap(), &people[2]);
    }
    if let Some(kind) = after("--round") {
        let kind = Kind::ALL.into_iter().find(|it| it.name() == kind[0]).unwrap();
        return round(kind);
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return;
    }
    println!("{}", figures::machine());
    let number = number("SFU_ROUNDS", 5);
    println!("medians of {number} rounds, least to most");
    for kind in Kind::ALL {
        let mut rounds = Rounds::default();
        for _ in 0..number {
            let round = Command::new(std::env::current_exe().unwrap())
                .args(["--round", kind.name()])
                .stderr(Stdio::inherit())
                .output()
                .unwrap();
            assert!(round.status.success(), "a round failed");
            rounds.add_lines(&String::from_utf8(round.stdout).unwrap());
        }
        print(kind, &rounds);
    }
}

fn number(variable: &str, default: usize) -> usize {
    std::env::var(variable).ok().and_then(|number| number.parse().ok()).unwrap_or(default)
}

fn print(kind: Kind, rounds: &Rounds) {
    let (rooms, seats) = (rooms(kind), kind.seats());
    match kind {
        Kind::Video => {
            println!("{rooms} rooms of {seats}, each person 0.9 Mbit/s of pictures, and sound");
            rounds.print("out", "packets forwarded a second", "", "10,000");
            rounds.print("cpu", "CPU a forwarded packet", "µs", "≤ 15");
            rounds.print("relay", "CPU a packet of a bare UDP relay beside it", "µs", "");
            rounds.print("ratio", "  times the relay", "", "≤ 2.5");
            rounds.print("full", "rooms that would fill a core", "", "≥ 60");
            rounds.print(
                "p50",
                "added delay, p50, with the turns of those who play people",
                "ms",
                "",
            );
            rounds.print("p99", "added delay, p99", "ms", "≤ 20");
            rounds.print("dropped", "packets dropped by us", "", "0");
            rounds.print("missing", "packets that did not arrive", "", "0");
            rounds.print("memory", "memory a person", "MB", "≤ 1.5");
        }
        Kind::Sound => {
            println!("{rooms} rooms of {seats}, sound only");
            rounds.print("memory", "memory a person", "MB", "≤ 0.5");
        }
        Kind::Join => {
            println!("{rooms} rooms of {seats}, nothing sent");
            rounds.print("join", "CPU a join, of the media alone", "ms", "≤ 6");
        }
    }
    rounds.print("panics", "panics", "", "0");
}

fn rooms(kind: Kind) -> usize {
    if kind == Kind::Join { 5 } else { number("SFU_ROOMS", 13) }
}

/// Measures a round and prints a name and a figure on each line.
fn round(kind: Kind) {
    let (seats, rooms) = (kind.seats(), rooms(kind));
    let relay = (kind == Kind::Video).then(|| relay::measure(MEASURED_OF_RELAY));
    let sfu = Sfu::start(Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        advertise: Vec::new(),
        seats,
    })
    .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let before = memory();
    let people = rooms * seats;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--people", &people.to_string(), &seats.to_string(), kind.name()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut receivers = Vec::new();
    let counters = sfu.counters();
    for person in 0..people {
        let offer = receive(&mut child);
        let (sender, receiver) = unbounded_channel();
        let seat = SeatId(person as u64 + 1);
        let room = RoomId((person / seats).to_string());
        let answer = runtime.block_on(sfu.join(room, seat, &offer, sender)).unwrap();
        let address = sfu.address().to_string();
        send(&mut child, &address);
        send(&mut child, &answer);
        receivers.push(receiver);
        if kind == Kind::Video {
            for _ in 1..seats {
                sfu.see(seat, receive(&mut child).as_str().into(), Layer::High);
            }
        }
    }
    while counters.connected(Transport::Udp) < people as u64 {
        std::thread::sleep(Duration::from_millis(10));
    }
    match kind {
        Kind::Join => println!("join {}", cpu_of_thread("media") * 1e3 / people as f64),
        Kind::Sound => std::thread::sleep(WARM_UP_OF_SOUND),
        Kind::Video => {
            std::thread::sleep(WARM_UP);
            let (cpu, packets) = (cpu_of_thread("media"), counters.packets_out());
            std::thread::sleep(MEASURED);
            let cpu = cpu_of_thread("media") - cpu;
            let seconds = MEASURED.as_secs_f64();
            let packets = (counters.packets_out() - packets) as f64;
            let each = cpu * 1e6 / packets;
            println!("out {}\ncpu {each}", packets / seconds);
            println!("full {}", seconds * rooms as f64 / cpu);
            if let Some(relay) = relay {
                println!("relay {relay}\nratio {}", each / relay);
            }
        }
    }
    if kind != Kind::Join {
        println!("memory {}", (memory() - before) / people as f64 / 1e6);
    }
    drop(child.stdin.take());
    let mut report = String::new();
    child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    print!("{report}");
    child.wait().unwrap();
    println!("dropped {}\npanics {}", counters.dropped(), counters.panics());
}

fn receive(child: &mut Child) -> String {
    let stdout = child.stdout.as_mut().unwrap();
    read_text(stdout)
}

fn send(child: &mut Child, text: &str) {
    let stdin = child.stdin.as_mut().unwrap();
    write_text(stdin, text);
}

fn read_text(from: &mut impl Read) -> String {
    let mut length = [0; 4];
    from.read_exact(&mut length).unwrap();
    let mut text = vec![0; u32::from_be_bytes(length) as usize];
    from.read_exact(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn write_text(to: &mut impl Write, text: &str) {
    let length = u32::try_from(text.len()).unwrap();
    to.write_all(&length.to_be_bytes()).unwrap();
    to.write_all(text.as_bytes()).unwrap();
    to.flush().unwrap();
}
