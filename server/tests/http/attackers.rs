//! Attacks on a meeting in progress: by strangers, by guests, and by somebody who was removed.

use app::wire::{
    Role,
    signal::{Bye, FromBrowser, FromServer, PROTOCOL, RoomTicket},
};
use axum::http::{HeaderValue, Request, StatusCode};
use futures_util::future::join_all;
use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};
use test_support::{
    media::{Media, Offered, Over},
    meeting_room::{BuiltIn, Person, host_and_guest, with_rooms},
    signalling::{Signal, upgrade},
    test_app::{ANNA, CIA, MINUTE, TestApp, TestAppBuilder},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
    time::timeout,
};
use tokio_tungstenite::tungstenite::Message;

/// Time limit of a wait for a figure.
const PATIENCE: Duration = Duration::from_secs(10);

/// A service with a meeting whose host has let the guest in.
async fn admitted(builder: TestAppBuilder) -> (TestApp, Person, Person) {
    let app = builder.start().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    (app, host, guest)
}

/// Waits until a figure is so.
async fn until_figure(app: &TestApp, series: &str, is: impl Fn(f64) -> bool) {
    let so = async {
        while !app.figure(series).await.is_some_and(&is) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, so).await.expect(series);
}

/// Waits until both get more sound than before. On a busy machine pictures give way to sound.
async fn both_go_on(one: &Media, other: &Media) {
    for media in [one, other] {
        let before = media.heard();
        media.until(|heard| heard.sounds > before.sounds + 25).await;
    }
}

/// Returns a request for a WebSocket by somebody at an address behind a proxy.
fn from(app: &TestApp, ticket: &RoomTicket, address: &str) -> Request<()> {
    let mut request = upgrade(app, &ticket.signal, Some(&app.origin), Some(PROTOCOL));
    let address = HeaderValue::from_str(address).expect("a value");
    request.headers_mut().insert("x-forwarded-for", address);
    request
}

#[tokio::test]
async fn one_address_takes_not_all_places_of_strangers() {
    let builder = with_rooms().with("http.trusted_proxies", "127.0.0.0/8");
    let (app, host, guest) = admitted(builder).await;
    let ticket = guest.ticket().await;
    // Two addresses of one network.
    let from = |address| from(&app, &ticket, address);
    let addresses = ["203.0.113.1", "203.0.113.2"].into_iter().cycle().take(500);
    let knocks = addresses.map(|address| Signal::upgraded(&app, from(address)));
    let (open, refused): (Vec<_>, Vec<_>) =
        join_all(knocks).await.into_iter().partition(Result::is_ok);
    assert!(refused.iter().all(|it| it.as_ref().err() == Some(&StatusCode::TOO_MANY_REQUESTS)));
    // On a slow machine the first are let go before the last have come.
    assert!(open.len() >= 64 && open.len() < 400, "{}", open.len());
    // Others come in, from elsewhere.
    let (_kim, seats) = host.enter(&app).await;
    assert_eq!(seats.len(), 1);
    let mut anna = Signal::upgraded(&app, from("203.0.114.1")).await.expect("a place");
    let offer = test_support::signalling::offer(8);
    anna.say(&FromBrowser::Hello { ticket: ticket.ticket.clone(), offer }).await;
    assert_eq!(anna.welcomed().await.len(), 2);
    let strangers = u16::try_from(refused.len()).expect("few");
    let figure = app.figure("anslut_room_strangers_total{by=\"signal\"}").await;
    assert_eq!(figure, Some(strangers.into()));
    for signal in open {
        assert_eq!(signal.expect("open").ends().await, (4408, None));
    }
    let after = Signal::upgraded(&app, from("203.0.113.1")).await;
    assert!(after.is_ok(), "the places are free again");
}

#[tokio::test]
async fn a_ticket_leads_its_own_person_to_its_own_meeting() {
    let (app, host, guest) = admitted(with_rooms()).await;
    let (_kim, _) = host.enter(&app).await;
    // Another code is sent after a while.
    app.forward(MINUTE * 2).await;
    let other = BuiltIn::booked(&app, &[CIA]).await;
    let leader = Person::identified(&app, &other.host).await;
    leader.join().await;
    let mut stranger = Person::waiting(&app, &other.guests[0]).await;
    leader.decide("admit", &leader.who_waits().await).await;
    let (_signal, seats) = stranger.enter(&app).await;
    assert_eq!(seats.len(), 1, "nobody of the first meeting: {seats:?}");
    // With the link of somebody in the first meeting, and the own session.
    for invitation in [&guest.invitation, &host.invitation] {
        stranger.invitation = invitation.clone();
        assert_eq!(stranger.asks_for_ticket().await.status, StatusCode::CONFLICT);
    }
    // A ticket to try out the connection opens no room.
    let page = guest.act("check", &[]).await;
    let check: RoomTicket = serde_json::from_value(page.json()).expect("a ticket");
    assert_eq!(Signal::open(&app, &check).await.welcomed().await, []);
    assert_eq!(host.all().await.inside.len(), 1);
    assert_eq!(app.happened(&guest.invitation, "joined").await, 1, "only the host has");
    // Nobody can change what a ticket says.
    let ticket = guest.ticket().await;
    for at in (0..ticket.ticket.len()).step_by(17) {
        let mut forged = ticket.ticket.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).expect("text");
        let forged = RoomTicket { ticket: forged, ..ticket.clone() };
        assert_eq!(Signal::open(&app, &forged).await.ends().await, (4401, None), "{at}");
    }
    assert_eq!(Signal::open(&app, &ticket).await.welcomed().await.len(), 2);
}

#[tokio::test]
async fn a_guest_inside_opens_none_of_the_hosts_doors() {
    let (app, host, guest) = admitted(with_rooms()).await;
    let (mut kim, _) = host.enter(&app).await;
    let (mut anna, _) = guest.enter(&app).await;
    let own = host.all().await.inside[0].guest.clone();
    // Another code is sent after a while.
    app.forward(MINUTE * 2).await;
    let before = host.all().await;
    for call in ["admit", "refuse", "wait", "remove", "tell", "lock", "end-meeting"] {
        let fields = [("guest", own.as_str()), ("on", "yes"), ("text", "Hej")];
        assert_eq!(guest.act(call, &fields).await.status, StatusCode::FORBIDDEN, "{call}");
    }
    assert_eq!(host.all().await, before);
    anna.say(&FromBrowser::Text { text: "H".to_owned() }).await;
    let heard = |message: &FromServer| matches!(message, FromServer::Text { .. }).then_some(());
    kim.waits_for(heard).await;
}

#[tokio::test]
async fn who_is_removed_gets_no_packet_more() {
    let (app, host, guest) = admitted(with_rooms()).await;
    let (_kim, kims) = host.enter_with_media(&app, 1).await;
    let (mut anna, annas) = guest.enter_with_media(&app, 2).await;
    annas.until(|heard| heard.sounds > 10 && heard.pictures > 10).await;
    kims.until(|heard| heard.sounds > 10 && heard.pictures > 10).await;
    host.decide("remove", &host.all().await.inside[0].guest).await;
    assert_eq!(anna.ends().await, (4403, Some(Bye::Removed)));
    until_figure(&app, "anslut_room_people", |people| people < 1.5).await;
    // Both sockets of the guest stay open, and media are sent there. What was under way has arrived after a while.
    let spoken = kims.heard().spoken;
    kims.until(|heard| heard.spoken > spoken + 20).await;
    let (at_guest, at_host) = (annas.heard(), kims.heard());
    kims.until(|heard| heard.spoken > spoken + 120).await;
    annas.until(|heard| heard.spoken > at_guest.spoken + 100).await;
    assert_eq!(annas.heard().datagrams, at_guest.datagrams);
    assert_eq!((kims.heard().sounds, kims.heard().pictures), (at_host.sounds, at_host.pictures));
}

#[tokio::test]
async fn the_first_picture_is_timed_for_those_who_come_to_somebody() {
    let (app, host, guest) = admitted(with_rooms()).await;
    let figure = "anslut_room_first_frame_seconds_count";
    let (mut kim, kims) = host.enter_with_media(&app, 1).await;
    kim.waits_for_seats(|seats| seats.iter().any(|seat| seat.video)).await;
    kims.until(|heard| heard.connected).await;
    let (_anna, annas) = guest.enter_with_media(&app, 2).await;
    annas.until(|heard| heard.pictures > 0).await;
    kims.until(|heard| heard.pictures > 0).await;
    until_figure(&app, figure, |count| count > 0.5).await;
    both_go_on(&kims, &annas).await;
    assert_eq!(app.figure(figure).await, Some(1.0), "the host came when nobody was there");
    let took = app.figure("anslut_room_first_frame_seconds_sum").await;
    assert!(took > Some(0.0) && took < Some(20.0), "{took:?}");
    let connections = "anslut_room_connections_total{transport=\"udp\"}";
    assert_eq!(app.figure(connections).await, Some(2.0));
}

/// Returns a STUN check for a ufrag, with an integrity of zeros.
fn check(ufrag: &str) -> Vec<u8> {
    let name = format!("{ufrag}:abc");
    assert!(name.len().is_multiple_of(4));
    let mut attributes = vec![0x00, 0x06, 0x00, u8::try_from(name.len()).expect("a short name")];
    attributes.extend(name.as_bytes());
    attributes.extend([0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x00, 0xff]);
    attributes.extend([0x00, 0x08, 0x00, 0x14]);
    attributes.extend([0; 20]);
    let mut check = vec![0x00, 0x01];
    check.extend(u16::try_from(attributes.len()).expect("a short check").to_be_bytes());
    check.extend([0x21, 0x12, 0xa4, 0x42]);
    check.extend([7; 12]);
    check.extend(attributes);
    check
}

/// Sends garbage and false checks to the port of the media, by UDP. Returns whether anything was answered.
async fn by_udp(server: SocketAddr, checks: &[Vec<u8>]) -> bool {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let garbage: [&[u8]; 6] =
        [b"", b"GET / HTTP/1.1\r\n\r\n", &[0; 20], &[22; 200], &[0x80; 1200], &[0xff; 3000]];
    for _ in 0..50 {
        for datagram in garbage.into_iter().chain(checks.iter().map(Vec::as_slice)) {
            socket.send_to(datagram, server).await.expect("sent");
        }
    }
    timeout(Duration::from_millis(500), socket.recv(&mut [0; 10])).await.is_ok()
}

/// Sends bytes to the port of the media, by TCP. Returns the answer, and how long the connection lasted.
async fn by_tcp(server: SocketAddr, bytes: &[u8]) -> (Vec<u8>, Duration) {
    #[expect(clippy::disallowed_methods, reason = "sockets have the time of the machine")]
    let begun = Instant::now();
    let mut stream = TcpStream::connect(server).await.expect("a connection");
    stream.write_all(bytes).await.ok();
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("an end").ok();
    (answer, begun.elapsed())
}

fn framed(datagram: &[u8]) -> Vec<u8> {
    let length = u16::try_from(datagram.len()).expect("a datagram's length");
    [&length.to_be_bytes()[..], datagram].concat()
}

#[tokio::test]
async fn strangers_at_the_port_of_the_media_get_no_answer_and_disturb_nobody() {
    let (app, host, guest) = admitted(with_rooms()).await;
    let (_kim, kims) = host.enter_with_media(&app, 1).await;
    let ticket = guest.ticket().await;
    let mut anna = Signal::silent(&app, &ticket).await;
    let offered = Offered::new(2, 8);
    anna.say(&FromBrowser::Hello { ticket: ticket.ticket, offer: offered.offer.clone() }).await;
    let answer = anna.answered().await;
    let ufrag = answer.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).expect("one");
    let annas = offered.connect(&answer, Over::Tcp).await;
    anna.say(&FromBrowser::State { audio: true, video: true, screen: false, hand: false }).await;
    both_go_on(&kims, &annas).await;
    // Nobody has the first name. The second is somebody's, and the password is not known.
    let checks = [check("ABCDEFGHIJKL"), check(ufrag)];
    assert!(!by_udp(kims.server, &checks).await, "a stranger was answered");
    let false_check = framed(&checks[1]);
    let (silent, wrong, garbage) = tokio::join!(
        by_tcp(kims.server, b""),
        by_tcp(kims.server, &false_check),
        by_tcp(kims.server, b"GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"),
    );
    for (answer, lasted) in [&silent, &wrong] {
        assert!(answer.is_empty() && *lasted > Duration::from_secs(4), "{lasted:?}");
    }
    assert!(garbage.0.is_empty() && garbage.1 < Duration::from_secs(4), "{:?}", garbage.1);
    both_go_on(&kims, &annas).await;
    until_figure(&app, "anslut_room_strangers_total{by=\"stun\"}", |count| count > 100.0).await;
    until_figure(&app, "anslut_room_strangers_total{by=\"tcp\"}", |count| count > 1.5).await;
    assert_eq!(app.figure("anslut_room_panics_total").await, Some(0.0));
    assert_eq!(app.figure("anslut_room_people").await, Some(2.0));
}

#[tokio::test]
async fn a_flood_of_messages_ends_its_sender_and_disturbs_nobody() {
    let (app, host, guest) = admitted(with_rooms()).await;
    let (_kim, kims) = host.enter_with_media(&app, 1).await;
    let letter = Message::Text(r#"{"type":"text","text":"a"}"#.into());
    for (what, message) in [("texts", letter), ("pings", Message::Ping(vec![1].into()))] {
        let (mut anna, annas) = guest.enter_with_media(&app, 2).await;
        both_go_on(&kims, &annas).await;
        for _ in 0..1_000 {
            anna.write(message.clone()).await;
        }
        assert_eq!(anna.ends().await.0, 4429, "{what}");
    }
    let (_anna, annas) = guest.enter_with_media(&app, 2).await;
    both_go_on(&kims, &annas).await;
    let closed = "anslut_room_signals_closed_total{reason=\"too-many\"}";
    until_figure(&app, closed, |count| count > 1.5).await;
}

#[tokio::test]
async fn a_host_of_another_meeting_leads_nobody_here() {
    let (app, host, guest) = admitted(with_rooms()).await;
    let (_kim, _) = host.enter(&app).await;
    let (mut anna, _) = guest.enter(&app).await;
    app.forward(MINUTE * 2).await;
    let other = BuiltIn::booked(&app, &[ANNA]).await;
    let leader = Person::identified(&app, &other.host).await;
    leader.join().await;
    let (mut signal, seats) = leader.enter(&app).await;
    assert_eq!(seats.iter().map(|seat| seat.role).collect::<Vec<_>>(), [Role::Host]);
    // The number of a seat in the other room.
    signal.say(&FromBrowser::Mute { seat: 2 }).await;
    signal.say(&FromBrowser::Text { text: "H".to_owned() }).await;
    anna.say(&FromBrowser::State { audio: true, video: false, screen: false, hand: true }).await;
    let seats = anna.waits_for(|message| match message {
        FromServer::Muted | FromServer::Text { .. } => panic!("{message:?}"),
        FromServer::Seats { seats, .. } if seats.iter().any(|it| it.hand) => Some(seats.clone()),
        _ => None,
    });
    assert!(seats.await.iter().any(|seat| seat.audio), "the microphone stays on");
}
