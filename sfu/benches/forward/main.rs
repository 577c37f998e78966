//! The cost of forwarding: CPU a packet beside a bare UDP relay, memory a person, CPU a join, and delay.
//!
//! People are played by a second process, so that the server's figures are its own.

#![expect(clippy::unwrap_used, reason = "a measurement that can't go on fails")]
#![expect(clippy::cast_precision_loss, reason = "a figure is rounded anyway")]
#![expect(clippy::print_stdout, reason = "a measurement prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a measurement takes the time of the machine")]

#[path = "../../tests/media/browser.rs"]
#[expect(dead_code, reason = "the tests use the rest of it")]
mod browser;
mod machine;
mod people;
mod relay;

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use sfu::{Layer, Options, RoomId, SeatId, Sfu, Transport};
use tokio::sync::mpsc::unbounded_channel;

use machine::{cpu_of_thread, memory};

const WARM_UP: Duration = Duration::from_secs(8);
const MEASURED: Duration = Duration::from_secs(10);

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

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--people") {
        let number = |offset: usize| arguments[at + offset].parse().unwrap();
        return people::play(number(1), number(2), &arguments[at + 3]);
    }
    if arguments.iter().any(|argument| argument == "--list") {
        return;
    }
    let rooms = std::env::var("SFU_ROOMS").ok().and_then(|rooms| rooms.parse().ok()).unwrap_or(13);
    let relay = relay::measure(MEASURED);
    println!("a bare UDP relay: {relay:.1} µs of CPU a forwarded packet");
    run(Kind::Video, 3, rooms, Some(relay));
    run(Kind::Sound, 3, rooms, None);
    run(Kind::Join, 8, 5, None);
}

fn run(kind: Kind, seats: usize, rooms: usize, relay: Option<f64>) {
    let sfu = Sfu::start(Options {
        listen: "127.0.0.1:0".parse().unwrap(),
        advertise: Vec::new(),
        seats,
    })
    .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let before = memory();
    let name = match kind {
        Kind::Video => "video",
        Kind::Sound => "sound",
        Kind::Join => "join",
    };
    let people = rooms * seats;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--people", &people.to_string(), &seats.to_string(), name])
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
    let joins = cpu_of_thread("media");
    if kind == Kind::Join {
        println!(
            "{people} joins in rooms of {seats}: {:.1} ms of CPU each",
            joins * 1e3 / people as f64
        );
    } else {
        std::thread::sleep(WARM_UP);
        let (cpu, packets, incoming) =
            (cpu_of_thread("media"), counters.packets_out(), counters.packets_in());
        std::thread::sleep(MEASURED);
        let cpu = cpu_of_thread("media") - cpu;
        let seconds = MEASURED.as_secs_f64();
        let packets = (counters.packets_out() - packets) as f64;
        let incoming = (counters.packets_in() - incoming) as f64;
        let each = cpu * 1e6 / packets;
        println!(
            "{rooms} rooms of {seats}, {name}: {:.0} packets/s in, {:.0}/s out, {:.0} % of a core, {each:.1} µs a forwarded packet",
            incoming / seconds,
            packets / seconds,
            cpu * 100.0 / seconds
        );
        if let Some(relay) = relay {
            let most = seconds * rooms as f64 / cpu;
            println!("  {:.1} × the relay; {most:.0} rooms would fill a core", each / relay);
        }
        println!("  {:.2} MB a person", (memory() - before) / people as f64 / 1e6);
    }
    drop(child.stdin.take());
    let mut report = String::new();
    child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
    print!("{report}");
    child.wait().unwrap();
    println!("  {} dropped by us, {} panics", counters.dropped(), counters.panics());
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
