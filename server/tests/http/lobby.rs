//! The waiting room: guests knock, hosts decide, and nobody else does.

use app::wire::{Identified, Knock, Lobby, Presence, Role, Screen};
use axum::http::{Method, StatusCode};
use test_support::{
    meeting_room::{BuiltIn, Person, conference, host_and_guest, with_rooms},
    test_app::{ANNA, CIA, DAY, HOUR, Invitation, MINUTE, ROOM, SECOND, TestApp},
};

const BO: &str = "bo@example.org";

async fn start() -> TestApp {
    with_rooms().start().await
}

#[tokio::test]
async fn a_guest_knocks_and_is_let_in_by_name_and_method() {
    let app = start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA, BO]).await;
    let guest = Person::identified(&app, &meeting.guests[0]).await;
    let page = guest.browser.get(&guest.invitation.step("meeting")).await;
    let before = conference(&page);
    assert_eq!((before.role, before.people, before.hosts.len()), (Role::Guest, 8, 1));
    assert_eq!(before.hosts[0].method, None, "the host has not identified");
    assert_eq!((before.leader.as_str(), before.lobby), ("Kim Handläggare", None));
    assert_eq!(guest.lobby().await.status, 404, "nobody hears who has not knocked");

    let page = guest.join().await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "meeting"));
    let Some(Lobby::Guest(lobby)) = conference(&page).lobby else { panic!("{}", page.text()) };
    assert_eq!((lobby.state, lobby.host), (Knock::Waiting, Presence::Away));
    assert_eq!(app.status(&guest.invitation).await, "waiting");

    let host = Person::identified(&app, &meeting.host).await;
    let page = host.browser.get(&host.invitation.step("meeting")).await;
    let before = conference(&page);
    assert_eq!((before.role, before.lobby), (Role::Host, None));
    assert_eq!(host.lobby().await.status, 404);
    host.join().await;
    let all = host.all().await;
    assert_eq!((all.inside.len(), all.locked), (0, false));
    let [waiting] = all.waiting.as_slice() else { panic!("{all:?}") };
    assert_eq!((waiting.name.as_str(), waiting.name_proven), ("Anna Andersson", false));
    assert_eq!((waiting.method, waiting.level.as_str()), (Identified::EmailCode, "loa2"));
    assert_eq!(waiting.identity_matched, None);
    assert_eq!(waiting.since, lobby.since);
    let (equipment, told) = (waiting.equipment, (Some(true), Some(false), None));
    assert_eq!((equipment.camera, equipment.microphone, equipment.connection), told);

    let page = host.decide("admit", &waiting.guest).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "meeting"));
    let Some(Lobby::Host(all)) = conference(&page).lobby else { panic!("{}", page.text()) };
    assert_eq!((all.waiting.len(), all.inside.len()), (0, 1));
    assert_eq!(guest.state().await, Knock::Admitted);
    let page = guest.browser.get(&guest.invitation.step("meeting")).await;
    let hosts = conference(&page).hosts;
    assert_eq!(hosts.len(), 1);
    assert_eq!(
        (hosts[0].name.as_str(), hosts[0].method),
        ("Kim Handläggare", Some(Identified::EmailCode))
    );
    let events = app.events(&guest.invitation).await;
    let ours: Vec<_> =
        events.iter().filter(|it| ["waiting", "admitted"].contains(&it.as_str())).collect();
    assert_eq!(ours, ["waiting", "admitted"]);
}

#[tokio::test]
async fn a_second_knock_changes_nothing() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    let (first, since) = (host.who_waits().await, guest.own().await.since);
    app.forward(MINUTE).await;
    guest.join().await;
    assert_eq!((host.who_waits().await, guest.own().await.since), (first.clone(), since));
    host.decide("admit", &first).await;
    guest.join().await;
    assert_eq!(guest.state().await, Knock::Admitted);
    assert_eq!(app.happened(&guest.invitation, "waiting").await, 1);
    host.join().await;
    assert_eq!(host.all().await.inside.len(), 1);
}

#[tokio::test]
async fn a_plain_form_knocks_and_is_led_to_the_meeting_page() {
    let app = start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA]).await;
    let browser = app.browser();
    let guest = &meeting.guests[0];
    browser.identify(&app, guest).await;
    let page = browser.post("/do/join", &[("invitation", &guest.token)]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.header("location"), guest.step("meeting"));
    assert_eq!(app.status(guest).await, "waiting");
    assert_eq!(browser.get(&guest.step("meeting")).await.status, 200);
}

#[tokio::test]
async fn a_room_that_is_not_open_takes_no_knock() {
    let app = start().await;
    let early = BuiltIn::book(&app, &app.meeting(DAY, &[ANNA])).await;
    let guest = Person::identified(&app, &early.guests[0]).await;
    assert_eq!(guest.join().await.status, 422);
    assert_eq!(guest.lobby().await.status, 404);
    assert_eq!(app.happened(&guest.invitation, "waiting").await, 0);
    let host = Person::identified(&app, &early.host).await;
    assert_eq!(host.join().await.status, 422);
    assert_eq!(host.act("lock", &[("on", "yes")]).await.status, 409);
    assert_eq!(app.rows("rooms", "opened_at IS NOT NULL OR locked").await, 0);
}

#[tokio::test]
async fn a_refused_or_removed_guest_is_out_and_can_knock_again() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    let first = host.who_waits().await;
    host.decide("refuse", &first).await;
    assert_eq!(guest.state().await, Knock::Refused);
    assert_eq!(host.all().await.waiting.len(), 0);
    guest.join().await;
    assert_eq!(guest.state().await, Knock::Waiting);
    let second = host.who_waits().await;
    assert_ne!(first, second);
    assert_eq!(host.decide("admit", &first).await.status, 409, "the old knock is gone");
    assert_eq!(guest.state().await, Knock::Waiting);
    host.decide("admit", &second).await;
    host.decide("remove", &second).await;
    assert_eq!(guest.state().await, Knock::Removed);
    guest.join().await;
    assert_eq!(guest.state().await, Knock::Waiting, "a removed guest is not inside by knocking");
    host.decide("admit", &host.who_waits().await).await;
    let again = host.all().await.inside[0].guest.clone();
    app.forward(MINUTE).await;
    host.decide("wait", &again).await;
    let own = guest.own().await;
    assert_eq!(own.state, Knock::Waiting);
    assert_eq!(own.since.unix, app.now().0 / 1000, "the wait begins anew");
    let kinds = ["waiting", "refused", "admitted", "removed"];
    let events = app.events(&guest.invitation).await;
    let ours: Vec<_> = events.iter().map(String::as_str).filter(|it| kinds.contains(it)).collect();
    assert_eq!(
        ours,
        ["waiting", "refused", "waiting", "admitted", "removed", "waiting", "admitted", "waiting"]
    );
}

#[tokio::test]
async fn a_locked_meeting_takes_no_new_knocks_and_keeps_those_inside() {
    let app = start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA, BO, CIA]).await;
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    let inside = Person::waiting(&app, &meeting.guests[0]).await;
    host.decide("admit", &host.who_waits().await).await;
    let waiting = Person::waiting(&app, &meeting.guests[1]).await;
    let page = host.act("lock", &[("on", "yes")]).await;
    let Some(Lobby::Host(all)) = conference(&page).lobby else { panic!("{}", page.text()) };
    assert!(all.locked);
    let late = Person::identified(&app, &meeting.guests[2]).await;
    let page = late.join().await;
    let Some(Lobby::Guest(lobby)) = conference(&page).lobby else { panic!("{}", page.text()) };
    assert_eq!(lobby.state, Knock::Locked);
    assert_eq!(late.state().await, Knock::Locked);
    assert_eq!(app.rows("knocks", "state = 'waiting'").await, 1);
    assert_eq!(inside.state().await, Knock::Admitted);
    assert_eq!(waiting.state().await, Knock::Waiting);
    host.act("lock", &[("on", "no")]).await;
    assert_eq!(late.lobby().await.status, 404);
    late.join().await;
    assert_eq!(late.state().await, Knock::Waiting);
}

#[tokio::test]
async fn an_ended_meeting_is_over_for_everybody() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    assert_eq!(host.act("end-meeting", &[]).await.status, 200);
    assert_eq!(host.act("end-meeting", &[]).await.status, 200, "a second time changes nothing");
    assert_eq!(app.happened(&guest.invitation, "ended").await, 1);
    assert_eq!(guest.state().await, Knock::Ended);
    guest.join().await;
    assert_eq!(guest.state().await, Knock::Ended);
    assert_eq!(host.act("lock", &[("on", "yes")]).await.status, 409);
    host.join().await;
    assert_eq!(guest.state().await, Knock::Ended, "no host reopens what has ended");
    // At another time it begins again, and nobody is admitted yet.
    app.move_silently(&guest.invitation.meeting, HOUR * 2).await;
    app.forward(HOUR * 2).await;
    let guest = Person::waiting(&app, &guest.invitation).await;
    assert_eq!(guest.state().await, Knock::Waiting);
}

#[tokio::test]
async fn who_was_let_in_before_an_end_knocks_anew() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    host.act("end-meeting", &[]).await;
    app.move_silently(&guest.invitation.meeting, MINUTE * 20).await;
    app.forward(MINUTE * 15).await;
    host.join().await;
    assert_eq!(host.all().await.inside, []);
    assert_eq!(guest.lobby().await.status, 404, "the knock is forgotten");
    assert_eq!(guest.asks_for_ticket().await.status, 409);
    guest.join().await;
    assert_eq!(guest.state().await, Knock::Waiting);
}

#[tokio::test]
async fn only_hosts_of_the_meeting_decide() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    let knock = host.who_waits().await;
    // Another code is sent after a while.
    app.forward(MINUTE * 2).await;
    let other = BuiltIn::booked(&app, &[BO]).await;
    let stranger = Person { browser: app.loaded(), invitation: host.invitation.clone() };
    // The host of another meeting, with the link of this one.
    let mut foreign = Person::identified(&app, &other.host).await;
    foreign.join().await;
    let elsewhere = foreign.decide("admit", &knock).await;
    assert_eq!(elsewhere.status, 409, "the knock of another meeting is none of theirs");
    foreign.invitation = host.invitation.clone();
    let plain = app.browser();
    plain.identify(&app, &guest.invitation).await;
    let before = app.memory().await;
    for (call, more) in [
        ("admit", ("guest", knock.as_str())),
        ("refuse", ("guest", &knock)),
        ("wait", ("guest", &knock)),
        ("remove", ("guest", &knock)),
        ("tell", ("guest", &knock)),
        ("lock", ("on", "yes")),
        ("end-meeting", ("on", "yes")),
    ] {
        for person in [&guest, &stranger, &foreign] {
            let page = person.act(call, &[more, ("text", "Hej")]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{call}");
            assert!(matches!(page.view().screen, Screen::BadRequest), "{call}");
        }
        let fields = [("invitation", guest.invitation.token.as_str()), more];
        let page = plain.post(&format!("/do/{call}"), &fields).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{call}");
        assert!(page.header("content-type").starts_with("text/html"), "{call}");
        assert_eq!(page.header("location"), "", "{call}");
    }
    assert_eq!(app.memory().await, before, "nothing has changed");
    assert_eq!(guest.state().await, Knock::Waiting);
}

#[tokio::test]
async fn a_knock_that_there_is_not_changes_nothing() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    let before = app.memory().await;
    for id in ["", "x", "00000000-0000-0000-0000-000000000000", "\0", "' OR 1 = 1"] {
        for call in ["admit", "refuse", "wait", "remove"] {
            assert_eq!(host.decide(call, id).await.status, 409, "{call} {id:?}");
        }
    }
    let knock = host.who_waits().await;
    for call in ["wait", "remove"] {
        let expected = if call == "wait" { 200 } else { 409 };
        assert_eq!(host.decide(call, &knock).await.status, expected, "{call} of one who waits");
    }
    assert_eq!(app.memory().await, before);
    assert_eq!(guest.state().await, Knock::Waiting);
}

#[tokio::test]
async fn a_host_writes_to_a_guest_who_waits() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    let knock = host.who_waits().await;
    let tell = async |text: &str| {
        host.act("tell", &[("guest", knock.as_str()), ("text", text)]).await.status
    };
    assert_eq!(tell("  Jag är strax hos dig <b>!  ").await, 200);
    assert_eq!(guest.own().await.message, "Jag är strax hos dig <b>!");
    for bad in ["", "   ", "två\nrader", "\u{202e}bakvänt", &"x".repeat(201)] {
        assert_eq!(tell(bad).await, 422, "{bad:?}");
    }
    assert_eq!(guest.own().await.message, "Jag är strax hos dig <b>!");
    assert_eq!(tell(&"å".repeat(200)).await, 200);
    host.decide("refuse", &knock).await;
    guest.join().await;
    assert_eq!(guest.own().await.message, "", "a new knock has no message");
}

#[tokio::test]
async fn another_device_knocks_for_itself() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    host.decide("admit", &host.who_waits().await).await;
    // Another code is sent after a while.
    app.forward(MINUTE * 2).await;
    let phone = Person::identified(&app, &guest.invitation).await;
    assert_eq!(phone.lobby().await.status, 404);
    phone.join().await;
    assert_eq!(phone.state().await, Knock::Waiting);
    let all = host.all().await;
    assert_eq!((all.inside.len(), all.waiting.len()), (1, 1), "the first one is seen inside");
    assert_eq!(guest.state().await, Knock::Admitted);
}

#[tokio::test]
async fn a_knock_is_over_with_its_session_or_its_link() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    guest.browser.post("/do/end", &[("invitation", &guest.invitation.token)]).await;
    assert_eq!(host.all().await.waiting.len(), 0);
    assert_eq!(guest.lobby().await.status, 404);
    // Another code is sent after a while.
    app.forward(MINUTE * 2).await;
    let guest = Person::waiting(&app, &guest.invitation).await;
    assert_eq!(host.all().await.waiting.len(), 1);
    // The host's own activity keeps only the host's session alive.
    for _ in 0..4 {
        app.forward(MINUTE * 10).await;
        host.browser.get(&host.invitation.step("meeting")).await;
        host.act("stay", &[]).await;
    }
    assert_eq!(host.all().await.waiting.len(), 0, "the guest's session has ended");
    assert_eq!(guest.lobby().await.status, 404);
    let guest = Person::waiting(&app, &guest.invitation).await;
    let path = format!(
        "/api/v1/meetings/{}/recipients/{}/invitation",
        guest.invitation.meeting, guest.invitation.id
    );
    assert!(app.api(Method::POST, &path, None).await.status.is_success());
    assert_eq!(host.all().await.waiting.len(), 0, "the link is an old one");
    assert_eq!(guest.lobby().await.status, 404);
}

#[tokio::test]
async fn waiting_keeps_a_session_alive() {
    let app = start().await;
    let (_, guest) = host_and_guest(&app).await;
    for _ in 0..6 {
        app.forward(MINUTE * 10).await;
        assert_eq!(guest.state().await, Knock::Waiting);
    }
}

#[tokio::test]
async fn who_wishes_to_be_called_is_passed_on_a_few_times() {
    let app = start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA]).await;
    let guest = &meeting.guests[0];
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    for number in 1..=5 {
        let browser = app.browser();
        let fields = [("invitation", guest.token.as_str()), ("path", &guest.step("method"))];
        let page = browser.go("/do/ring-me", &fields).await;
        assert_eq!((page.status, page.screen()), (StatusCode::OK, "method"));
        assert!(page.text().contains("Avsändaren kan nu se"), "{}", page.text());
        browser.go("/do/ring-me", &fields).await;
        assert_eq!(app.happened(guest, "call-wanted").await, number.min(3));
    }
    let event = app.event(guest, "call-wanted").await;
    assert_eq!((&event["step"], &event["recipient"]), (&"method".into(), &guest.id.clone().into()));
    assert_eq!(app.status(guest).await, "opened", "it proves nothing");
    let calls = host.all().await.calls;
    assert_eq!(calls.len(), 3);
    assert_eq!((calls[0].name.as_str(), calls[0].step.as_str()), ("Anna Andersson", "method"));
}

#[tokio::test]
async fn equipment_is_tested_days_ahead_and_shown_beside_the_name() {
    let app = start().await;
    let meeting = BuiltIn::book(&app, &app.meeting(MINUTE * 30, &[ANNA])).await;
    let guest = Person::identified(&app, &meeting.guests[0]).await;
    let page = guest.act("equipment", &[("camera", "no"), ("connection", "yes")]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let stranger = Person { browser: app.loaded(), invitation: guest.invitation.clone() };
    assert_eq!(stranger.act("equipment", &[("camera", "yes")]).await.status, 401);
    app.forward(MINUTE * 20).await;
    guest.act("join", &[("microphone", "yes")]).await;
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    let equipment = host.all().await.waiting[0].equipment;
    assert_eq!(equipment.camera, Some(false));
    assert_eq!((equipment.microphone, equipment.connection), (Some(true), Some(true)));
    guest.act("equipment", &[("camera", "yes"), ("microphone", "nonsense")]).await;
    let equipment = host.all().await.waiting[0].equipment;
    assert_eq!((equipment.camera, equipment.microphone), (Some(true), Some(true)));
}

#[tokio::test]
async fn a_test_of_days_ago_is_still_shown_beside_the_name() {
    let app = start().await;
    let meeting = BuiltIn::book(&app, &app.meeting(DAY * 3, &[ANNA])).await;
    let early = Person::identified(&app, &meeting.guests[0]).await;
    early.act("equipment", &[("camera", "yes")]).await;
    early.act("equipment", &[("microphone", "no"), ("connection", "yes")]).await;
    app.forward(DAY * 3).await;
    assert_eq!(early.act("equipment", &[]).await.status, 401, "its session has ended");
    let guest = Person::identified(&app, &meeting.guests[0]).await;
    guest.act("join", &[("camera", "no"), ("microphone", "no")]).await;
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    let equipment = host.all().await.waiting[0].equipment;
    assert_eq!(equipment.camera, Some(true), "it was left off, and works");
    assert_eq!((equipment.microphone, equipment.connection), (Some(false), Some(true)));
    // What is so today counts more.
    guest.act("equipment", &[("camera", "no"), ("connection", "no")]).await;
    let equipment = host.all().await.waiting[0].equipment;
    assert_eq!((equipment.camera, equipment.connection), (Some(false), Some(false)));
    guest.act("join", &[("camera", "no"), ("microphone", "yes")]).await;
    let equipment = host.all().await.waiting[0].equipment;
    assert_eq!((equipment.camera, equipment.microphone), (Some(false), Some(true)));
}

#[tokio::test]
async fn a_test_with_an_earlier_link_is_not_shown() {
    let app = start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA]).await;
    let guest = &meeting.guests[0];
    Person::identified(&app, guest).await.act("equipment", &[("connection", "no")]).await;
    let path = format!("/api/v1/meetings/{}/recipients/{}/invitation", guest.meeting, guest.id);
    assert!(app.api(Method::POST, &path, None).await.status.is_success());
    let mail = app.mail(&guest.email).await;
    let link = mail.iter().rev().find_map(|it| it.link()).expect("a link");
    let token = link.rsplit('/').next().expect("a token").to_owned();
    app.forward(MINUTE * 2).await;
    Person::waiting(&app, &Invitation { token, ..guest.clone() }).await;
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    assert_eq!(host.all().await.waiting[0].equipment.connection, None);
}

#[tokio::test]
async fn a_link_room_knows_no_waiting_room() {
    let app = start().await;
    let invitation = app.invite(ANNA).await;
    let guest = Person::identified(&app, &invitation).await;
    let page = guest.browser.get(&invitation.step("meeting")).await;
    let Screen::Meeting(shown) = page.view().screen else { panic!("{}", page.text()) };
    assert_eq!(shown.conference, None);
    assert_eq!(guest.act("lock", &[("on", "yes")]).await.status, 403);
    let page = guest.join().await;
    assert_eq!(page.screen(), "room");
    assert!(page.text().contains(ROOM));
    assert_eq!(guest.lobby().await.status, 404);
    assert_eq!(app.rows("rooms", "version >= 0").await, 0);
}

#[tokio::test]
async fn fifty_who_knock_at_once_all_wait() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    // Fifty times one session, whose knock stays one.
    let knocks = (0..50).map(|_| guest.join());
    for page in futures_util::future::join_all(knocks).await {
        assert_eq!(page.status, 200);
    }
    assert_eq!(host.all().await.waiting.len(), 1);
    assert_eq!(app.happened(&guest.invitation, "waiting").await, 1);
    let knock = host.who_waits().await;
    let decisions = (0..50).map(|number| {
        let call = if number % 2 == 0 { "admit" } else { "refuse" };
        host.decide(call, &knock)
    });
    futures_util::future::join_all(decisions).await;
    let events = app.events(&guest.invitation).await;
    let admitted = events.iter().filter(|it| *it == "admitted").count();
    assert_eq!(
        admitted, 1,
        "who was refused may be let in after all, and nobody is refused inside"
    );
    assert_eq!(guest.state().await, Knock::Admitted);
}

#[tokio::test]
async fn news_of_the_waiting_room_are_told_at_once() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    let mut stream = guest.listen(app.address).await;
    assert_eq!(stream.next().await["state"], "waiting");
    host.decide("admit", &host.who_waits().await).await;
    assert_eq!(stream.next().await["state"], "admitted");
    host.act("end-meeting", &[]).await;
    assert_eq!(stream.next().await["state"], "ended");
}

#[tokio::test]
async fn a_host_who_is_not_there_gets_one_mail() {
    let app = start().await;
    let mails = async || {
        let mail = app.mail("kim@kommun.example").await;
        let waits = mail.iter().filter(|it| it.rendered.subject.starts_with("Någon väntar"));
        waits.map(|it| it.rendered.text.clone()).collect::<Vec<_>>()
    };
    let meeting = BuiltIn::booked(&app, &[ANNA, BO]).await;
    Person::waiting(&app, &meeting.guests[0]).await;
    Person::waiting(&app, &meeting.guests[1]).await;
    let sent = mails().await;
    assert_eq!(sent.len(), 1, "two wait, and the host is told once");
    assert!(sent[0].contains("Starta mötet") && sent[0].contains(&meeting.host.path()));
    assert!(!sent[0].contains("Uppföljningsmöte") && !sent[0].contains("Anna"));
    // A host who looks at the waiting room needs no mail.
    app.forward(MINUTE * 2).await;
    let second = BuiltIn::booked(&app, &[ANNA]).await;
    let host = Person::identified(&app, &second.host).await;
    host.join().await;
    Person::waiting(&app, &second.guests[0]).await;
    assert_eq!(mails().await.len(), 1);
}

#[tokio::test]
async fn a_guest_reads_whom_to_call_when_the_host_is_late_and_that_the_host_has_left() {
    let app = start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA]).await;
    let guest = Person::waiting(&app, &meeting.guests[0]).await;
    let reads = async || {
        let lobby = guest.own().await;
        (lobby.host, lobby.left, lobby.phone)
    };
    // The meeting starts in five minutes.
    app.forward(MINUTE * 9 + SECOND * 59).await;
    assert_eq!(reads().await, (Presence::Away, false, String::new()));
    app.forward(SECOND).await;
    let phone = "+46300834000".to_owned();
    assert_eq!(reads().await, (Presence::Away, false, phone.clone()));
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    app.state().mark_host_seen(&guest.invitation.meeting).await.expect("noted");
    assert_eq!(reads().await, (Presence::Here, false, String::new()));
    app.state().mark_host_away(&guest.invitation.meeting).await.expect("noted");
    assert_eq!(reads().await, (Presence::Away, true, phone));
}

#[tokio::test]
async fn a_cancelled_meeting_has_no_waiting_room() {
    let app = start().await;
    let (host, guest) = host_and_guest(&app).await;
    let knock = host.who_waits().await;
    let mut news = guest.listen(app.address).await;
    assert_eq!(news.next().await["state"], "waiting");
    let path = format!("/api/v1/meetings/{}", guest.invitation.meeting);
    assert_eq!(app.api(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(guest.lobby().await.status, 404);
    assert!(news.ends().await, "the page then asks for itself");
    let page = host.decide("admit", &knock).await;
    assert!(matches!(page.view().screen, Screen::Cancelled), "{}", page.text());
    assert_eq!(app.rows("knocks", "state = 'waiting'").await, 1);
}
