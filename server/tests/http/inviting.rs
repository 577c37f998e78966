//! New invitations to recipients over the API.

use crate::{
    booking::is_problem,
    changes::{address, change, is_dead, latest, written},
};
use axum::http::{HeaderValue, Method};
use futures_util::future::join_all;
use serde_json::json;
use test_support::{
    browser::{Page, send},
    captured_messages::MailerMode,
    test_app::{ANNA, DAY, HOUR, Invitation, MINUTE, TestApp, other_than},
};

fn path(invitation: &Invitation) -> String {
    format!("{}/recipients/{}/invitation", address(&invitation.meeting), invitation.id)
}

async fn again(app: &TestApp, invitation: &Invitation) -> Page {
    app.api(Method::POST, &path(invitation), None).await
}

async fn with_key(app: &TestApp, invitation: &Invitation, key: &str) -> Page {
    let mut request = app.api_request(Method::POST, &path(invitation), None);
    request.headers_mut().insert("idempotency-key", key.parse().expect("a value"));
    send(app.address, request).await
}

#[tokio::test]
async fn a_new_invitation_has_another_link_and_fresh_counts_and_the_old_link_is_dead() {
    let app = TestApp::start().await;
    let anna = app.invite_to(&app.meeting(DAY * 3, &[ANNA, "bo@example.org"])).await;
    // Somebody uses up the invitation's limit.
    for _ in 0..4 {
        let browser = app.loaded();
        let code = browser.ask(&app, &anna).await;
        for _ in 0..3 {
            browser.enter(&anna, &other_than(&code)).await;
        }
        app.forward(MINUTE * 15).await;
    }
    assert_eq!(app.status(&anna).await, "locked");
    let others = app.messages.to("bo@example.org").len();
    let page = again(&app, &anna).await;
    assert_eq!(page.status, 202, "{}", page.text());
    let answer = page.json();
    assert_eq!((&answer["id"], &answer["status"]), (&json!(anna.id), &json!("queued")));
    let fresh = latest(&app, &anna, ANNA).await;
    assert!(!page.text().contains(&fresh.token) && !page.text().contains("/m/"));
    assert_ne!(fresh.token, anna.token);
    is_dead(&app, &anna).await;
    assert_eq!(app.status(&anna).await, "sent");
    app.browser().identify(&app, &fresh).await;
    assert_eq!(app.status(&anna).await, "identified");
    assert_eq!(app.event(&anna, "invited-again").await["recipient"], *anna.id);
    assert_eq!(app.messages.to("bo@example.org").len(), others, "nobody else is told");
}

#[tokio::test]
async fn what_was_proven_by_the_old_link_is_worth_nothing() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.identify(&app, &anna).await;
    browser.connect(&anna).await;
    again(&app, &anna).await;
    let fresh = latest(&app, &anna, ANNA).await;
    for slug in ["", "/invitation", "/meeting", "/room", "/calendar.ics"] {
        let page = browser.get(&format!("{}{slug}", anna.path())).await;
        assert_eq!(page.status, 404, "{slug}");
    }
    assert_eq!(browser.join(&anna).await.screen(), "not found");
    for slug in ["invitation", "meeting", "room"] {
        assert_eq!(browser.get(&fresh.step(slug)).await.screen(), "method", "{slug}");
    }
    assert_ne!(browser.join(&fresh).await.screen(), "room");
    assert!(!browser.seen().contains("video.example"));
}

#[tokio::test]
async fn what_still_waits_of_the_old_link_is_not_sent() {
    let app = TestApp::start().await;
    app.messages.set_mode(MailerMode::Defers);
    let page = app.api(Method::POST, "/api/v1/meetings", Some(&app.meeting(DAY, &[ANNA]))).await;
    let text =
        |pointer: &str| page.json().pointer(pointer).and_then(|it| it.as_str().map(str::to_owned));
    let anna = Invitation {
        meeting: text("/id").expect("an id"),
        id: text("/recipients/0/id").expect("an id"),
        email: ANNA.to_owned(),
        token: String::new(),
    };
    app.settled().await;
    assert_eq!(again(&app, &anna).await.status, 202);
    app.settled().await;
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(HOUR).await;
    let taken: Vec<_> = app.messages.to(ANNA).into_iter().filter(|post| post.accepted).collect();
    assert_eq!(taken.len(), 1);
    let link = taken[0].link().expect("an invitation").to_owned();
    let path = link.strip_prefix(&app.origin).expect("a link of ours");
    assert_eq!(app.browser().get(path).await.status, 200);
    assert_eq!(app.rows("outbox", "state = 'dropped' AND generation = 0").await, 1);
}

#[tokio::test]
async fn ten_new_invitations_a_day_are_enough() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    for _ in 0..10 {
        assert_eq!(again(&app, &anna).await.status, 202);
        app.forward(HOUR).await;
    }
    let before = app.memory().await;
    let page = again(&app, &anna).await;
    is_problem(&page, 429);
    assert_eq!(page.header("retry-after"), (14 * 60 * 60).to_string());
    // Corrections of the address count as well.
    let patch =
        json!({ "title": "Nytt", "recipients": [{ "id": anna.id, "email": "a@example.org" }] });
    is_problem(&change(&app, &anna, &patch).await, 429);
    app.settled().await;
    assert_eq!(app.memory().await, before);
    app.forward(HOUR * 14).await;
    assert_eq!(again(&app, &anna).await.status, 202);
    assert_eq!(app.mail(ANNA).await.len(), 12);
}

#[tokio::test]
async fn the_same_key_invites_once() {
    let app = TestApp::start().await;
    let anna = app.invite_to(&app.meeting(DAY, &[ANNA, "bo@example.org"])).await;
    let first = with_key(&app, &anna, "k1").await;
    let second = with_key(&app, &anna, "k1").await;
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (202, 202));
    assert_eq!(first.json()["id"], second.json()["id"]);
    assert_eq!(written(&app, "invitation", &anna.id).await, 2);
    assert_eq!(with_key(&app, &anna, "k2").await.status, 202);
    let meeting = app.api(Method::GET, &address(&anna.meeting), None).await.json();
    let bo = Invitation {
        id: meeting["recipients"][1]["id"].as_str().expect("an id").to_owned(),
        ..anna.clone()
    };
    is_problem(&with_key(&app, &bo, "k1").await, 422);
    let mut request = app.api_request(
        Method::POST,
        "/api/v1/meetings",
        Some(&app.meeting(DAY, &[ANNA]).to_string()),
    );
    request.headers_mut().insert("idempotency-key", "k1".parse().expect("a value"));
    is_problem(&send(app.address, request).await, 422);
    is_problem(&with_key(&app, &anna, &"k".repeat(256)).await, 400);
    // Also when it would no longer be possible.
    app.api(Method::DELETE, &address(&anna.meeting), None).await;
    let late = with_key(&app, &anna, "k1").await;
    assert_eq!((late.status.as_u16(), &late.json()["status"]), (202, &json!("cancelled")));
    is_problem(&with_key(&app, &anna, "k3").await, 409);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_equal_calls_at_once_with_one_key_one_invites() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    let pages = join_all((0..20).map(|_| with_key(&app, &anna, "samma"))).await;
    assert!(pages.iter().all(|page| page.status == 202));
    assert_eq!(app.happened(&anna, "invited-again").await, 1);
    assert_eq!(app.rows("invitations", "generation = 1").await, 1);
}

#[tokio::test]
async fn nobody_is_invited_anew_where_there_is_nothing_to_be_invited_to() {
    let app = TestApp::start().await;
    let anna = app.invite_to(&app.meeting(HOUR, &[ANNA, "bo@example.org"])).await;
    let other = app.invite("cia@example.org").await;
    let meeting = app.api(Method::GET, &address(&anna.meeting), None).await.json();
    let bo = meeting["recipients"][1]["id"].as_str().expect("an id").to_owned();
    let bo = Invitation { id: bo, ..anna.clone() };
    change(&app, &anna, &json!({ "recipients": [{ "id": bo.id, "remove": true }] })).await;
    app.settled().await;
    let before = app.memory().await;
    is_problem(&again(&app, &bo).await, 409);
    for (meeting, id) in [
        (anna.meeting.as_str(), other.id.as_str()),
        (&other.meeting, &anna.id),
        (&anna.id, &anna.meeting),
        ("unknown", &anna.id),
        (&anna.meeting, "unknown"),
        (&anna.meeting, "%00"),
        ("%ff", "%ff"),
    ] {
        let none = Invitation { meeting: meeting.to_owned(), id: id.to_owned(), ..anna.clone() };
        let page = again(&app, &none).await;
        let status = page.status.as_u16();
        assert!(matches!(status, 400 | 404), "{meeting} {id}: {status}");
        is_problem(&page, status);
    }
    app.settled().await;
    assert_eq!(app.memory().await, before);
    app.forward(DAY * 2).await;
    is_problem(&again(&app, &anna).await, 409);
}

#[tokio::test]
async fn a_body_that_says_anything_is_refused() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let before = app.memory().await;
    for (body, media, status) in [
        ("{\"email\":\"eva@example.org\"}", "application/json", 422),
        ("[]", "application/json", 422),
        ("{", "application/json", 400),
        ("{}", "text/plain", 415),
        ("email=eva@example.org", "application/x-www-form-urlencoded", 415),
    ] {
        let mut request = app.api_request(Method::POST, &path(&anna), Some(body));
        request.headers_mut().insert("content-type", HeaderValue::from_static(media));
        is_problem(&send(app.address, request).await, status);
    }
    for method in [Method::GET, Method::PUT, Method::PATCH, Method::DELETE] {
        is_problem(&app.api(method, &path(&anna), None).await, 405);
    }
    app.settled().await;
    assert_eq!(app.memory().await, before);
    let page = app.api(Method::POST, &path(&anna), Some(&json!({}))).await;
    assert_eq!(page.status, 202);
}
