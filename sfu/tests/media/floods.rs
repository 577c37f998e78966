use std::io::Write;
use std::net::{SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use quinn_udp::{Transmit, UdpSocketState};
use sfu::Sfu;

use crate::client::{Client, run, start};

/// Threads that send garbage without a pause until this is dropped.
struct Flood {
    ended: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Flood {
    fn new(threads: usize, mut send: impl FnMut() -> Box<dyn FnMut() + Send>) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let threads = (0..threads).map(|_| {
            let (ended, mut send) = (Arc::clone(&ended), send());
            thread::spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    send();
                }
            })
        });
        let threads = threads.collect();
        Self { ended, threads }
    }
}

impl Drop for Flood {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// Returns a function that sends as many datagrams as the system takes in one call.
fn datagrams(to: SocketAddr) -> Box<dyn FnMut() + Send> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let state = UdpSocketState::new((&socket).into()).unwrap();
    let garbage = vec![0x80; 20 * state.max_gso_segments()];
    Box::new(move || {
        let contents = &garbage[..];
        let transmit =
            Transmit { destination: to, ecn: None, contents, segment_size: Some(20), src_ip: None };
        let _ = state.try_send((&socket).into(), &transmit);
    })
}

/// Fails if what has begun was not answered soon. On a busy machine what the thread did meanwhile counts, not the time.
fn soon(sfu: &Sfu, begin: Instant, dropped: u64) {
    let (time, dropped) = (begin.elapsed(), sfu.counters().dropped() - dropped);
    assert!(time < Duration::from_secs(1) || dropped < 300_000, "{time:?}, {dropped} dropped");
}

/// Joins and leaves for 2 s. Fails if one of the two takes long.
fn join_and_leave(sfu: &Sfu) {
    let end = Instant::now() + Duration::from_secs(2);
    while Instant::now() < end {
        let (begin, dropped) = (Instant::now(), sfu.counters().dropped());
        Client::join(sfu, "another room", 2, false).unwrap();
        soon(sfu, begin, dropped);
        let (begin, dropped) = (Instant::now(), sfu.counters().dropped());
        sfu.leave(sfu::SeatId(2));
        while sfu.counters().rooms() > 1 {
            soon(sfu, begin, dropped);
            thread::sleep(Duration::from_millis(1));
        }
    }
    assert!(sfu.counters().dropped() > 10_000);
}

#[test]
fn a_flood_of_datagrams_does_not_hold_up_joins() {
    let sfu = start();
    let _one = Client::join(&sfu, "room", 1, false).unwrap();
    let address = sfu.address();
    let _flood = Flood::new(2, || datagrams(address));
    join_and_leave(&sfu);
}

#[test]
fn a_flood_on_a_connection_does_not_hold_up_joins() {
    let sfu = start();
    let mut one = Client::join(&sfu, "room", 1, true).unwrap();
    run(&mut [&mut one], |clients| clients[0].browser.connected);
    let _flood = Flood::new(1, || {
        let mut stream = one.stream().unwrap();
        // Datagrams of one byte.
        let garbage = [0, 1, 0x80].repeat(20_000);
        let mut rest = garbage.clone();
        Box::new(move || {
            // Whole datagrams, since a part would end the connection.
            if let Ok(length) = stream.write(&rest) {
                rest.drain(..length);
            }
            if rest.is_empty() {
                rest.clone_from(&garbage);
            }
        })
    });
    join_and_leave(&sfu);
}
