//! Cancellation of meetings over the API.

use crate::{
    booking::is_problem,
    changes::{address, change, written},
};
use axum::http::Method;
use futures_util::future::join_all;
use serde_json::json;
use test_support::test_app::{ANNA, DAY, HOUR, TestApp};

const BO: &str = "bo@example.org";

#[tokio::test]
async fn all_who_were_not_taken_off_are_told_once_when_a_meeting_is_called_off() {
    let app = TestApp::start().await;
    let anna = app.invite_to(&app.meeting(HOUR, &[ANNA, BO, "cia@example.org"])).await;
    let path = address(&anna.meeting);
    let meeting = app.api(Method::GET, &path, None).await.json();
    let id = |n: usize| meeting["recipients"][n]["id"].as_str().expect("an id").to_owned();
    let page =
        change(&app, &anna, &json!({ "recipients": [{ "id": id(1), "remove": true }] })).await;
    assert_eq!(page.status, 200);
    let browser = app.browser();
    browser.identify(&app, &anna).await;
    for _ in 0..2 {
        let page = app.api(Method::DELETE, &path, None).await;
        assert_eq!((page.status.as_u16(), page.text().as_str()), (204, ""));
        app.settled().await;
        for n in 0..3 {
            assert_eq!(written(&app, "cancelled", &id(n)).await, 1);
        }
    }
    assert_eq!(app.happened(&anna, "cancelled").await, 1);
    let read = app.api(Method::GET, &path, None).await;
    assert_eq!(read.status, 200);
    let recipients = read.json()["recipients"].clone();
    assert!(
        recipients.as_array().expect("recipients").iter().all(|it| it["status"] == "cancelled")
    );
    for slug in ["invitation", "meeting", "room"] {
        assert_eq!(browser.get(&anna.step(slug)).await.screen(), "cancelled");
    }
    assert_eq!(browser.join(&anna).await.screen(), "cancelled");
    assert!(!browser.seen().contains("video.example"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_calls_to_call_a_meeting_off_one_does() {
    let app = TestApp::start().await;
    let anna = app.invite_early(ANNA).await;
    let path = address(&anna.meeting);
    let pages = join_all((0..20).map(|_| app.api(Method::DELETE, &path, None))).await;
    assert!(pages.iter().all(|page| page.status == 204));
    assert_eq!(app.happened(&anna, "cancelled").await, 1);
    assert_eq!(written(&app, "cancelled", &anna.id).await, 1);
}

#[tokio::test]
async fn what_is_over_or_unknown_is_not_called_off() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    app.forward(DAY * 2).await;
    let before = app.memory().await;
    is_problem(&app.api(Method::DELETE, &address(&anna.meeting), None).await, 409);
    for id in ["unknown", "%00", "%ff", &anna.id, "0e5f6d0a-6d5b-4a57-9f5c-0c1f4a0f7d11"] {
        let page = app.api(Method::DELETE, &address(id), None).await;
        let status = page.status.as_u16();
        assert!(matches!(status, 400 | 404), "{id}: {status}");
    }
    app.settled().await;
    assert_eq!(app.memory().await, before);
}
