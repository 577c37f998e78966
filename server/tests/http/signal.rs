//! The room's connection: who gets a ticket, what it opens, and what ends it.

use crate::changes::change;
use app::wire::{
    Role,
    signal::{Bye, FromBrowser, FromServer, Layer, PROTOCOL, RoomTicket, Seat},
};
use axum::http::StatusCode;
use serde_json::json;
use std::time::Duration;
use test_support::{
    meeting_room::{BuiltIn, Person, host_and_guest, with_rooms},
    signalling::{Signal, upgrade},
    test_app::{ANNA, CIA, DAY, HOUR, MINUTE, TestApp},
};
use tokio_tungstenite::tungstenite::Message;

async fn start() -> TestApp {
    with_rooms().start().await
}

/// A service with a meeting whose host has let the guest in.
async fn admitted() -> (TestApp, Person, Person) {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    (app, host, guest)
}

/// Waits until the meeting has so many events of a kind, its host's included.
async fn happens(app: &TestApp, person: &Person, kind: &str, times: usize) {
    let events = async {
        while app.happened(&person.invitation, kind).await < times {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), events).await.expect(kind);
    assert_eq!(app.happened(&person.invitation, kind).await, times, "{kind}");
}

fn names(seats: &[Seat]) -> Vec<(&str, Role)> {
    seats.iter().map(|seat| (seat.name.as_str(), seat.role)).collect()
}

#[tokio::test]
async fn a_host_and_an_admitted_guest_enter_and_are_told_of_each_other() {
    let (app, host, guest) = admitted().await;
    let (mut kim, seats) = host.enter(&app).await;
    assert_eq!(names(&seats), [("Kim Handläggare", Role::Host)]);
    let (mut anna, seats) = guest.enter(&app).await;
    let both = [("Kim Handläggare", Role::Host), ("Anna Andersson", Role::Guest)];
    assert_eq!(names(&seats), both);
    let told = kim.waits_for_seats(|seats| seats.len() == 2).await;
    assert_eq!(names(&told), both);
    let told = kim.waits_for_seats(|seats| seats.iter().any(|it| it.slots.is_some())).await;
    assert!(told[0].slots.is_none() && told[1].slots.is_some(), "{told:?}");
    assert_eq!(app.status(&guest.invitation).await, "joined");

    anna.say(&FromBrowser::State { audio: true, video: false, screen: false, hand: true }).await;
    let told = kim.waits_for_seats(|seats| seats.iter().any(|it| it.hand)).await;
    assert_eq!((told[1].audio, told[1].video, told[1].hand), (true, false, true));
    anna.say(&FromBrowser::See { slot: "4".to_owned(), layer: Layer::High }).await;
    anna.leave().await;
    kim.waits_for_seats(|seats| seats.len() == 1).await;
    happens(&app, &guest, "left", 1).await;
    happens(&app, &guest, "joined", 2).await;
}

#[tokio::test]
async fn only_who_was_let_in_gets_a_ticket() {
    let app = start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA, CIA]).await;
    let [first, second] = meeting.guests.as_slice() else { panic!("two") };
    let guest = Person::identified(&app, first).await;
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::CONFLICT, "nobody has knocked");
    let stranger = Person { browser: app.loaded(), invitation: first.clone() };
    assert_eq!(stranger.asks_for_ticket().await.status, StatusCode::CONFLICT);
    guest.join().await;
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::CONFLICT, "waits");
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    let knock = host.who_waits().await;
    host.decide("refuse", &knock).await;
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::CONFLICT, "refused");
    host.decide("admit", &knock).await;
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::OK);
    let other = Person::waiting(&app, second).await;
    assert_eq!(other.asks_for_ticket().await.status, StatusCode::CONFLICT, "the other waits");
    // Another code is sent after a while.
    app.forward(MINUTE * 2).await;
    let elsewhere = Person::identified(&app, first).await;
    assert_eq!(elsewhere.asks_for_ticket().await.status, StatusCode::CONFLICT, "another device");
    host.decide("remove", &knock).await;
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::CONFLICT, "removed");
}

#[tokio::test]
async fn a_ticket_opens_once_and_nothing_else_does() {
    let (app, _, guest) = admitted().await;
    let ticket = guest.ticket().await;
    assert!(!ticket.signal.contains(&ticket.ticket), "no secret in an address");
    let mut signal = Signal::open(&app, &ticket).await;
    signal.welcomed().await;
    assert_eq!(Signal::open(&app, &ticket).await.ends().await, (4401, None), "again");
    for wrong in [String::new(), "x".to_owned(), ticket.ticket.to_lowercase()] {
        let ticket = RoomTicket { ticket: wrong, ..ticket.clone() };
        assert_eq!(Signal::open(&app, &ticket).await.ends().await, (4401, None));
    }
    let late = guest.ticket().await;
    app.forward(Duration::from_secs(30)).await;
    assert_eq!(Signal::open(&app, &late).await.ends().await, (4401, None), "late");
}

#[tokio::test]
async fn a_ticket_does_not_outlive_the_right_to_be_inside() {
    let (app, host, guest) = admitted().await;
    let ticket = guest.ticket().await;
    let knock = host.all().await.inside[0].guest.clone();
    host.decide("remove", &knock).await;
    assert_eq!(Signal::open(&app, &ticket).await.ends().await, (4403, Some(Bye::Removed)));
}

#[tokio::test]
async fn a_ticket_of_a_process_that_was_killed_opens_nothing() {
    let (mut app, _, guest) = admitted().await;
    let ticket = guest.ticket().await;
    app.crash().await;
    let moved = (4503, Some(Bye::Moved));
    assert_eq!(Signal::open(&app, &ticket).await.ends().await, moved, "nobody holds the room");
    let again = guest.ticket().await;
    assert_eq!(Signal::open(&app, &again).await.welcomed().await.len(), 1);
    app.crash().await;
    guest.ticket().await;
    assert_eq!(Signal::open(&app, &again).await.ends().await, moved, "of an older epoch");
}

#[tokio::test]
async fn another_site_opens_no_connection() {
    let (app, _, guest) = admitted().await;
    let ticket = guest.ticket().await;
    let (ours, address) = (app.origin.clone(), ticket.signal.as_str());
    let elsewhere = address.replace("/signal", "x/signal");
    for (address, origin, protocol, status) in [
        (address, None, Some(PROTOCOL), StatusCode::FORBIDDEN),
        (address, Some("https://evil.example"), Some(PROTOCOL), StatusCode::FORBIDDEN),
        (address, Some("null"), Some(PROTOCOL), StatusCode::FORBIDDEN),
        (address, Some(ours.as_str()), None, StatusCode::BAD_REQUEST),
        (address, Some(ours.as_str()), Some("chat"), StatusCode::BAD_REQUEST),
        (&elsewhere, Some(ours.as_str()), Some(PROTOCOL), StatusCode::NOT_FOUND),
    ] {
        let refused = Signal::upgraded(&app, upgrade(&app, address, origin, protocol)).await.err();
        assert_eq!(refused, Some(status), "{origin:?} {protocol:?}");
    }
    Signal::open(&app, &ticket).await.welcomed().await;
}

#[tokio::test]
async fn who_is_removed_moved_or_shown_out_leaves_at_once() {
    let (app, host, guest) = admitted().await;
    let (mut kim, _) = host.enter(&app).await;
    for (call, code, bye) in [
        ("wait", 4403, Bye::Waiting),
        ("remove", 4403, Bye::Removed),
        ("end-meeting", 4410, Bye::Ended),
    ] {
        let (mut anna, _) = guest.enter(&app).await;
        kim.waits_for_seats(|seats| seats.len() == 2).await;
        let knock = host.all().await.inside[0].guest.clone();
        host.decide(call, &knock).await;
        assert_eq!(anna.ends().await, (code, Some(bye)), "{call}");
        if bye != Bye::Ended {
            kim.waits_for_seats(|seats| seats.len() == 1).await;
            guest.join().await;
            host.decide("admit", &knock_of(&host).await).await;
        }
    }
    assert_eq!(kim.ends().await, (4410, Some(Bye::Ended)));
}

async fn knock_of(host: &Person) -> String {
    let all = host.all().await;
    all.waiting.iter().chain(&all.inside).map(|it| it.guest.clone()).next().expect("a knock")
}

#[tokio::test]
async fn who_signs_out_leaves() {
    let (app, _, guest) = admitted().await;
    let (mut anna, _) = guest.enter(&app).await;
    guest.act("end", &[]).await;
    assert_eq!(anna.ends().await, (4403, Some(Bye::SignedOut)));
}

#[tokio::test]
async fn a_meeting_runs_over_until_its_room_closes() {
    let (app, host, _) = admitted().await;
    let (mut kim, _) = host.enter(&app).await;
    // Being inside counts as activity.
    for _ in 0..12 {
        app.forward(HOUR / 4).await;
        tokio::time::sleep(Duration::from_millis(1_200)).await;
    }
    assert_eq!(kim.ends().await, (4410, Some(Bye::Ended)));
}

#[tokio::test]
async fn who_is_inside_is_told_when_the_meeting_is_moved() {
    let (app, host, guest) = admitted().await;
    let (mut kim, _) = host.enter(&app).await;
    let (mut anna, _) = guest.enter(&app).await;
    let closes_at = |message: &FromServer| match message {
        FromServer::Seats { closes_at, .. } => Some(*closes_at),
        _ => None,
    };
    let before = anna.waits_for(closes_at).await;
    let moved = app.meeting(MINUTE * 5 + HOUR, &[ANNA])["ends_at"].clone();
    let page = change(&app, &guest.invitation, &json!({ "ends_at": moved })).await;
    assert_eq!(page.status, 200, "{}", page.text());
    for browser in [&mut kim, &mut anna] {
        let now = |message: &FromServer| closes_at(message).filter(|at| *at != before);
        assert_eq!(browser.waits_for(now).await - before, 3_600);
    }
    let mut again = Signal::open(&app, &guest.ticket().await).await;
    let welcomed = again.hears().await;
    let FromServer::Welcome { closes_at, .. } = welcomed else { panic!("{welcomed:?}") };
    assert_eq!(closes_at - before, 3_600, "and so is who enters afterwards");
}

#[tokio::test]
async fn the_newest_window_of_a_session_has_the_seat() {
    let (app, host, _) = admitted().await;
    let (mut first, _) = host.enter(&app).await;
    let (mut second, seats) = host.enter(&app).await;
    assert_eq!(seats.len(), 1);
    assert_eq!(first.ends().await, (4409, Some(Bye::TakenOver)));
    second.say(&FromBrowser::State { audio: true, video: true, screen: false, hand: false }).await;
    second.waits_for_seats(|seats| seats.len() == 1 && seats[0].video).await;
    assert_eq!(app.happened(&host.invitation, "joined").await, 1);
    assert_eq!(app.happened(&host.invitation, "left").await, 0);
}

#[tokio::test]
async fn a_broken_connection_is_told_and_keeps_the_seat_for_a_minute() {
    let (app, host, guest) = admitted().await;
    let (mut kim, _) = host.enter(&app).await;
    let (anna, _) = guest.enter(&app).await;
    drop(anna);
    let told = kim.waits_for_seats(|seats| seats.iter().any(|it| it.away)).await;
    assert_eq!(names(&told).len(), 2);
    let (anna, seats) = guest.enter(&app).await;
    assert_eq!(seats.iter().map(|it| it.seat).collect::<Vec<_>>(), [1, 2], "the same seat");
    drop(anna);
    kim.waits_for_seats(|seats| seats.iter().any(|it| it.away)).await;
    app.forward(Duration::from_secs(61)).await;
    kim.waits_for_seats(|seats| seats.len() == 1).await;
    happens(&app, &guest, "left", 1).await;
    happens(&app, &guest, "joined", 2).await;
}

#[tokio::test]
async fn text_is_passed_on_letter_by_letter_and_kept_nowhere() {
    let (app, host, guest) = admitted().await;
    let (mut kim, _) = host.enter(&app).await;
    let (mut anna, _) = guest.enter(&app).await;
    for letters in ["He", "jj", "\u{8}"] {
        anna.say(&FromBrowser::Text { text: letters.to_owned() }).await;
        let read = kim.waits_for(|message| match message {
            FromServer::Text { seat: 2, text } => Some(text.clone()),
            _ => None,
        });
        assert_eq!(read.await, letters);
    }
    let secret = "något mycket ovanligt";
    anna.say(&FromBrowser::Text { text: secret.to_owned() }).await;
    kim.waits_for(|message| matches!(message, FromServer::Text { .. }).then_some(())).await;
    let files = String::from_utf8_lossy(&app.files()).into_owned();
    assert!(!files.contains("mycket ovanligt"));
}

#[tokio::test]
async fn a_host_turns_a_microphone_off_and_a_guest_nobodys() {
    let (app, host, guest) = admitted().await;
    let (mut kim, _) = host.enter(&app).await;
    let (mut anna, _) = guest.enter(&app).await;
    anna.say(&FromBrowser::State { audio: true, video: false, screen: false, hand: false }).await;
    kim.waits_for_seats(|seats| seats.len() == 2 && seats[1].audio).await;
    kim.say(&FromBrowser::Mute { seat: 2 }).await;
    anna.waits_for(|message| (*message == FromServer::Muted).then_some(())).await;
    kim.waits_for_seats(|seats| !seats[1].audio).await;
    anna.say(&FromBrowser::Mute { seat: 1 }).await;
    assert_eq!(anna.ends().await.0, 4403);
}

#[tokio::test]
async fn bad_input_ends_its_connection_alone() {
    let (app, host, guest) = admitted().await;
    let (mut kim, _) = host.enter(&app).await;
    let text = |text: &str| vec![Message::Text(text.to_owned().into())];
    let state = r#"{"type":"state","audio":true,"video":true,"screen":false,"hand":false}"#;
    for (what, messages, code) in [
        ("no JSON", text("hej"), 4400),
        ("an unknown type", text(r#"{"type":"sing"}"#), 4400),
        ("an unknown member", text(r#"{"type":"text","text":"a","to":1}"#), 4400),
        ("a second hello", text(r#"{"type":"hello","ticket":"","offer":""}"#), 4400),
        ("bytes", vec![Message::Binary(vec![0, 1, 2].into())], 4400),
        (
            "a long text",
            text(&format!(r#"{{"type":"text","text":"{}"}}"#, "a".repeat(4_096))),
            4413,
        ),
        ("a megabyte", text(&"a".repeat(1_000_000)), 4413),
        ("a thousand at once", vec![Message::Text(state.to_owned().into()); 1_000], 4429),
    ] {
        let (mut anna, _) = guest.enter(&app).await;
        for message in messages {
            anna.write(message).await;
        }
        assert_eq!(anna.ends().await.0, code, "{what}");
    }
    kim.say(&FromBrowser::State { audio: true, video: false, screen: false, hand: false }).await;
    kim.waits_for_seats(|seats| seats[0].audio).await;
}

#[tokio::test]
async fn a_malformed_hello_ends_the_connection() {
    let (app, _, guest) = admitted().await;
    let hello = |ticket: &RoomTicket, offer: &str| FromBrowser::Hello {
        ticket: ticket.ticket.clone(),
        offer: offer.to_owned(),
    };
    let whole = test_support::signalling::offer(8);
    for (what, offer) in [
        ("no SDP", "hej".to_owned()),
        ("empty", String::new()),
        ("fewer sections", test_support::signalling::offer(7)),
        ("more sections", test_support::signalling::offer(9)),
        ("no ufrag", whole.replace("a=ice-ufrag:abcd\r\n", "")),
        ("odd directions", whole.replace("a=recvonly", "a=sendrecv")),
        ("no direction", whole.replacen("a=sendonly\r\n", "", 1)),
        ("data instead of sound", whole.replacen("m=audio", "m=application", 1)),
        ("a picture instead of sound", whole.replacen("m=audio", "m=video", 1)),
        ("another codec", whole.replace("VP8/90000", "H264/90000")),
        ("no password", whole.replace("a=ice-pwd:abcdefghijklmnopqrstuvwx\r\n", "")),
        ("two ufrags", whole.replacen("a=ice-ufrag:abcd", "a=ice-ufrag:efgh", 1)),
        ("no fingerprint", whole.replace("a=fingerprint", "a=footprint")),
        ("no bundle", whole.replace("a=group:BUNDLE", "a=group:LS")),
        ("a section twice", whole.replacen("a=mid:1\r\n", "a=mid:0\r\n", 1)),
    ] {
        let ticket = guest.ticket().await;
        let mut anna = Signal::silent(&app, &ticket).await;
        anna.say(&hello(&ticket, &offer)).await;
        assert_eq!(anna.ends().await, (4400, None), "{what}");
    }
    let mut anna = Signal::silent(&app, &guest.ticket().await).await;
    anna.say(&FromBrowser::Mute { seat: 1 }).await;
    assert_eq!(anna.ends().await.0, 4400);
}

#[tokio::test]
async fn who_says_nothing_is_let_go_after_five_seconds() {
    let (app, _, guest) = admitted().await;
    let mut anna = Signal::silent(&app, &guest.ticket().await).await;
    assert_eq!(anna.ends().await, (4408, None));
}

#[tokio::test]
async fn a_connection_can_be_tried_out_days_ahead_and_nobody_hears_it() {
    let app = start().await;
    let early = BuiltIn::book(&app, &app.meeting(DAY, &[ANNA])).await;
    let guest = Person::identified(&app, &early.guests[0]).await;
    let page = guest.act("check", &[]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let ticket: RoomTicket = serde_json::from_value(page.json()).expect("a ticket");
    let mut signal = Signal::open(&app, &ticket).await;
    assert_eq!(signal.welcomed().await, []);
    let stranger = Person { browser: app.loaded(), invitation: early.guests[0].clone() };
    assert_eq!(stranger.act("check", &[]).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn browsers_get_the_turn_servers_with_credentials() {
    let app = with_rooms()
        .with("room.turn.urls", "turns:turn.kommun.example:443?transport=tcp")
        .with("room.turn.secret", "north")
        .start()
        .await;
    let (host, _) = host_and_guest(&app).await;
    let ticket = host.ticket().await;
    let [turn] = ticket.turn.as_slice() else { panic!("{ticket:?}") };
    assert_eq!(turn.urls, ["turns:turn.kommun.example:443?transport=tcp"]);
    assert!(turn.username.parse::<i64>().is_ok() && !turn.credential.is_empty(), "{turn:?}");
}

#[tokio::test]
async fn only_the_page_of_an_open_room_may_use_the_camera() {
    let (app, _, guest) = admitted().await;
    let browser = app.browser();
    app.forward(MINUTE * 2).await;
    browser.identify(&app, &guest.invitation).await;
    let invitation = browser.get(&guest.invitation.step("invitation")).await;
    assert!(invitation.header("permissions-policy").contains("camera=()"));
    browser.post("/do/enter", &[("invitation", &guest.invitation.token)]).await;
    let meeting = browser.get(&guest.invitation.step("meeting")).await;
    let permissions = meeting.header("permissions-policy");
    for feature in ["camera", "microphone", "display-capture", "screen-wake-lock", "fullscreen"] {
        assert!(permissions.contains(&format!("{feature}=(self)")), "{permissions}");
    }
    let signal = app.origin.replacen("http", "ws", 1);
    let policy = meeting.header("content-security-policy");
    assert!(policy.contains(&format!("connect-src 'self' {signal};")), "{policy}");
}
