use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use crate::client::{Client, SEATS, run, start};

/// A STUN check for the ufrag `ABCDEFGHIJKL`, with an integrity of zeros.
fn check() -> Vec<u8> {
    let mut attributes = vec![0x00, 0x06, 0x00, 0x10];
    attributes.extend(b"ABCDEFGHIJKL:abc");
    attributes.extend([0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x00, 0xff]);
    attributes.extend([0x00, 0x08, 0x00, 0x14]);
    attributes.extend([0; 20]);
    let mut check = vec![0x00, 0x01];
    check.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
    check.extend([0x21, 0x12, 0xa4, 0x42]);
    check.extend([7; 12]);
    check.extend(attributes);
    check
}

#[test]
fn strangers_are_not_answered() {
    let sfu = start();
    let mut one = Client::join(&sfu, "room", 1, false).unwrap();
    run(&mut [&mut one], |clients| clients[0].browser.connected);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_nonblocking(true).unwrap();
    let garbage: [&[u8]; 6] =
        [b"", b"GET / HTTP/1.1\r\n\r\n", &[0; 20], &[22; 200], &[0x80; 1200], &[0xff; 3000]];
    for datagram in garbage.into_iter().chain([&check()[..]]) {
        socket.send_to(datagram, sfu.address()).unwrap();
    }
    let counters = sfu.counters();
    run(&mut [&mut one], |_| counters.dropped() + counters.refused_stun() >= 6);
    let mut turns = 0;
    run(&mut [&mut one], |_| {
        turns += 1;
        turns > 100
    });
    assert_eq!(socket.recv(&mut [0; 10]).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    assert_eq!((counters.refused_stun(), counters.dropped()), (2, 4));
    assert_eq!(counters.panics(), 0);
}

#[test]
fn an_idle_connection_is_closed_after_five_seconds() {
    let sfu = start();
    let begin = Instant::now();
    let mut idle = TcpStream::connect(sfu.address()).unwrap();
    let mut wrong = TcpStream::connect(sfu.address()).unwrap();
    let check = check();
    wrong
        .write_all(&[&u16::try_from(check.len()).unwrap().to_be_bytes()[..], &check].concat())
        .unwrap();
    for stream in [&mut idle, &mut wrong] {
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        assert_eq!(stream.read(&mut [0; 10]).unwrap(), 0);
    }
    let passed = begin.elapsed();
    assert!(passed > Duration::from_secs(4) && passed < Duration::from_secs(7), "{passed:?}");
    assert_eq!(sfu.counters().refused_tcp(), 2);
}

#[test]
fn a_connection_with_garbage_is_closed_at_once() {
    let sfu = start();
    let mut stream = TcpStream::connect(sfu.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n").unwrap();
    assert!(matches!(stream.read(&mut [0; 10]), Ok(0) | Err(_)));
    let mut stream = TcpStream::connect(sfu.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(3))).unwrap();
    let _ = stream.write_all(&[0; 16_000]);
    assert!(matches!(stream.read(&mut [0; 10]), Ok(0) | Err(_)));
}

#[test]
fn one_address_has_at_most_sixteen_strangers() {
    let sfu = start();
    let mut streams: Vec<TcpStream> =
        (0..17).map(|_| TcpStream::connect(sfu.address()).unwrap()).collect();
    for stream in &mut streams {
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    }
    let closed = streams.iter_mut().filter_map(|stream| stream.read(&mut [0; 10]).ok()).count();
    assert_eq!(closed, 1);
}

#[test]
fn an_office_behind_one_address_meets_over_tcp() {
    let sfu = start();
    let mut clients: Vec<Client> = Vec::new();
    for seat in 1..=18_u64 {
        let room = (seat / SEATS as u64).to_string();
        clients.push(Client::join(&sfu, &room, seat, true).unwrap());
        let mut clients: Vec<&mut Client> = clients.iter_mut().collect();
        run(&mut clients, |clients| clients.iter().all(|client| client.browser.connected));
    }
    assert_eq!(sfu.counters().refused_tcp(), 0);
}
