//! Rooms whose media go through LiveKit: who gets in, with which token, and what ends it there.

use app::wire::{
    Lobby, Role,
    signal::{Bye, FromBrowser, FromServer, Seat},
};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use test_support::{
    fake_livekit::{KEY, LiveKitServer, Manner, SECRET, claims},
    meeting_room::{BuiltIn, Person, conference},
    signalling::Signal,
    test_app::{ANNA, HOUR, KIM, MINUTE, TestApp, TestAppBuilder},
};

const CIA: &str = "cia@example.org";

/// A service at a LiveKit.
async fn start() -> (TestApp, LiveKitServer) {
    let livekit = LiveKitServer::start().await;
    let app = TestAppBuilder::product()
        .with("livekit.url", &livekit.url())
        .with("livekit.api_key", KEY)
        .with("livekit.api_secret", SECRET)
        .start()
        .await;
    (app, livekit)
}

/// A meeting whose host has let the guests in, each with the knock.
async fn admitted<const N: usize>(
    app: &TestApp,
    guests: [&str; N],
) -> (Person, [(Person, String); N]) {
    let meeting = BuiltIn::book_kind(app, &app.meeting(MINUTE * 5, &guests), "livekit").await;
    let host = Person::identified(app, &meeting.host).await;
    let page = host.join().await;
    assert!(matches!(conference(&page).lobby, Some(Lobby::Host(_))), "{}", page.text());
    let mut people = Vec::new();
    for guest in &meeting.guests {
        let guest = Person::waiting(app, guest).await;
        let knock = host.who_waits().await;
        host.decide("admit", &knock).await;
        people.push((guest, knock));
    }
    (host, people.try_into().ok().expect("as many"))
}

/// Somebody inside: the signalling, the address and token for LiveKit, and the seats.
struct Inside {
    signal: Signal,
    url: String,
    claims: Value,
    seats: Vec<Seat>,
}

impl Inside {
    /// Enters the room, and connects to LiveKit as the client does.
    async fn enter(app: &TestApp, livekit: &LiveKitServer, person: &Person) -> Self {
        let ticket = person.ticket().await;
        assert!(ticket.livekit && ticket.turn.is_empty());
        let mut signal = Signal::open(app, &ticket).await;
        let FromServer::Welcome { answer, seats, .. } = signal.hears().await else {
            panic!("no welcome")
        };
        let access: Value = serde_json::from_str(&answer).expect("JSON");
        let text = |name: &str| access[name].as_str().expect(name).to_owned();
        let claims = claims(&text("token"));
        let inside = Self { signal, url: text("url"), claims, seats };
        livekit.joins(&inside.room(), &inside.identity());
        inside
    }

    fn room(&self) -> String {
        self.claims["video"]["room"].as_str().expect("a room").to_owned()
    }

    fn identity(&self) -> String {
        self.claims["sub"].as_str().expect("an identity").to_owned()
    }
}

#[tokio::test]
async fn who_was_let_in_gets_a_token_for_the_room_with_the_name_that_others_read() {
    let (app, livekit) = start().await;
    let (host, [(guest, _)]) = admitted(&app, [ANNA]).await;
    let mut kim = Inside::enter(&app, &livekit, &host).await;
    let anna = Inside::enter(&app, &livekit, &guest).await;
    assert_eq!((&anna.url, &kim.url), (&livekit.url(), &livekit.url()));
    assert_eq!(anna.claims["name"], "Anna Andersson");
    assert_eq!(kim.claims["name"], "Kim Handläggare");
    assert_eq!(anna.room(), kim.room());
    assert_ne!(anna.identity(), kim.identity());
    let grants = json!({
        "room": anna.room(),
        "roomJoin": true,
        "canPublish": true,
        "canPublishSources": ["microphone", "camera", "screen_share"],
        "canPublishData": false,
        "canSubscribe": true,
        "canUpdateOwnMetadata": false,
    });
    assert_eq!(anna.claims["video"], grants);
    assert_eq!(kim.claims["video"], grants, "a host leads here, and not there");
    let text = anna.claims.to_string();
    for secret in [ANNA, KIM, &guest.invitation.id, &guest.invitation.meeting] {
        assert!(!text.contains(secret), "{secret}");
    }
    // It holds until the room closes, which the welcome says as well.
    let exp = anna.claims["exp"].as_i64().expect("an end");
    let told = kim.signal.waits_for(|message| match message {
        FromServer::Seats { seats, closes_at } if seats.len() == 2 => {
            Some((seats.clone(), *closes_at))
        }
        _ => None,
    });
    let (seats, closes_at) = told.await;
    assert_eq!(exp, closes_at);
    // Each finds the other by the identity there.
    let slots = seats[1].slots.clone().expect("Anna's slots");
    assert_eq!(slots.audio, format!("{} microphone", anna.identity()));
    assert_eq!(slots.video, format!("{} camera", anna.identity()));
    assert_eq!(slots.screen, Some(format!("{} screen_share", anna.identity())));
    assert!(seats[0].slots.is_none(), "the own seat has none");
    let theirs: Vec<_> = anna.seats.iter().map(|seat| (seat.role, seat.slots.is_some())).collect();
    assert_eq!(theirs, [(Role::Host, true), (Role::Guest, false)]);
}

#[tokio::test]
async fn nobody_gets_a_token_who_was_not_let_in() {
    let (app, livekit) = start().await;
    let meeting = BuiltIn::book_kind(&app, &app.meeting(MINUTE * 5, &[ANNA]), "livekit").await;
    let guest = Person::identified(&app, &meeting.guests[0]).await;
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::CONFLICT);
    guest.join().await;
    assert_eq!(guest.asks_for_ticket().await.status, StatusCode::CONFLICT);
    let early = BuiltIn::book_kind(&app, &app.meeting(HOUR * 30, &[CIA]), "livekit").await;
    let ahead = app.loaded();
    ahead.identify(&app, &early.guests[0]).await;
    let ahead = Person { browser: ahead, invitation: early.guests[0].clone() };
    assert_eq!(ahead.asks_for_ticket().await.status, StatusCode::CONFLICT);
    assert!(livekit.calls("CreateRoom").is_empty());
}

#[tokio::test]
async fn one_who_is_taken_out_has_a_token_for_an_empty_room() {
    let (app, livekit) = start().await;
    let (host, [(first, knock), (second, _)]) = admitted(&app, [ANNA, CIA]).await;
    let mut kim = Inside::enter(&app, &livekit, &host).await;
    let mut anna = Inside::enter(&app, &livekit, &first).await;
    let mut cia = Inside::enter(&app, &livekit, &second).await;
    host.decide("remove", &knock).await;
    assert_eq!(anna.signal.ends().await, (4403, Some(Bye::Removed)));
    let moved = (4503, Some(Bye::Moved));
    assert_eq!((kim.signal.ends().await, cia.signal.ends().await), (moved, moved));
    let old = anna.room();
    livekit.waits("the old room ends", |it| it.inside(&old).is_none()).await;
    let again = Inside::enter(&app, &livekit, &second).await;
    assert_ne!(again.room(), old);
    assert_eq!(again.seats.len(), 2, "both kept their seats, and Anna has none");
    assert_eq!(app.happened(&first.invitation, "left").await, 1, "Anna alone");
    assert_eq!(app.happened(&first.invitation, "joined").await, 3, "each once");
}

#[tokio::test]
async fn whoever_does_not_belong_in_a_room_is_sent_out() {
    let (app, livekit) = start().await;
    let (host, _) = admitted(&app, [ANNA]).await;
    let kim = Inside::enter(&app, &livekit, &host).await;
    livekit.joins(&kim.room(), "77");
    livekit
        .waits("the stranger goes", |it| it.inside(&kim.room()).is_some_and(|it| it.len() == 1))
        .await;
    assert_eq!(livekit.inside(&kim.room()), Some(vec![kim.identity()]));
    // One that comes back has a token that still holds.
    let mut kim = kim;
    let looks = livekit.calls("ListParticipants").len();
    livekit.waits("another look", |it| it.calls("ListParticipants").len() > looks).await;
    livekit.joins(&kim.room(), "77");
    assert_eq!(kim.signal.ends().await, (4503, Some(Bye::Moved)));
    livekit.waits("the old room ends", |it| it.inside(&kim.room()).is_none()).await;
    let old = kim.room();
    let kim = Inside::enter(&app, &livekit, &host).await;
    assert_ne!(kim.room(), old);
    // The same person in another window.
    let again = Inside::enter(&app, &livekit, &host).await;
    assert_eq!(again.room(), kim.room());
    livekit
        .waits("the old window goes", |it| it.inside(&kim.room()) == Some(vec![again.identity()]))
        .await;
}

#[tokio::test]
async fn a_host_turns_a_microphone_off_there_too() {
    let (app, livekit) = start().await;
    let (host, [(guest, _)]) = admitted(&app, [ANNA]).await;
    let mut kim = Inside::enter(&app, &livekit, &host).await;
    let mut anna = Inside::enter(&app, &livekit, &guest).await;
    let seat = anna.seats.iter().find(|it| it.role == Role::Guest).expect("the own").seat;
    kim.signal.say(&FromBrowser::Mute { seat }).await;
    anna.signal.waits_for(|it| matches!(it, FromServer::Muted).then_some(())).await;
    livekit.waits("it is off", |it| it.calls("MutePublishedTrack").len() == 1).await;
    assert_eq!(livekit.calls("MutePublishedTrack")[0]["identity"], anna.identity());
}

#[tokio::test]
async fn the_end_of_the_meeting_ends_the_room_there() {
    let (app, livekit) = start().await;
    let (host, [(guest, _)]) = admitted(&app, [ANNA]).await;
    let mut kim = Inside::enter(&app, &livekit, &host).await;
    let mut anna = Inside::enter(&app, &livekit, &guest).await;
    host.act("end-meeting", &[]).await;
    let ended = (4410, Some(Bye::Ended));
    assert_eq!((kim.signal.ends().await, anna.signal.ends().await), (ended, ended));
    livekit.waits("the room ends", |it| it.inside(&kim.room()).is_none()).await;
}

#[tokio::test]
async fn what_could_not_be_ended_is_ended_later() {
    let (app, livekit) = start().await;
    let (host, _) = admitted(&app, [ANNA]).await;
    let kim = Inside::enter(&app, &livekit, &host).await;
    let room = kim.room();
    livekit.answers(Manner::Refuses);
    kim.signal.leave().await;
    while app.happened(&host.invitation, "left").await == 0 {
        tokio::task::yield_now().await;
    }
    assert!(livekit.inside(&room).is_some());
    livekit.answers(Manner::Right);
    livekit.waits("the room ends", |it| it.inside(&room).is_none()).await;
}

#[tokio::test]
async fn without_livekit_a_visitor_is_told_at_once_and_keeps_the_right_to_come_in() {
    let (app, livekit) = start().await;
    let (host, _) = admitted(&app, [ANNA]).await;
    for manner in [Manner::Refuses, Manner::Nonsense, Manner::Silent] {
        livekit.answers(manner);
        let ticket = host.ticket().await;
        let mut signal = Signal::open(&app, &ticket).await;
        assert_eq!(signal.ends().await, (4502, None), "{manner:?}");
    }
    livekit.answers(Manner::Right);
    let kim = Inside::enter(&app, &livekit, &host).await;
    assert_eq!(kim.seats.len(), 1);
}

#[tokio::test]
async fn a_connection_is_tried_in_a_room_of_its_own() {
    let (app, livekit) = start().await;
    let meeting = BuiltIn::book_kind(&app, &app.meeting(HOUR * 30, &[ANNA]), "livekit").await;
    let browser = app.loaded();
    browser.identify(&app, &meeting.guests[0]).await;
    let guest = Person { browser, invitation: meeting.guests[0].clone() };
    let page = guest.act("check", &[]).await;
    let ticket = serde_json::from_value(page.json()).expect("a ticket");
    let mut signal = Signal::open(&app, &ticket).await;
    let access: Value = serde_json::from_str(&signal.answered().await).expect("JSON");
    let claims = claims(access["token"].as_str().expect("a token"));
    let room = claims["video"]["room"].as_str().expect("a room").to_owned();
    assert!(claims["name"].is_null(), "nobody reads it");
    assert_eq!(livekit.inside(&room), Some(Vec::new()));
    signal.leave().await;
    livekit.waits("the room ends", |it| it.inside(&room).is_none()).await;
}

#[tokio::test]
async fn a_kind_of_room_that_is_not_configured_can_t_be_booked() {
    let app = TestApp::start().await;
    let mut meeting = app.meeting(HOUR, &[ANNA]);
    meeting["room"] = json!({ "kind": "livekit" });
    let page = app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = page.text();
    assert!(text.contains("/room/kind") && text.contains("no LiveKit is configured"), "{text}");
}
