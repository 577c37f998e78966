//! Hosts: who leads a meeting in a built-in room.

use crate::{
    booking::{is_problem, put},
    changes::{address, change, written},
    oidc::{Scene, set_out},
};
use app::wire::Screen;
use axum::http::Method;
use serde_json::{Value, json};
use server::{clock::Time, jobs::reminders::remind};
use std::collections::BTreeSet;
use test_support::{
    browser::Page,
    test_app::{ANNA, DAY, HOUR, Invitation, KIM, MINUTE, ROOM, TestApp, TestAppBuilder},
};

const MEETINGS: &str = "/api/v1/meetings";
const BO: &str = "bo@example.org";
const LO: &str = "lo@kommun.example";
const MO: &str = "mo@kommun.example";

/// Starts a service that offers built-in rooms.
async fn start() -> TestApp {
    TestAppBuilder::product().with("room.listen", "127.0.0.1:0").start().await
}

/// Returns the booking of a meeting in a built-in room, which is open soon.
fn builtin(app: &TestApp, recipients: &[&str]) -> Value {
    let mut meeting = app.meeting(MINUTE * 5, recipients);
    meeting["room"] = json!({ "kind": "builtin" });
    meeting
}

async fn book(app: &TestApp, meeting: &Value) -> Page {
    app.api(Method::POST, MEETINGS, Some(meeting)).await
}

/// Books a meeting, and returns the answer.
async fn booked(app: &TestApp, meeting: &Value) -> Value {
    let page = book(app, meeting).await;
    assert_eq!(page.status, 201, "{}", page.text());
    app.settled().await;
    page.json()
}

/// Changes a meeting, and returns the answer.
async fn changed(app: &TestApp, meeting: &Value, patch: &Value) -> Value {
    let page = app.api(Method::PATCH, &address(text(&meeting["id"])), Some(patch)).await;
    assert_eq!(page.status, 200, "{}", page.text());
    app.settled().await;
    page.json()
}

/// Asserts that a request is refused with one error at each of these pointers.
fn points_at(page: &Page, pointers: &[&str]) {
    is_problem(page, 422);
    let errors = page.json()["errors"].as_array().expect("errors").clone();
    let found: BTreeSet<_> = errors.iter().map(|it| text(&it["pointer"]).to_owned()).collect();
    let expected = pointers.iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "{}", page.text());
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// Returns the addresses of a list of people, each with the status of the invitation.
fn people<'a>(answer: &'a Value, list: &str) -> Vec<(&'a str, &'a str)> {
    let people = answer[list].as_array().expect(list);
    people.iter().map(|it| (text(&it["email"]), text(&it["status"]))).collect()
}

/// Returns the host's invitation at a place of an answer, with the link of the last mail.
async fn host(app: &TestApp, answer: &Value, place: usize) -> Invitation {
    let host = &answer["hosts"][place];
    let email = text(&host["email"]).to_owned();
    let mail = app.mail(&email).await;
    let link = mail.iter().rev().find_map(|it| it.link().map(str::to_owned)).expect("a link");
    Invitation {
        meeting: text(&answer["id"]).to_owned(),
        id: text(&host["id"]).to_owned(),
        email,
        token: link.rsplit('/').next().expect("a token").to_owned(),
    }
}

#[tokio::test]
async fn the_organiser_leads_a_meeting_that_names_no_host() {
    let app = start().await;
    let answer = booked(&app, &builtin(&app, &[ANNA, BO])).await;
    assert_eq!(answer["room"], json!({ "kind": "builtin" }));
    let hosts = answer["hosts"].as_array().expect("hosts");
    assert_eq!(hosts.len(), 1);
    let id = hosts[0]["id"].clone();
    let kim = json!({ "id": id, "status": "queued", "name": "Kim Handläggare", "email": KIM });
    assert_eq!(hosts[0], kim);
    assert_eq!(people(&answer, "recipients").len(), 2);
    let read = app.api(Method::GET, &address(text(&answer["id"])), None).await.json();
    assert_eq!(people(&read, "hosts"), [(KIM, "sent")]);
    let listed = app.api(Method::GET, MEETINGS, None).await.json();
    assert_eq!(listed["meetings"][0]["hosts"][0]["id"], id);
    let mail = &app.mail(KIM).await[0];
    assert_eq!(mail.rendered.subject, "Du leder ett videomöte med Mölndals stad");
    assert!(mail.rendered.text.contains("Starta mötet"), "{}", mail.rendered.text);
    assert!(mail.rendered.html.contains("Starta mötet"));
    assert!(mail.rendered.calendar.is_some());
    assert!(!mail.full_text().contains("Uppföljningsmöte"), "no mail tells what it is about");
}

#[tokio::test]
async fn a_host_identifies_as_a_recipient_does_and_only_the_hosts_events_say_so() {
    let app = start().await;
    let answer = booked(&app, &builtin(&app, &[ANNA])).await;
    let kim = host(&app, &answer, 0).await;
    // The host's link alone opens nothing.
    let browser = app.loaded();
    let page = browser.get(&kim.path()).await;
    assert!(matches!(page.view().screen, Screen::Method(_)), "{}", page.text());
    browser.identify(&app, &kim).await;
    let page = browser.get(&kim.step("invitation")).await;
    assert!(matches!(page.view().screen, Screen::Invitation(_)), "{}", page.text());
    let event = app.event(&kim, "identified").await;
    assert_eq!((&event["host"], &event["recipient"]), (&json!(kim.id), &Value::Null));
    let read = app.api(Method::GET, &address(&kim.meeting), None).await.json();
    assert_eq!(people(&read, "hosts"), [(KIM, "identified")]);
    assert_eq!(people(&read, "recipients"), [(ANNA, "sent")]);
}

#[tokio::test]
async fn a_booking_names_other_hosts() {
    let app = start().await;
    let mut meeting = builtin(&app, &[ANNA]);
    meeting["hosts"] =
        json!([{ "name": "Lo", "email": LO }, { "name": "Mo", "email": "mo@kommun.example " }]);
    let answer = booked(&app, &meeting).await;
    assert_eq!(people(&answer, "hosts"), [(LO, "queued"), (MO, "queued")]);
    assert!(app.messages.to(KIM).is_empty());
    assert_eq!(app.mail(LO).await.len(), 1);
}

#[tokio::test]
async fn hosts_that_can_t_be_booked_are_pointed_at() {
    let app = start().await;
    let meeting = || {
        let mut meeting = builtin(&app, &[ANNA]);
        meeting["hosts"] = json!([{ "name": "Lo", "email": LO }, { "name": "Mo", "email": MO }]);
        meeting
    };
    for (pointer, value, wrong) in [
        ("/hosts", json!([]), "/hosts"),
        ("/hosts", json!("Lo"), "/hosts"),
        ("/hosts/0", json!("Lo"), "/hosts/0"),
        ("/hosts/0/name", Value::Null, "/hosts/0/name"),
        ("/hosts/0/name", json!("Lo\u{202e}"), "/hosts/0/name"),
        ("/hosts/0/email", json!("lo"), "/hosts/0/email"),
        ("/hosts/1/email", json!("LO@kommun.example"), "/hosts/1/email"),
        ("/hosts/0/phone", json!("+46300834000"), "/hosts/0/phone"),
        ("/hosts/0/method", json!("e-id"), "/hosts/0/method"),
        ("/room/url", json!(ROOM), "/room/url"),
        ("/room/kind", json!("jitsi"), "/room/kind"),
    ] {
        let mut meeting = meeting();
        put(&mut meeting, pointer, value);
        let page = book(&app, &meeting).await;
        points_at(&page, &[wrong]);
    }
    let mut many = meeting();
    many["hosts"] = json!(vec![json!({ "name": "Lo", "email": LO }); 16]);
    points_at(&book(&app, &many).await, &["/hosts", "/recipients"]);
    let mut meeting = meeting();
    meeting["room"] = json!({ "kind": "link", "url": ROOM });
    points_at(&book(&app, &meeting).await, &["/hosts"]);
    app.settled().await;
    assert_eq!(app.rows("invitations", "TRUE").await, 0);
}

#[tokio::test]
async fn a_built_in_room_is_refused_where_none_is_configured() {
    let app = TestApp::start().await;
    points_at(&book(&app, &builtin(&app, &[ANNA])).await, &["/room/kind"]);
    let anna = app.invite(ANNA).await;
    let patch = json!({ "room": { "kind": "builtin" } });
    points_at(&change(&app, &anna, &patch).await, &["/room/kind"]);
    let read = app.api(Method::GET, &address(&anna.meeting), None).await.json();
    assert!(read.get("hosts").is_none(), "a link has no hosts");
}

#[tokio::test]
async fn no_more_people_are_booked_than_the_room_takes() {
    let app = TestAppBuilder::product()
        .with("room.listen", "127.0.0.1:0")
        .with("room.people", "3")
        .start()
        .await;
    let meeting = booked(&app, &builtin(&app, &[ANNA, BO])).await;
    let ia = json!({ "email": "ia@example.org", "assurance": "loa2", "method": app.method() });
    points_at(&book(&app, &builtin(&app, &[ANNA, BO, "ia@example.org"])).await, &["/recipients"]);
    let address = address(text(&meeting["id"]));
    for patch in
        [json!({ "recipients": [ia] }), json!({ "hosts": [{ "name": "Lo", "email": LO }] })]
    {
        let page = app.api(Method::PATCH, &address, Some(&patch)).await;
        points_at(&page, &["/recipients"]);
    }
    let bo = &meeting["recipients"][1]["id"];
    let patch = json!({ "recipients": [{ "id": bo, "remove": true }, ia] });
    changed(&app, &meeting, &patch).await;
    let many = booked(&app, &app.meeting(HOUR, &[ANNA, BO, "ia@example.org"])).await;
    let patch = json!({ "room": { "kind": "builtin" } });
    let page = app.api(Method::PATCH, &self::address(text(&many["id"])), Some(&patch)).await;
    points_at(&page, &["/recipients"]);
}

#[tokio::test]
async fn a_room_becomes_built_in_and_a_link_again() {
    let app = start().await;
    let meeting = booked(&app, &app.meeting(DAY, &[ANNA])).await;
    assert!(app.messages.to(KIM).is_empty());
    let built = changed(&app, &meeting, &json!({ "room": { "kind": "builtin" } })).await;
    assert_eq!(built["room"], json!({ "kind": "builtin" }));
    assert_eq!(people(&built, "hosts"), [(KIM, "queued")]);
    let kim = host(&app, &built, 0).await;
    assert_eq!(app.event(&kim, "host-added").await["host"], *kim.id);
    assert_eq!(app.messages.to(ANNA).len(), 1, "the recipient's way stays the same");
    // Nothing of the room before stays.
    let page = app
        .api(Method::PATCH, &address(&kim.meeting), Some(&json!({ "room": { "kind": "link" } })))
        .await;
    points_at(&page, &["/room/url"]);
    let link = json!({ "room": { "kind": "link", "url": ROOM } });
    let linked = changed(&app, &meeting, &link).await;
    assert!(linked.get("hosts").is_none());
    assert_eq!(app.event(&kim, "host-removed").await["host"], *kim.id);
    let mail = app.mail(KIM).await;
    assert_eq!(mail.len(), 2);
    assert_eq!(mail[1].rendered.subject, "Du leder inte längre ett videomöte med Mölndals stad");
    let page = app.loaded().get(&kim.path()).await;
    assert!(matches!(page.view().screen, Screen::Cancelled), "{}", page.text());
    // A host of the time before is not invited by a repeat.
    let again = changed(&app, &meeting, &json!({ "room": { "kind": "builtin" } })).await;
    assert_eq!(people(&again, "hosts"), [(KIM, "cancelled"), (KIM, "queued")]);
    assert_eq!(app.mail(KIM).await.len(), 3);
}

#[tokio::test]
async fn the_kind_of_room_stays_once_somebody_has_joined() {
    let app = start().await;
    let anna = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.identify(&app, &anna).await;
    let builtin = json!({ "room": { "kind": "builtin" } });
    let link = json!({ "room": { "kind": "link", "url": ROOM } });
    assert_eq!(change(&app, &anna, &builtin).await.status, 200);
    assert_eq!(change(&app, &anna, &link).await.status, 200);
    app.execute_sql("UPDATE invitations SET joined_at = 1 WHERE role = 'guest'").await;
    is_problem(&change(&app, &anna, &builtin).await, 409);
    let other = json!({ "room": { "url": "https://video.example/2" } });
    assert_eq!(change(&app, &anna, &other).await.status, 200, "another address is no other kind");
}

#[tokio::test]
async fn another_organiser_is_another_host() {
    let app = start().await;
    let meeting = booked(&app, &builtin(&app, &[ANNA])).await;
    let kim = host(&app, &meeting, 0).await;
    let named = changed(&app, &meeting, &json!({ "organiser": { "name": "Kim Ek" } })).await;
    assert_eq!(named["hosts"][0]["name"], "Kim Ek");
    assert_eq!(named["hosts"][0]["id"], *kim.id, "the link stays");
    assert_eq!(written(&app, "invitation", &kim.id).await, 1);
    let patch = json!({ "organiser": { "name": "Lo Lind", "email": LO } });
    let other = changed(&app, &meeting, &patch).await;
    assert_eq!(people(&other, "hosts"), [(KIM, "cancelled"), (LO, "queued")]);
    assert_eq!(other["hosts"][1]["name"], "Lo Lind");
    let page = app.loaded().get(&kim.path()).await;
    assert!(matches!(page.view().screen, Screen::Cancelled), "{}", page.text());
    let lo = host(&app, &other, 1).await;
    app.browser().identify(&app, &lo).await;
}

#[tokio::test]
async fn a_named_host_stays_when_the_organiser_changes() {
    let app = start().await;
    let mut meeting = builtin(&app, &[ANNA]);
    meeting["hosts"] = json!([{ "name": "Mo", "email": MO }]);
    let meeting = booked(&app, &meeting).await;
    let patch = json!({ "organiser": { "name": "Lo Lind", "email": LO } });
    let other = changed(&app, &meeting, &patch).await;
    assert_eq!(people(&other, "hosts"), [(MO, "sent")]);
    let mail = app.mail(MO).await;
    assert_eq!(mail.len(), 2, "the sender's name is news for hosts too");
    assert!(mail[1].rendered.text.contains("Videomötet som du leder har fått en ny avsändare"));
}

#[tokio::test]
async fn hosts_are_corrected_added_and_removed_as_recipients_are() {
    let app = start().await;
    let meeting = booked(&app, &builtin(&app, &[ANNA])).await;
    let kim = host(&app, &meeting, 0).await;
    let lo = json!({ "hosts": [{ "name": "Lo", "email": LO }] });
    let two = changed(&app, &meeting, &lo).await;
    assert_eq!(people(&two, "hosts"), [(KIM, "sent"), (LO, "queued")]);
    let lo = &two["hosts"][1]["id"];
    let patch = json!({ "hosts": [{ "id": lo, "email": MO }, { "id": kim.id, "name": "Kim" }] });
    let corrected = changed(&app, &meeting, &patch).await;
    assert_eq!(people(&corrected, "hosts"), [(KIM, "sent"), (MO, "queued")]);
    assert_eq!(corrected["hosts"][0]["name"], "Kim");
    let anna = &meeting["recipients"][0]["id"];
    for (patch, pointers) in [
        (json!({ "hosts": null }), &["/hosts"][..]),
        (json!({ "hosts": [{ "id": anna, "name": "Anna" }] }), &["/hosts/0/id"]),
        (json!({ "recipients": [{ "id": kim.id, "name": "Kim" }] }), &["/recipients/0/id"]),
        (
            json!({ "hosts": [{ "name": "Kim", "email": "KIM@kommun.example" }] }),
            &["/hosts/0/email"],
        ),
        (json!({ "hosts": [{ "id": lo, "email": KIM }] }), &["/hosts/0/email"]),
        (
            json!({ "hosts": [{ "id": kim.id, "remove": true }, { "id": lo, "remove": true }] }),
            &["/hosts"],
        ),
        (json!({ "hosts": [{ "id": kim.id, "phone": "+46300834000" }] }), &["/hosts/0/phone"]),
    ] {
        let page = app.api(Method::PATCH, &address(&kim.meeting), Some(&patch)).await;
        points_at(&page, pointers);
    }
    // Two hosts can swap their addresses, and one can take over that of one who leaves.
    let swap = json!({ "hosts": [{ "id": lo, "email": KIM }, { "id": kim.id, "email": MO }] });
    let swapped = changed(&app, &meeting, &swap).await;
    assert_eq!(people(&swapped, "hosts"), [(MO, "queued"), (KIM, "queued")]);
    let patch = json!({ "hosts": [{ "id": kim.id, "remove": true }] });
    let left = changed(&app, &meeting, &patch).await;
    assert_eq!(people(&left, "hosts"), [(MO, "cancelled"), (KIM, "sent")]);
}

#[tokio::test]
async fn a_host_is_invited_again_at_an_address_of_its_own() {
    let app = start().await;
    let meeting = booked(&app, &builtin(&app, &[ANNA])).await;
    let kim = host(&app, &meeting, 0).await;
    let root = address(&kim.meeting);
    let anna = text(&meeting["recipients"][0]["id"]);
    let path = format!("{root}/hosts/{}/invitation", kim.id);
    let page = app.api(Method::POST, &path, None).await;
    assert_eq!(page.status, 202, "{}", page.text());
    let answer =
        json!({ "id": kim.id, "status": "queued", "name": "Kim Handläggare", "email": KIM });
    assert_eq!(page.json(), answer);
    app.settled().await;
    let fresh = host(&app, &meeting, 0).await;
    assert_ne!(fresh.token, kim.token);
    assert_eq!(app.event(&kim, "invited-again").await["host"], *kim.id);
    for path in [
        format!("{root}/recipients/{}/invitation", kim.id),
        format!("{root}/hosts/{anna}/invitation"),
    ] {
        is_problem(&app.api(Method::POST, &path, None).await, 404);
    }
    let linked = json!({ "room": { "kind": "link", "url": ROOM } });
    changed(&app, &meeting, &linked).await;
    is_problem(&app.api(Method::POST, &path, None).await, 409);
}

#[tokio::test]
async fn a_host_is_told_of_changes_reminded_and_told_of_a_cancellation() {
    let app = TestAppBuilder::product()
        .with("room.listen", "127.0.0.1:0")
        .with("reminder.mail", "24h")
        .start()
        .await;
    let mut meeting = app.meeting(DAY * 3, &[ANNA]);
    meeting["room"] = json!({ "kind": "builtin" });
    let meeting = booked(&app, &meeting).await;
    let then = app.now() + DAY * 4;
    let at = |time: Time| json!(time.timestamp().to_string());
    changed(&app, &meeting, &json!({ "starts_at": at(then), "ends_at": at(then + HOUR) })).await;
    app.forward(DAY * 3 + HOUR).await;
    remind(app.state()).await.expect("reminded");
    app.settled().await;
    let page = app.api(Method::DELETE, &address(text(&meeting["id"])), None).await;
    assert_eq!(page.status, 204);
    let mail = app.mail(KIM).await;
    let subjects: Vec<_> = mail.iter().map(|it| it.rendered.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "Du leder ett videomöte med Mölndals stad",
            "Ändrat videomöte med Mölndals stad",
            "Påminnelse om videomöte med Mölndals stad",
            "Inställt videomöte med Mölndals stad",
        ]
    );
    for (place, words) in [
        (1, "Videomötet som du leder har fått en ny tid."),
        (1, "Starta mötet"),
        (2, "Du leder snart ett videomöte"),
        (3, "har ställt in videomötet som du skulle leda."),
    ] {
        let text = &mail[place].rendered.text;
        assert!(text.contains(words) && !text.contains("Uppföljningsmöte"), "{text}");
    }
}

/// Starts a service whose hosts log in with the provider `one`, and invites one.
async fn login(lines: &str) -> (Scene, Value, Invitation) {
    let app = TestAppBuilder::product()
        .with("room.listen", "127.0.0.1:0")
        .with("room.host", "one")
        .with_bankid();
    let scene = Scene::of(app, lines).await;
    let meeting = booked(&scene.app, &builtin(&scene.app, &[ANNA])).await;
    let kim = host(&scene.app, &meeting, 0).await;
    (scene, meeting, kim)
}

#[tokio::test]
async fn a_host_logs_in_with_the_configured_provider_alone() {
    let (scene, _, kim) = login("").await;
    let mail = &scene.app.mail(KIM).await[0];
    assert!(mail.rendered.text.contains("Inloggningen"), "{}", mail.rendered.text);
    let browser = scene.app.loaded();
    browser.to_choice(&kim, KIM).await;
    let page = browser.get(&kim.step("choose")).await;
    let Screen::Choice(choice) = page.view().screen else { panic!("{}", page.text()) };
    let offered: Vec<_> = choice.providers.iter().map(|it| it.id.as_str()).collect();
    assert_eq!((choice.bankid, offered), (false, vec!["one"]));
    for other in ["down", "bankid"] {
        let page = browser.choose(&kim, other).await;
        assert!(matches!(page.view().screen, Screen::Choice(_)), "{other}: {}", page.text());
    }
    let sent = set_out(&browser, &kim).await;
    assert!(sent.parameters["scope"].ends_with(" email"), "{}", sent.parameters["scope"]);
}

#[tokio::test]
async fn the_provider_must_have_verified_the_hosts_address() {
    let (scene, _, kim) = login("").await;
    for wrong in [
        json!({}),
        json!({ "email": KIM }),
        json!({ "email": KIM, "email_verified": false }),
        json!({ "email": LO, "email_verified": true }),
    ] {
        let page = scene.identify(&scene.app.loaded(), &kim, &wrong).await;
        assert_eq!(page.screen(), "choice", "{wrong}: {}", page.text());
    }
    let right = json!({ "email": "KIM@kommun.example", "email_verified": true });
    let page = scene.identify(&scene.app.loaded(), &kim, &right).await;
    assert_eq!(page.screen(), "invitation", "{}", page.text());
    let event = scene.app.event(&kim, "identified").await;
    assert_eq!((&event["method"], &event["host"]), (&json!("one"), &json!(kim.id)));
    assert_eq!(event["identity_matched"], true);
    assert_eq!(scene.app.rows("events", "personal_number_hash IS NOT NULL").await, 0);
}

#[tokio::test]
async fn a_providers_own_verified_address_can_be_named() {
    let (scene, _, kim) = login("claims.verified_email = 'work'\n").await;
    let usual = json!({ "email": KIM, "email_verified": true });
    let page = scene.identify(&scene.app.loaded(), &kim, &usual).await;
    assert_eq!(page.screen(), "choice", "{}", page.text());
    let page = scene.identify(&scene.app.loaded(), &kim, &json!({ "work": KIM })).await;
    assert_eq!(page.screen(), "invitation", "{}", page.text());
}
