//! Changes of meetings over the API.

use crate::booking::{is_problem, put};
use app::wire::Screen;
use axum::http::{HeaderValue, Method};
use futures_util::future::join_all;
use serde_json::{Value, json};
use server::clock::Time;
use test_support::{
    browser::{Page, send},
    captured_messages::CapturedMessage,
    test_app::{ANNA, DAY, HOUR, Invitation, KIM, MINUTE, TestApp},
};

const BO: &str = "bo@example.org";

pub(crate) fn at(time: Time) -> Value {
    json!(time.timestamp().to_string())
}

pub(crate) fn address(meeting: &str) -> String {
    format!("/api/v1/meetings/{meeting}")
}

pub(crate) async fn change(app: &TestApp, invitation: &Invitation, change: &Value) -> Page {
    app.api(Method::PATCH, &address(&invitation.meeting), Some(change)).await
}

/// Makes a valid change. Returns the meeting.
async fn changed(app: &TestApp, invitation: &Invitation, patch: &Value) -> Value {
    let page = change(app, invitation, patch).await;
    assert_eq!(page.status, 200, "{}", page.text());
    app.settled().await;
    let read = app.api(Method::GET, &address(&invitation.meeting), None).await;
    assert_eq!(read.json()["id"], page.json()["id"]);
    page.json()
}

/// Returns how many messages of a kind were written to a recipient.
pub(crate) async fn written(app: &TestApp, kind: &str, recipient: &str) -> i64 {
    app.rows("outbox", &format!("kind = '{kind}' AND invitation_id = '{recipient}'")).await
}

/// Returns the last invitation to an address.
pub(crate) async fn latest(app: &TestApp, invitation: &Invitation, email: &str) -> Invitation {
    let mail = app.mail(email).await;
    let link = mail.iter().rev().find_map(CapturedMessage::link).expect("an invitation was sent");
    Invitation {
        token: link.rsplit('/').next().expect("a token").to_owned(),
        email: email.to_owned(),
        ..invitation.clone()
    }
}

/// Books a meeting with two recipients. Returns the invitation of the first one, and of the other.
async fn two(app: &TestApp) -> (Invitation, Invitation) {
    let anna = app.invite_to(&app.meeting(DAY, &[ANNA, BO])).await;
    let meeting = app.api(Method::GET, &address(&anna.meeting), None).await.json();
    let id = meeting["recipients"][1]["id"].as_str().expect("an id").to_owned();
    let bo = latest(app, &Invitation { id, ..anna.clone() }, BO).await;
    (anna, bo)
}

/// Asserts that a link is answered as an unknown one.
pub(crate) async fn is_dead(app: &TestApp, invitation: &Invitation) {
    let unknown = Invitation { token: "A".repeat(27), ..invitation.clone() };
    let browser = app.browser();
    let (dead, never) = (browser.get(&invitation.path()).await, browser.get(&unknown.path()).await);
    assert_eq!((dead.status.as_u16(), dead.screen()), (404, "not found"));
    let plain = |page: &Page, it: &Invitation| page.text().replace(&it.token, "");
    assert_eq!(plain(&dead, invitation).len(), plain(&never, &unknown).len());
}

#[tokio::test]
async fn all_who_stay_are_told_when_a_meeting_is_moved() {
    let app = TestApp::start().await;
    let (anna, bo) = two(&app).await;
    let browser = app.browser();
    browser.identify(&app, &anna).await;
    let then = app.now() + DAY * 2;
    let answer = changed(
        &app,
        &anna,
        &json!({ "starts_at": at(then), "ends_at": at(then + HOUR), "time_zone": "Europe/Helsinki" }),
    )
    .await;
    assert_eq!(answer["starts_at"], "2026-12-03T10:00:00+02:00");
    assert_eq!(answer["title"], "Uppföljningsmöte");
    for recipient in [&anna, &bo] {
        let told = format!(
            "kind = 'changed' AND invitation_id = '{}' AND sequence = 1 AND generation = 0",
            recipient.id
        );
        assert_eq!(app.rows("outbox", &told).await, 1);
        assert_eq!(written(&app, "invitation", &recipient.id).await, 1);
    }
    assert_eq!(app.rows("meetings", "sequence = 1 AND changed_at IS NOT NULL").await, 1);
    assert_eq!(app.happened(&anna, "changed").await, 1);
    // An open page shows it after a reload.
    let page = browser.get(&anna.path()).await;
    let Screen::Invitation(shown) = page.view().screen else { panic!("{}", page.text()) };
    assert_eq!(shown.when.starts.unix, then.0 / 1000);
    assert_eq!(app.status(&anna).await, "identified", "the link and what was proven by it stay");
}

#[tokio::test]
async fn another_sender_or_zone_is_told_and_the_rest_of_the_sender_stays() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    for (sequence, patch) in [
        (1, json!({ "organiser": { "phone": "+46313151000" } })),
        (2, json!({ "organiser": { "name": "Kai Handläggare", "email": "kai@kommun.example" } })),
        (3, json!({ "time_zone": "Europe/Oslo" })),
        (4, json!({ "time_zone": null })),
    ] {
        changed(&app, &anna, &patch).await;
        assert_eq!(app.rows("meetings", &format!("sequence = {sequence}")).await, 1, "{patch}");
        assert_eq!(written(&app, "changed", &anna.id).await, sequence, "{patch}");
    }
    let told: Vec<_> =
        app.mail(ANNA).await.into_iter().skip(1).map(|it| it.rendered.text).collect();
    for (told, news) in told.iter().zip([
        "\nAvsändare: Kim Handläggare\nNytt nummer: 031-315 10 00\n",
        "\nNy avsändare: Kai Handläggare\nTelefon: 031-315 10 00\n",
        "(tidszon Europe/Oslo)\nTidigare tid: ",
        "(svensk tid)\nTidigare tid: ",
    ]) {
        assert!(told.contains(news), "{news}: {told}");
    }
    assert_eq!(told.len(), 4);
    // No message holds the sender's address.
    changed(&app, &anna, &json!({ "organiser": { "email": "kim.ek@kommun.example" } })).await;
    assert_eq!(app.messages.to(ANNA).len(), 5);
    changed(&app, &anna, &json!({ "organiser": { "email": "kai@kommun.example" } })).await;

    let meeting = app.api(Method::GET, &address(&anna.meeting), None).await.json();
    let organiser = json!({ "name": "Kai Handläggare", "email": "kai@kommun.example", "phone": "+46313151000" });
    assert_eq!(meeting["organiser"], organiser);
    assert_eq!(meeting["time_zone"], "Europe/Stockholm");
}

#[tokio::test]
async fn what_stands_on_pages_only_is_told_to_nobody() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let browser = app.browser();
    browser.identify(&app, &anna).await;
    let before = app.rows("outbox", "TRUE").await;
    let patch = json!({ "title": "Nytt", "description": null, "room": { "url": "https://video.example/2" } });
    let answer = changed(&app, &anna, &patch).await;
    assert_eq!(answer["room"], json!({ "kind": "link", "url": "https://video.example/2" }));
    assert_eq!(answer["description"], "");
    assert_eq!(app.rows("outbox", "TRUE").await, before);
    assert_eq!(app.rows("meetings", "sequence = 0 AND changed_at IS NULL").await, 1);
    assert_eq!(app.happened(&anna, "changed").await, 1);
    let page = browser.get(&anna.path()).await;
    assert!(page.text().contains("Nytt") && !page.text().contains("Uppföljningsmöte"));
    browser.connect(&anna).await;
    let page = browser.join(&anna).await;
    assert_eq!(page.header("refresh"), "0; url=https://video.example/2");
}

#[tokio::test]
async fn what_changes_nothing_tells_nobody() {
    let app = TestApp::start().await;
    let (anna, bo) = two(&app).await;
    let whole = app.api(Method::GET, &address(&anna.meeting), None).await.json();
    let mut same = whole.clone();
    put(&mut same, "/id", Value::Null);
    put(&mut same, "/recipients", Value::Null);
    let mut himself = whole["recipients"][1].clone();
    put(&mut himself, "/status", Value::Null);
    let before = app.memory().await;
    for patch in [
        json!({}),
        json!({ "recipients": [] }),
        json!({ "recipients": [{ "id": anna.id }, { "id": bo.id, "remove": false }] }),
        json!({ "recipients": [{ "id": anna.id, "phone": null, "allow_e_id": null, "personal_number": null }] }),
        json!({ "recipients": [himself] }),
        json!({ "organiser": {}, "room": {} }),
        same,
    ] {
        let page = change(&app, &anna, &patch).await;
        assert_eq!((page.status.as_u16(), page.json()), (200, whole.clone()), "{patch}");
        app.settled().await;
        assert_eq!(app.memory().await, before, "{patch}");
    }
}

#[tokio::test]
async fn a_corrected_address_gets_an_invitation_of_its_own_and_the_old_link_is_dead() {
    let app = TestApp::start().await;
    let (anna, bo) = two(&app).await;
    let browser = app.loaded();
    browser.identify(&app, &anna).await;
    let other = app.loaded();
    let code = other.ask(&app, &bo).await;
    let to_bo = app.messages.to(BO).len();
    let count = app.messages.count();
    let new = "anna.andersson@example.org";
    let patch = json!({ "recipients": [{ "id": anna.id, "email": new }] });
    let answer = changed(&app, &anna, &patch).await;
    assert_eq!(answer["recipients"][0]["status"], "queued");
    assert_eq!(answer["recipients"][0]["email"], new);
    assert_eq!(app.messages.count(), count + 1, "nobody else is told");
    is_dead(&app, &anna).await;

    let fresh = latest(&app, &anna, new).await;
    assert_ne!(fresh.token, anna.token);
    assert_eq!(app.status(&fresh).await, "sent");
    // A proof by the old link opens nothing.
    assert_eq!(browser.get(&fresh.step("invitation")).await.screen(), "method");
    assert_eq!(browser.get(&anna.step("invitation")).await.screen(), "not found");
    assert_eq!(browser.connect(&anna).await.screen(), "not found");
    browser.begin(&fresh).await;
    let page = browser.give(&fresh, ANNA).await;
    assert_eq!(page.screen(), "code");
    assert_eq!(app.codes(ANNA).await, 1, "the old address is a wrong one now");
    app.forward(MINUTE).await;
    browser.identify(&app, &fresh).await;

    assert_eq!(other.enter(&bo, &code).await.screen(), "invitation", "the other stays as it was");
    assert_eq!(app.messages.to(BO).len(), to_bo);
    let events = app.events(&anna).await;
    let at = |kind: &str| events.iter().position(|it| it == kind).expect("an event");
    assert!(at("corrected") < at("invited-again"));
    assert_eq!(app.event(&anna, "corrected").await["recipient"], *anna.id);
    assert_eq!(app.happened(&anna, "changed").await, 0);
}

#[tokio::test]
async fn a_code_of_the_old_link_opens_neither_link() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &anna).await;
    changed(&app, &anna, &json!({ "recipients": [{ "id": anna.id, "phone": "+46701740605" }] }))
        .await;
    let fresh = latest(&app, &anna, ANNA).await;
    assert_eq!(browser.enter(&anna, &code).await.screen(), "not found");
    assert_ne!(browser.enter(&fresh, &code).await.screen(), "invitation");
    browser.begin(&fresh).await;
    assert_eq!(browser.enter(&fresh, &code).await.screen(), "address");
    assert_eq!(app.happened(&anna, "identified").await, 0);
}

#[tokio::test]
async fn another_name_or_language_leaves_the_link_as_it_is() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let before = app.rows("outbox", "TRUE").await;
    let patch = json!({ "recipients": [{ "id": anna.id, "name": "Anna Ek", "language": "en" }] });
    let answer = changed(&app, &anna, &patch).await;
    assert_eq!(answer["recipients"][0]["name"], "Anna Ek");
    assert_eq!(answer["recipients"][0]["status"], "sent");
    assert_eq!(app.rows("outbox", "TRUE").await, before);
    assert_eq!(app.rows("invitations", "generation = 0 AND language = 'en'").await, 1);
    assert!(app.browser().get(&anna.path()).await.text().contains("lang=\"en\""));
    changed(&app, &anna, &json!({ "recipients": [{ "id": anna.id, "name": null }] })).await;
    assert_eq!(app.rows("invitations", "name IS NULL").await, 1);
    assert_eq!(app.happened(&anna, "corrected").await, 2);
}

#[tokio::test]
async fn who_is_moved_and_corrected_at_once_is_written_to_once() {
    let app = TestApp::start().await;
    let (anna, bo) = two(&app).await;
    let then = app.now() + DAY * 3;
    let patch = json!({
        "starts_at": at(then), "ends_at": at(then + HOUR),
        "recipients": [{ "id": anna.id, "email": "anna2@example.org" }, { "email": "ny@example.org",
            "assurance": "loa2", "method": "email-code", "language": "en" }],
    });
    let answer = changed(&app, &anna, &patch).await;
    assert_eq!(written(&app, "changed", &anna.id).await, 0);
    assert_eq!(written(&app, "changed", &bo.id).await, 1);
    let new = answer["recipients"][2]["id"].as_str().expect("an id").to_owned();
    assert_eq!(written(&app, "changed", &new).await, 0);
    assert_eq!(written(&app, "invitation", &new).await, 1);
    assert_eq!(app.rows("outbox", "kind = 'invitation' AND sequence = 1").await, 2);
}

#[tokio::test]
async fn who_is_added_is_invited_as_if_booked() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let patch =
        json!({ "recipients": [{ "email": BO, "assurance": "loa2", "method": "email-code" }] });
    let answer = changed(&app, &anna, &patch).await;
    let recipients = answer["recipients"].as_array().expect("recipients");
    let emails: Vec<_> = recipients.iter().map(|it| it["email"].clone()).collect();
    assert_eq!(emails, [ANNA, BO]);
    let id = recipients[1]["id"].as_str().expect("an id").to_owned();
    let bo = latest(&app, &Invitation { id, ..anna.clone() }, BO).await;
    app.browser().identify(&app, &bo).await;
    assert_eq!(app.event(&anna, "recipient-added").await["recipient"], *bo.id);
    assert_eq!(app.messages.to(ANNA).len(), 1, "nobody else is told");
}

#[tokio::test]
async fn who_is_taken_off_is_told_and_the_link_says_so() {
    let app = TestApp::start().await;
    let (anna, bo) = two(&app).await;
    let browser = app.browser();
    browser.identify(&app, &bo).await;
    let take_off = json!({ "recipients": [{ "id": bo.id, "remove": true }] });
    let answer = changed(&app, &anna, &take_off).await;
    assert_eq!(answer["recipients"][1]["status"], "cancelled");
    assert_eq!(answer["recipients"][0]["status"], "sent");
    assert_eq!(written(&app, "cancelled", &bo.id).await, 1);
    assert_eq!(app.rows("outbox", "kind = 'cancelled'").await, 1, "nobody else is told");
    for slug in ["invitation", "meeting", "room"] {
        assert_eq!(browser.get(&bo.step(slug)).await.screen(), "cancelled");
    }
    assert!(!browser.seen().contains("video.example"));
    assert_eq!(app.event(&anna, "recipient-removed").await["recipient"], *bo.id);

    // A repeat changes nothing, and a removed recipient gets no more messages.
    let before = app.memory().await;
    assert_eq!(change(&app, &anna, &take_off).await.status, 200);
    assert_eq!(app.memory().await, before);
    let then = app.now() + DAY * 3;
    changed(&app, &anna, &json!({ "starts_at": at(then), "ends_at": at(then + HOUR) })).await;
    assert_eq!(written(&app, "changed", &bo.id).await, 0);
    let back = json!({ "recipients": [{ "id": bo.id, "name": "Bo" }] });
    points_at(&change(&app, &anna, &back).await, "/recipients/0/id");
}

#[tokio::test]
async fn the_last_recipient_stays_unless_somebody_comes_instead() {
    let app = TestApp::start().await;
    let (anna, bo) = two(&app).await;
    let off = |it: &Invitation| json!({ "id": it.id, "remove": true });
    let before = app.memory().await;
    let all = json!({ "recipients": [off(&anna), off(&bo)] });
    points_at(&change(&app, &anna, &all).await, "/recipients");
    assert_eq!(app.memory().await, before);
    changed(&app, &anna, &json!({ "recipients": [off(&bo)] })).await;
    let last = json!({ "recipients": [off(&anna)] });
    points_at(&change(&app, &anna, &last).await, "/recipients");
    let new = json!({ "email": "ny@example.org", "assurance": "loa2", "method": "email-code" });
    changed(&app, &anna, &json!({ "recipients": [off(&anna), new] })).await;
    assert_eq!(app.status(&anna).await, "cancelled");
}

fn points_at(page: &Page, pointer: &str) {
    is_problem(page, 422);
    let errors = page.json()["errors"].clone();
    let pointers: Vec<_> =
        errors.as_array().expect("errors").iter().map(|it| it["pointer"].clone()).collect();
    assert_eq!(pointers, [pointer]);
}

#[tokio::test]
async fn each_thing_that_is_wrong_with_a_change_is_pointed_at_and_nothing_is_changed() {
    let app = TestApp::start().await;
    let (anna, bo) = two(&app).await;
    let now = app.now();
    let good = json!({ "email": "ny@example.org", "assurance": "loa2", "method": "email-code" });
    let one = |more: Value| {
        let mut recipient = json!({ "id": anna.id });
        recipient
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("members").clone());
        json!({ "recipients": [recipient] })
    };
    let mut half = good.clone();
    half.as_object_mut().expect("an object").remove("email");
    let before = app.memory().await;
    for (patch, pointer) in [
        (json!([]), ""),
        (json!("x"), ""),
        (json!(null), ""),
        (json!({ "title": null }), "/title"),
        (json!({ "title": "" }), "/title"),
        (json!({ "title": "två\nrader" }), "/title"),
        (json!({ "description": "å".repeat(5_001) }), "/description"),
        (json!({ "starts_at": null }), "/starts_at"),
        (json!({ "starts_at": at(now + DAY * 3) }), "/ends_at"),
        (json!({ "ends_at": at(now + DAY * 30) }), "/ends_at"),
        (json!({ "starts_at": at(now - DAY), "ends_at": at(now) }), "/ends_at"),
        (json!({ "time_zone": "Europa/Stockholm" }), "/time_zone"),
        (json!({ "organiser": null }), "/organiser"),
        (json!({ "organiser": "Kim" }), "/organiser"),
        (json!({ "organiser": { "phone": null } }), "/organiser/phone"),
        (json!({ "organiser": { "email": "kim" } }), "/organiser/email"),
        (json!({ "organiser": { "fax": "1" } }), "/organiser/fax"),
        (json!({ "room": { "kind": "jitsi" } }), "/room/kind"),
        (json!({ "room": { "url": "http://video.example/" } }), "/room/url"),
        (json!({ "id": anna.meeting }), "/id"),
        (json!({ "sequence": 7 }), "/sequence"),
        (json!({ "unknown": null }), "/unknown"),
        (json!({ "recipients": null }), "/recipients"),
        (json!({ "recipients": {} }), "/recipients"),
        (json!({ "recipients": ["x"] }), "/recipients/0"),
        (json!({ "recipients": [good, half] }), "/recipients/1/email"),
        (json!({ "recipients": [{ "id": null }] }), "/recipients/0/id"),
        (json!({ "recipients": [{ "id": 7 }] }), "/recipients/0/id"),
        (json!({ "recipients": [{ "id": anna.meeting }] }), "/recipients/0/id"),
        (json!({ "recipients": [{ "id": "\u{0}" }] }), "/recipients/0/id"),
        (json!({ "recipients": [{ "id": bo.id }, { "id": bo.id }] }), "/recipients/1/id"),
        (json!({ "recipients": [{ "remove": true }] }), "/recipients/0/id"),
        (one(json!({ "remove": "yes" })), "/recipients/0/remove"),
        (one(json!({ "remove": null })), "/recipients/0/remove"),
        (one(json!({ "remove": true, "name": "Anna" })), "/recipients/0/remove"),
        (one(json!({ "email": null })), "/recipients/0/email"),
        (one(json!({ "email": "anna@" })), "/recipients/0/email"),
        (one(json!({ "phone": "0701740605" })), "/recipients/0/phone"),
        (one(json!({ "method": "sms-code" })), "/recipients/0/method"),
        (one(json!({ "method": null })), "/recipients/0/method"),
        (one(json!({ "assurance": "loa3" })), "/recipients/0/method"),
        (one(json!({ "assurance": null })), "/recipients/0/assurance"),
        (one(json!({ "language": "fi" })), "/recipients/0/language"),
        (one(json!({ "allow_e_id": true })), "/recipients/0/allow_e_id"),
        (one(json!({ "personal_number": "199908072391" })), "/recipients/0/personal_number"),
        (one(json!({ "status": "joined" })), "/recipients/0/status"),
        (one(json!({ "token": null })), "/recipients/0/token"),
    ] {
        points_at(&change(&app, &anna, &patch).await, pointer);
    }
    // One error invalidates the whole change.
    let patch = json!({ "title": "Nytt", "recipients": [{ "id": bo.id, "email": "b@example.org" }, { "id": anna.id, "email": "x" }] });
    points_at(&change(&app, &anna, &patch).await, "/recipients/1/email");
    let many: Vec<_> = (0..199).map(|n| json!({ "email": format!("r{n}@example.org"), "assurance": "loa2", "method": "email-code" })).collect();
    points_at(&change(&app, &anna, &json!({ "recipients": many })).await, "/recipients");
    app.settled().await;
    assert_eq!(app.memory().await, before);
}

#[tokio::test]
async fn a_change_that_can_not_be_read_is_refused() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let path = address(&anna.meeting);
    let before = app.memory().await;
    for (body, status) in [
        ("", 400),
        ("{", 400),
        ("{\"title\":\"a\",\"title\":\"b\"}", 400),
        (&"[".repeat(20_000), 400),
        (&" ".repeat(server::http::api::LARGEST + 1), 413),
    ] {
        let request = app.api_request(Method::PATCH, &path, Some(body));
        is_problem(&send(app.address, request).await, status);
    }
    for media in ["", "text/plain", "application/json-patch+json", "\u{ff}"] {
        let mut request = app.api_request(Method::PATCH, &path, Some("{\"title\":\"Nytt\"}"));
        let media = HeaderValue::from_bytes(media.as_bytes()).expect("a value");
        request.headers_mut().insert("content-type", media);
        is_problem(&send(app.address, request).await, 415);
    }
    for id in ["unknown", "%00", "%ff", "..%2f..", &anna.id, &"x".repeat(3_000)] {
        let page = app.api(Method::PATCH, &address(id), Some(&json!({}))).await;
        let status = page.status.as_u16();
        assert!(matches!(status, 400 | 404), "{id}: {status}");
    }
    assert_eq!(app.memory().await, before);
    let mut request = app.api_request(Method::PATCH, &path, Some("{\"title\":\"Nytt\"}"));
    let media = HeaderValue::from_static("Application/Merge-Patch+JSON; charset=utf-8");
    request.headers_mut().insert("content-type", media);
    let page = send(app.address, request).await;
    assert_eq!((page.status.as_u16(), &page.json()["title"]), (200, &json!("Nytt")));
}

#[tokio::test]
async fn nobody_without_a_token_changes_anything() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let path = address(&anna.meeting);
    let again = format!("{path}/recipients/{}/invitation", anna.id);
    let before = app.memory().await;
    for (method, path, body) in [
        (Method::PATCH, path.as_str(), Some("{\"title\":\"Nytt\"}")),
        (Method::DELETE, &path, None),
        (Method::POST, &again, None),
        (Method::GET, "/api/v1/meetings", None),
    ] {
        for token in [None, Some("Bearer x".to_owned()), Some(format!("Basic {}", app.token))] {
            let mut request = app.api_request(method.clone(), path, body);
            request.headers_mut().remove("authorization");
            if let Some(token) = token {
                request.headers_mut().insert("authorization", token.parse().expect("a value"));
            }
            is_problem(&send(app.address, request).await, 401);
        }
    }
    assert_eq!(app.memory().await, before);
}

#[tokio::test]
async fn a_meeting_that_is_over_or_called_off_is_changed_no_more() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let patch = json!({ "title": "Nytt" });
    // Its invitations are open for a day after its end. It can be changed until then.
    app.forward(HOUR * 2).await;
    assert_eq!(change(&app, &anna, &patch).await.status, 200);
    let past = json!({ "ends_at": at(app.now()) });
    points_at(&change(&app, &anna, &past).await, "/ends_at");
    app.forward(DAY).await;
    let later = json!({ "starts_at": at(app.now() + HOUR), "ends_at": at(app.now() + HOUR * 2) });
    is_problem(&change(&app, &anna, &later).await, 409);

    let anna = app.invite(ANNA).await;
    assert_eq!(app.api(Method::DELETE, &address(&anna.meeting), None).await.status, 204);
    app.settled().await;
    let before = app.memory().await;
    for patch in [json!({}), json!({ "title": "Nytt" }), json!({ "title": 7 })] {
        is_problem(&change(&app, &anna, &patch).await, 409);
    }
    assert_eq!(app.memory().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_changes_at_once_each_is_made_and_told() {
    let app = TestApp::start().await;
    let (anna, bo) = two(&app).await;
    let calls = (1..=20_u32).map(|n| {
        let patch =
            json!({ "title": format!("Möte {n}"), "ends_at": at(app.now() + DAY + MINUTE * n) });
        let (app, anna) = (&app, &anna);
        async move { change(app, anna, &patch).await }
    });
    let pages = join_all(calls).await;
    assert!(pages.iter().all(|page| page.status == 200));
    let seen =
        pages.iter().map(|page| (page.json()["title"].clone(), page.json()["ends_at"].clone()));
    let read = app.api(Method::GET, &address(&anna.meeting), None).await.json();
    let last = (read["title"].clone(), read["ends_at"].clone());
    assert_eq!(seen.filter(|it| *it == last).count(), 1, "one was the last, and whole");
    assert_eq!(app.rows("meetings", "sequence = 20").await, 1);
    for id in [&anna.id, &bo.id] {
        assert_eq!(written(&app, "changed", id).await, 20);
    }
    for sequence in 1..=20 {
        let told = format!("kind = 'changed' AND sequence = {sequence}");
        assert_eq!(app.rows("outbox", &told).await, 2, "each change has a number of its own");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_corrections_at_once_no_more_are_sent_than_a_day_bears_and_one_link_lives() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    let calls = (0..16).map(|n| {
        let patch =
            json!({ "recipients": [{ "id": anna.id, "email": format!("anna{n}@example.org") }] });
        let (app, anna) = (&app, &anna);
        async move { change(app, anna, &patch).await }
    });
    let pages = join_all(calls).await;
    let made = pages.iter().filter(|page| page.status == 200).count();
    for page in pages.iter().filter(|page| page.status != 200) {
        is_problem(page, 429);
        assert_eq!(page.header("retry-after"), (24 * 60 * 60).to_string());
    }
    assert_eq!(made, 10);
    assert_eq!(app.rows("invitations", "generation = 10").await, 1);
    assert_eq!(written(&app, "invitation", &anna.id).await, 11);
    assert_eq!(app.happened(&anna, "corrected").await, 10, "what was refused left nothing");
    let mut alive = 0;
    for post in app.messages.all() {
        if let Some(link) = post.link() {
            let path = link.strip_prefix(&app.origin).expect("a link of ours");
            alive += i32::from(app.browser().get(path).await.status == 200);
        }
    }
    assert_eq!(alive, 1);
    app.forward(DAY).await;
    let patch = json!({ "recipients": [{ "id": anna.id, "email": "ny@example.org" }] });
    assert_eq!(change(&app, &anna, &patch).await.status, 200);
}

#[tokio::test]
async fn the_sender_s_own_letters_go_to_the_new_sender() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    changed(&app, &anna, &json!({ "organiser": { "email": "kai@kommun.example" } })).await;
    app.messages.set_mode(test_support::captured_messages::MailerMode::Rejects);
    changed(
        &app,
        &anna,
        &json!({ "recipients": [{ "id": anna.id, "email": "anna@example.com" }] }),
    )
    .await;
    app.settled().await;
    assert_eq!(app.status(&anna).await, "failed");
    assert_eq!((app.messages.to(KIM).len(), app.messages.to("kai@kommun.example").len()), (0, 1));
}
