use std::net::SocketAddr;

use sfu::{Event, JoinError, Layer, Options, Sfu, Transport};

use crate::client::{Client, run, start, start_on};

#[test]
fn two_people_see_each_other_over_udp_and_over_tcp() {
    let sfu = start();
    for (room, first, second) in [("udp", false, false), ("tcp", true, true), ("both", false, true)]
    {
        let base = u64::try_from(room.len()).unwrap() * 10 + u64::from(second);
        let mut one = Client::join(&sfu, room, base, first).unwrap();
        let mut other = Client::join(&sfu, room, base + 100, second).unwrap();
        let (a, b) = (one.seat, other.seat);
        run(&mut [&mut one, &mut other], |clients| {
            clients[0].pictures(b).len() > 20
                && clients[1].pictures(a).len() > 20
                && clients[0].sounds(b).len() > 20
                && clients[1].sounds(a).len() > 20
        });
        let transport = |tcp| Event::Connected(if tcp { Transport::Tcp } else { Transport::Udp });
        assert!(
            one.events.contains(&transport(first)) && other.events.contains(&transport(second))
        );
        sfu.leave(a);
        sfu.leave(b);
    }
    let counters = sfu.counters();
    assert_eq!((counters.connected(Transport::Udp), counters.connected(Transport::Tcp)), (3, 3));
    assert!(counters.packets_out() > 200);
    assert_eq!((counters.panics(), counters.refused_stun()), (0, 0));
}

#[test]
fn a_wildcard_answers_from_the_address_that_was_asked() {
    let (first, second) = ("127.0.0.2:40001", "[::1]:40002");
    let sfu = start_on("[::]:0", &[first, second]);
    let port = sfu.address().port();
    for (room, tcp) in [("udp", false), ("tcp", true)] {
        let join = |seat, told: &str| {
            let told: SocketAddr = told.parse().unwrap();
            Client::join_at(&sfu, room, seat, tcp, told, SocketAddr::new(told.ip(), port)).unwrap()
        };
        let base = u64::from(tcp) * 10;
        let (mut one, mut other) = (join(base + 1, first), join(base + 2, second));
        let (a, b) = (one.seat, other.seat);
        run(&mut [&mut one, &mut other], |clients| {
            clients[0].pictures(b).len() > 10 && clients[1].pictures(a).len() > 10
        });
    }
}

#[test]
fn a_wildcard_without_addresses_to_tell_is_refused() {
    let options = |listen: &str, seats| Options {
        listen: listen.parse().unwrap(),
        advertise: Vec::new(),
        seats,
    };
    assert!(Sfu::start(options("0.0.0.0:0", 3)).is_err());
    assert!(Sfu::start(options("127.0.0.1:0", 1)).is_err());
    assert!(Sfu::start(options("127.0.0.1:0", 17)).is_err());
}

#[test]
fn a_seat_that_was_removed_gets_nothing_more() {
    let sfu = start();
    let mut one = Client::join(&sfu, "room", 1, false).unwrap();
    let mut other = Client::join(&sfu, "room", 2, false).unwrap();
    let (a, b) = (one.seat, other.seat);
    run(&mut [&mut one, &mut other], |clients| {
        clients[0].pictures(b).len() > 5 && clients[1].pictures(a).len() > 5
    });
    sfu.leave(b);
    run(&mut [&mut one, &mut other], |clients| clients[0].slots.is_empty() && clients[1].ended);
    let (got, sent) = (other.browser.got.len(), one.browser.got.len());
    let mut turns = 0;
    run(&mut [&mut one, &mut other], |_| {
        turns += 1;
        turns > 300
    });
    assert_eq!(other.browser.got.len(), got);
    assert_eq!(one.browser.got.len(), sent);
    assert_eq!(sfu.counters().people(), 1);
}

#[test]
fn a_newer_join_takes_the_seat_over() {
    let sfu = start();
    let mut old = Client::join(&sfu, "room", 1, false).unwrap();
    run(&mut [&mut old], |clients| clients[0].browser.connected);
    let mut new = Client::join(&sfu, "room", 1, false).unwrap();
    run(&mut [&mut old, &mut new], |clients| {
        clients[0].ended
            && clients[0].events.last() == Some(&Event::Closed)
            && clients[1].browser.connected
    });
    assert_eq!(sfu.counters().people(), 1);
}

#[test]
fn a_full_room_and_a_strange_offer_are_refused() {
    let sfu = start();
    let clients = [1, 2, 3].map(|seat| Client::join(&sfu, "room", seat, false).unwrap());
    assert_eq!(Client::join(&sfu, "room", 4, false).err(), Some(JoinError::Full));
    assert!(Client::join(&sfu, "another room", 5, false).is_ok());
    drop(clients);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (sender, _receiver) = tokio::sync::mpsc::unbounded_channel();
    let joined = runtime.block_on(sfu.join("third room".into(), sfu::SeatId(6), "v=0\r\n", sender));
    assert_eq!(joined, Err(JoinError::Offer("too few sections")));
    assert_eq!(sfu.counters().people(), 4);
}

#[test]
fn a_receiver_gets_a_larger_picture_if_it_wants_one() {
    let sfu = start();
    let mut one = Client::join(&sfu, "room", 1, false).unwrap();
    let mut other = Client::join(&sfu, "room", 2, false).unwrap();
    let (a, b) = (one.seat, other.seat);
    run(&mut [&mut one, &mut other], |clients| clients[0].pictures(b).len() > 5);
    // No large one is sent, so the small one stays.
    sfu.see(a, one.slots[0].video.clone(), Layer::High);
    let before = one.pictures(b).len();
    run(&mut [&mut one, &mut other], |clients| clients[0].pictures(b).len() > before + 20);
    sfu.see(a, one.slots[0].video.clone(), Layer::None);
    let mut turns = 0;
    let mut last = 0;
    run(&mut [&mut one, &mut other], |clients| {
        turns += 1;
        if turns == 100 {
            last = clients[0].pictures(b).len();
        }
        turns > 300
    });
    assert_eq!(one.pictures(b).len(), last);
    assert!(!other.pictures(a).is_empty());
}

#[test]
fn the_last_handle_ends_the_thread() {
    let sfu = start();
    let address = sfu.address();
    let handle = sfu.clone();
    drop(sfu);
    assert_eq!(handle.address(), address);
    drop(handle);
    let end = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while std::net::TcpListener::bind(address).is_err() {
        assert!(std::time::Instant::now() < end, "the port is still taken");
        std::thread::yield_now();
    }
}

#[test]
fn a_refused_join_that_nobody_awaits_leaves_the_seat() {
    let sfu = start();
    let _one = Client::join(&sfu, "room", 1, false).unwrap();
    let (sender, _receiver) = tokio::sync::mpsc::unbounded_channel();
    let mut refused = Box::pin(sfu.join("room".into(), sfu::SeatId(1), "v=0\r\n", sender));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // The request is sent at the first call, and the answer has nobody to go to.
    let _ = refused.as_mut().poll(&mut context);
    drop(refused);
    Client::join(&sfu, "another room", 2, false).unwrap();
    assert_eq!(sfu.counters().people(), 2);
}
