//! Conditional calls and repeated calls.

use crate::{booking::is_problem, changes::address};
use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};
use test_support::{
    browser::{Page, send},
    test_app::{ANNA, DAY, HOUR, Invitation, TestApp},
};

const MEETINGS: &str = "/api/v1/meetings";

/// Calls with these headers.
async fn ask(
    app: &TestApp,
    (method, path): (Method, &str),
    headers: &[(&'static str, &str)],
    body: Option<&Value>,
) -> Page {
    let mut request = app.api_request(method, path, body.map(ToString::to_string).as_deref());
    for (name, value) in headers {
        request.headers_mut().append(*name, value.parse().expect("a value"));
    }
    send(app.address, request).await
}

async fn tag(app: &TestApp, invitation: &Invitation) -> String {
    let page = app.api(Method::GET, &address(&invitation.meeting), None).await;
    let tag = page.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.ends_with('"') && tag.len() > 2, "{tag}");
    tag
}

#[tokio::test]
async fn a_meeting_is_changed_only_by_who_knows_how_it_is() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    let path = address(&anna.meeting);
    let first = tag(&app, &anna).await;
    let again = format!("{path}/recipients/{}/invitation", anna.id);
    let title = |text: &str| json!({ "title": text });
    let weak = format!("W/{first}");
    let before = app.memory().await;
    for value in ["\"other\"", "\"\"", &weak, "other", first.trim_matches('"'), "", "\"1-00\""] {
        for (method, path, body) in [
            (Method::PATCH, &path, Some(&title("x"))),
            (Method::DELETE, &path, None),
            (Method::POST, &again, None),
        ] {
            let page = ask(&app, (method.clone(), path), &[("if-match", value)], body).await;
            is_problem(&page, 412);
            assert!(page.json()["errors"].is_null(), "{method} {value}");
        }
    }
    for value in [first.as_str(), "*"] {
        let page =
            ask(&app, (Method::PATCH, &path), &[("if-none-match", value)], Some(&title("x"))).await;
        is_problem(&page, 412);
    }
    assert_eq!(app.memory().await, before, "nothing was done");
    // Errors in the body are reported only if the condition holds.
    let page = ask(&app, (Method::PATCH, &path), &[("if-match", &first)], Some(&title(""))).await;
    is_problem(&page, 422);

    let several = format!("\"other\", {first}");
    let page =
        ask(&app, (Method::PATCH, &path), &[("if-match", &several)], Some(&title("A"))).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let second = page.header("etag").to_owned();
    assert_ne!(second, first);
    assert_eq!(tag(&app, &anna).await, second);
    let page = ask(&app, (Method::PATCH, &path), &[("if-match", &first)], Some(&title("B"))).await;
    is_problem(&page, 412);
    let headers = [("if-match", "\"other\""), ("if-match", second.as_str())];
    assert_eq!(ask(&app, (Method::PATCH, &path), &headers, Some(&title("C"))).await.status, 200);
    assert_eq!(
        ask(&app, (Method::PATCH, &path), &[("if-match", "*")], Some(&title("D"))).await.status,
        200
    );
    let last = tag(&app, &anna).await;
    assert_eq!(ask(&app, (Method::DELETE, &path), &[("if-match", &last)], None).await.status, 204);
    // The meeting is already cancelled, as requested. A repeat gets the same response, and another change is
    // refused because of it.
    assert_eq!(ask(&app, (Method::DELETE, &path), &[("if-match", &last)], None).await.status, 204);
    let page =
        ask(&app, (Method::PATCH, &path), &[("if-match", "\"other\"")], Some(&title("E"))).await;
    is_problem(&page, 409);
    let none = address("0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11");
    for method in [Method::PATCH, Method::DELETE] {
        let page = ask(&app, (method, &none), &[("if-match", "*")], Some(&title("F"))).await;
        is_problem(&page, 404);
    }
}

#[tokio::test]
async fn every_change_of_a_sender_s_makes_another_version_and_no_recipient_s_does() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    let path = address(&anna.meeting);
    let at = |days: u32| json!((app.now() + DAY * days).timestamp().to_string());
    let mut known = tag(&app, &anna).await;
    let changes = [
        json!({ "title": "Nytt" }),
        json!({ "starts_at": at(3), "ends_at": json!((app.now() + DAY * 3 + HOUR).timestamp().to_string()) }),
        json!({ "recipients": [{ "id": anna.id, "name": "Anna A" }] }),
        json!({ "recipients": [{ "id": anna.id, "personal_number": null, "language": "en" }] }),
        json!({ "recipients": [{ "email": "bo@example.org", "assurance": "loa2", "method": app.method(), "phone": "+46701740605" }] }),
        json!({ "recipients": [{ "id": anna.id, "email": "anna2@example.org" }] }),
        json!({ "recipients": [{ "id": anna.id, "remove": true }] }),
    ];
    for change in &changes {
        let page = ask(&app, (Method::PATCH, &path), &[("if-match", &known)], Some(change)).await;
        assert_eq!(page.status, 200, "{change}: {}", page.text());
        let next = page.header("etag").to_owned();
        let stale =
            ask(&app, (Method::PATCH, &path), &[("if-match", &known)], Some(&json!({}))).await;
        is_problem(&stale, 412);
        known = next;
    }
    for nothing in [json!({}), json!({ "title": "Nytt" }), json!({ "recipients": [] })] {
        let page = ask(&app, (Method::PATCH, &path), &[("if-match", &known)], Some(&nothing)).await;
        assert_eq!(page.status, 200, "{nothing}");
    }

    let bo = app.invite("bo@example.org").await;
    let path = address(&bo.meeting);
    let booked = tag(&app, &bo).await;
    app.loaded().identify(&app, &bo).await;
    let now = tag(&app, &bo).await;
    assert_ne!(now, booked, "a reader sees that the status is another");
    let again = format!("{path}/recipients/{}/invitation", bo.id);
    let page = ask(&app, (Method::POST, &again), &[("if-match", &booked)], None).await;
    assert_eq!(page.status, 202, "{}", page.text());
    let page = ask(&app, (Method::POST, &again), &[("if-match", &booked)], None).await;
    is_problem(&page, 412);
}

#[tokio::test]
async fn a_reader_is_told_when_nothing_is_new() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    let path = address(&anna.meeting);
    let known = tag(&app, &anna).await;
    for value in [known.clone(), format!("W/{known}"), format!("\"x\", {known}"), "*".to_owned()] {
        for method in [Method::GET, Method::HEAD] {
            let page = ask(&app, (method, &path), &[("if-none-match", &value)], None).await;
            assert_eq!((page.status.as_u16(), page.text().as_str()), (304, ""), "{value}");
            assert_eq!(page.header("etag"), known);
        }
    }
    for value in ["\"x\"", "", known.trim_matches('"')] {
        let page = ask(&app, (Method::GET, &path), &[("if-none-match", value)], None).await;
        assert_eq!((page.status.as_u16(), page.header("etag")), (200, known.as_str()), "{value}");
    }
    app.loaded().begin(&anna).await;
    let page = ask(&app, (Method::GET, &path), &[("if-none-match", &known)], None).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.json()["recipients"][0]["status"], "opened");
    let page = ask(&app, (Method::GET, &path), &[("if-match", "\"x\"")], None).await;
    is_problem(&page, 412);
}

#[tokio::test]
async fn of_changes_that_expect_the_same_one_is_made() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    let (path, known) = (address(&anna.meeting), tag(&app, &anna).await);
    let bodies: Vec<_> = (0..8).map(|n| json!({ "title": format!("Titel {n}") })).collect();
    let headers = [("if-match", known.as_str())];
    let answers =
        join_all(bodies.iter().map(|body| ask(&app, (Method::PATCH, &path), &headers, Some(body))))
            .await;
    let mut statuses: Vec<_> = answers.iter().map(|page| page.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
}

#[tokio::test]
async fn two_systems_that_count_alike_do_not_meet() {
    let app = TestApp::start().await;
    let other = app.state().create_token("annat").await.expect("a token");
    let other = format!("Bearer {other}");
    let one = app.meeting(HOUR, &[ANNA]);
    let two = app.meeting(HOUR, &["bo@example.org"]);
    let book = async |token: Option<&str>, body: &Value| {
        let mut request = app.api_request(Method::POST, MEETINGS, Some(&body.to_string()));
        request.headers_mut().insert("idempotency-key", "1".parse().expect("a value"));
        if let Some(token) = token {
            request.headers_mut().insert("authorization", token.parse().expect("a value"));
        }
        send(app.address, request).await
    };
    let (first, second) = (book(None, &one).await, book(Some(&other), &two).await);
    assert_eq!((first.status.as_u16(), second.status.as_u16()), (201, 201), "{}", second.text());
    assert_ne!(first.json()["id"], second.json()["id"]);
    for (token, body, before) in [(None, &one, &first), (Some(other.as_str()), &two, &second)] {
        let page = book(token, body).await;
        assert_eq!(
            (page.status.as_u16(), page.json()["id"].clone()),
            (201, before.json()["id"].clone())
        );
    }
    let page = book(None, &two).await;
    is_problem(&page, 422);
    let errors =
        json!([{ "pointer": "", "detail": "is not what came with this Idempotency-Key before" }]);
    assert_eq!(page.json()["errors"], errors);
    // The other system used its key for another booking, whatever this one used it for.
    assert_eq!(book(Some(&other), &one).await.status, 422);
    assert_eq!(app.rows("meetings", "TRUE").await, 2);
}

#[tokio::test]
async fn an_invitation_s_key_is_a_token_s_own_too() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.invite_early(ANNA).await, app.invite_early("bo@example.org").await);
    let other = format!("Bearer {}", app.state().create_token("annat").await.expect("a token"));
    let invite = async |token: Option<&str>, whom: &Invitation| {
        let path = format!("{}/recipients/{}/invitation", address(&whom.meeting), whom.id);
        let mut request = app.api_request(Method::POST, &path, None);
        request.headers_mut().insert("idempotency-key", "1".parse().expect("a value"));
        if let Some(token) = token {
            request.headers_mut().insert("authorization", token.parse().expect("a value"));
        }
        send(app.address, request).await
    };
    assert_eq!(invite(None, &anna).await.status, 202);
    assert_eq!(invite(Some(&other), &bo).await.status, 202);
    let page = invite(None, &bo).await;
    is_problem(&page, 422);
    assert_eq!(page.json()["errors"][0]["pointer"], "");
}

#[tokio::test]
async fn a_booking_of_before_keys_were_a_token_s_own_is_still_known() {
    let app = TestApp::start().await;
    let body = app.meeting(HOUR, &[ANNA]);
    let book = async |body: &Value| {
        ask(&app, (Method::POST, MEETINGS), &[("idempotency-key", "gammal")], Some(body)).await
    };
    let first = book(&body).await;
    // The hash of the key alone.
    app.execute_sql(
        "UPDATE idempotency_keys SET key_hash = x'7a9e037e19bb21b724d308e608e957045dfc8ecfe891a977492a67ba57d8a26f'",
    )
    .await;
    let again = book(&body).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (201, &first.json()["id"]));
    // Another body may be another system's, so it is booked.
    let other = app.meeting(HOUR, &["bo@example.org"]);
    let page = book(&other).await;
    assert_eq!(page.status, 201);
    assert_ne!(page.json()["id"], first.json()["id"]);
}
