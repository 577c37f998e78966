//! Lists of meetings over the API.

use crate::booking::is_problem;
use axum::http::Method;
use serde_json::json;
use std::collections::HashSet;
use test_support::test_app::{ANNA, DAY, MINUTE, TestApp};

const MEETINGS: &str = "/api/v1/meetings";

async fn book(app: &TestApp, title: &str) {
    let mut meeting = app.meeting(DAY, &[ANNA]);
    meeting["title"] = title.into();
    let page = app.api(Method::POST, MEETINGS, Some(&meeting)).await;
    assert_eq!(page.status, 201);
}

/// Returns the titles on a page, and the cursor of the next one.
async fn page(app: &TestApp, query: &str) -> (Vec<String>, Option<String>) {
    let page = app.api(Method::GET, &format!("{MEETINGS}{query}"), None).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let page = page.json();
    let meetings = page["meetings"].as_array().expect("meetings");
    let titles = meetings.iter().map(|it| it["title"].as_str().expect("a title").to_owned());
    (titles.collect(), page["next_cursor"].as_str().map(str::to_owned))
}

#[tokio::test]
async fn where_nothing_is_booked_there_is_an_empty_list() {
    let app = TestApp::start().await;
    let page = app.api(Method::GET, MEETINGS, None).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.json(), json!({ "meetings": [], "next_cursor": null }));
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_last_booked_comes_first_and_each_is_told_once() {
    let app = TestApp::start().await;
    // Some are booked at the same moment and ordered by their ids.
    for n in 0..7 {
        book(&app, &format!("Möte {n}")).await;
        if n % 3 == 2 {
            app.forward(MINUTE).await;
        }
    }
    let (all, next) = page(&app, "").await;
    assert_eq!((all.len(), next), (7, None));
    assert_eq!(all[0], "Möte 6");
    let moment = |range: std::ops::Range<usize>| all[range].iter().cloned().collect::<HashSet<_>>();
    assert_eq!(moment(1..4), HashSet::from([3, 4, 5].map(|n| format!("Möte {n}"))));
    let (mut told, mut next) = page(&app, "?limit=2").await;
    let mut pages = 1;
    while let Some(cursor) = next {
        // New bookings come before the cursor, and move nothing.
        app.forward(MINUTE).await;
        book(&app, "Nytt").await;
        let (titles, after) = page(&app, &format!("?cursor={cursor}&limit=2")).await;
        told.extend(titles);
        next = after;
        pages += 1;
    }
    assert_eq!((told, pages), (all, 4));
    let (first, _) = page(&app, "?limit=1").await;
    assert_eq!(first, ["Nytt"]);
}

#[tokio::test]
async fn a_listed_meeting_is_the_one_that_is_read() {
    let app = TestApp::start().await;
    let anna = app.invite(ANNA).await;
    app.browser().identify(&app, &anna).await;
    let read = app.api(Method::GET, &format!("{MEETINGS}/{}", anna.meeting), None).await.json();
    let page = app.api(Method::GET, MEETINGS, None).await;
    assert_eq!(page.json()["meetings"], json!([read]));
    assert!(!page.text().contains(&anna.token));
}

#[tokio::test]
async fn a_page_has_fifty_meetings_where_nothing_else_is_said() {
    let app = TestApp::start().await;
    for n in 0..51 {
        book(&app, &format!("Möte {n}")).await;
    }
    let (titles, next) = page(&app, "").await;
    assert_eq!(titles.len(), 50);
    let (titles, next) = page(&app, &format!("?cursor={}", next.expect("more"))).await;
    assert_eq!((titles.len(), next), (1, None));
    let (titles, next) = page(&app, "?limit=100").await;
    assert_eq!((titles.len(), next), (51, None));
    let (titles, next) = page(&app, "?limit=51").await;
    assert_eq!((titles.len(), next), (51, None), "there are none after these");
}

#[tokio::test]
async fn a_page_that_can_not_be_understood_is_refused() {
    let app = TestApp::start().await;
    for query in [
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=x",
        "limit=",
        "limit=1&limit=2",
        "cursor=",
        "cursor=x",
        "cursor=%00",
        "cursor=%ff",
        "cursor=AAAAAAAAAAA",
        "offset=1",
        "organiser=kim",
        "limit=5;cursor=x",
        "%",
    ] {
        is_problem(&app.api(Method::GET, &format!("{MEETINGS}?{query}"), None).await, 400);
    }
    let long = "A".repeat(5_000);
    is_problem(&app.api(Method::GET, &format!("{MEETINGS}?cursor={long}"), None).await, 400);
    // The cursor of an erased meeting is still valid.
    let (titles, next) = page(&app, "?limit=1&").await;
    assert_eq!((titles.len(), next), (0, None));
}
