//! The least that a forwarder can do: each datagram is read once and written twice.

use std::net::UdpSocket;
use std::thread;
use std::time::{Duration, Instant};

use crate::machine::cpu_of_thread;

/// Size of a datagram of a picture, in bytes.
const SIZE: usize = 1100;

/// Datagrams a second that come in. Twice as many go out.
const RATE: u128 = 5_000;

/// Returns the CPU time a forwarded datagram, in µs.
pub(crate) fn measure(time: Duration) -> f64 {
    let relay = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = relay.local_addr().unwrap();
    let receivers = [(); 2].map(|()| UdpSocket::bind("127.0.0.1:0").unwrap());
    let destinations = receivers.each_ref().map(|receiver| receiver.local_addr().unwrap());
    thread::Builder::new()
        .name("relay".to_owned())
        .spawn(move || {
            let mut bytes = [0; 2000];
            while let Ok((length, _)) = relay.recv_from(&mut bytes) {
                if length == 1 {
                    return;
                }
                for destination in destinations {
                    relay.send_to(&bytes[..length], destination).unwrap();
                }
            }
        })
        .unwrap();
    for receiver in receivers {
        receiver.set_read_timeout(Some(time * 2)).unwrap();
        thread::spawn(move || {
            let mut bytes = [0; 2000];
            while receiver.recv(&mut bytes).is_ok() {}
        });
    }
    let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
    sender.connect(address).unwrap();
    let begin = Instant::now();
    let before = cpu_of_thread("relay");
    let mut sent = 0_u128;
    while begin.elapsed() < time {
        let due = begin.elapsed().as_micros() * RATE / 1_000_000;
        while sent < due {
            sender.send(&[0; SIZE]).unwrap();
            sent += 1;
        }
        thread::sleep(Duration::from_millis(1));
    }
    let cpu = cpu_of_thread("relay") - before;
    sender.send(&[0]).unwrap();
    cpu * 1e6 / (2 * sent) as f64
}
