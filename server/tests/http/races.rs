//! Concurrent requests on several threads exceed no limit.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::HashSet;
use test_support::{
    browser::{Browser, Kind},
    test_app::{ANNA, MINUTE, TestApp, TestAppBuilder, other_than},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixty_wrong_codes_at_once_no_more_are_judged_than_a_code_bears() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    let wrong = other_than(&code);
    let pages = join_all((0..60).map(|_| browser.enter(&invitation, &wrong))).await;
    assert!(pages.iter().all(|page| page.screen() == "code"));
    assert_eq!(app.happened(&invitation, "wrong-code").await, 3);
    assert_eq!(app.rows("attempts", "TRUE").await, 3);
    assert_eq!(app.rows("challenges", "attempts = 3").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_codes_from_many_sessions_at_once_lock_the_invitation_at_the_limit() {
    let app = TestAppBuilder::product()
        .with("code.resend_wait", "1s")
        .with("code.sends_per_hour", "50")
        .with("code.sends_per_day", "50")
        .with("code.sends_per_address", "50")
        .start()
        .await;
    let invitation = app.invite_early(ANNA).await;
    let mut browsers = Vec::new();
    for _ in 0..20 {
        let browser = app.loaded();
        browsers.push((browser.ask(&app, &invitation).await, browser));
        app.forward(MINUTE / 30).await;
    }
    let enters = async |number: usize| {
        let (code, browser) = &browsers[number];
        let wrong = other_than(code);
        // Every fourth is right, each at another moment.
        for _ in 0..number % 4 {
            browser.enter(&invitation, &wrong).await;
        }
        browser.enter(&invitation, if number.is_multiple_of(4) { code } else { &wrong }).await
    };
    join_all((0..20).map(enters)).await;
    let events = app.events(&invitation).await;
    let locked = events.iter().position(|it| it == "locked").expect("locked");
    let (before, after) = events.split_at(locked);
    assert_eq!(before.iter().filter(|it| *it == "wrong-code").count(), 10);
    assert!(!after.iter().any(|it| it == "identified"), "no code is right after it: {events:?}");
    assert_eq!(app.happened(&invitation, "locked").await, 1);
    for (code, browser) in browsers.iter().skip(1).step_by(4) {
        assert_ne!(browser.enter(&invitation, code).await.screen(), "invitation");
    }
    assert_eq!(app.rows("outbox", "kind IN ('locked', 'locked-out')").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_right_codes_at_once_one_succeeds() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    // Each has the session as it was before any of them succeeded.
    let session = browser.cookie("anslut");
    let browsers: Vec<_> = (0..50)
        .map(|_| {
            let browser = app.loaded();
            browser.set_cookie("anslut", session.as_deref());
            browser
        })
        .collect();
    let pages = join_all(browsers.iter().map(|it| it.enter(&invitation, &code))).await;
    let inside = pages.iter().filter(|page| page.screen() == "invitation").count();
    assert_eq!(inside, 1);
    assert_eq!(app.happened(&invitation, "identified").await, 1);
    let sessions: HashSet<_> = browsers
        .iter()
        .filter_map(|it| it.cookie("anslut"))
        .filter(|it| Some(it) != session.as_ref())
        .collect();
    assert_eq!(sessions.len(), 1, "one new session value was given out");
    assert_eq!(app.rows("attempts", "wrong").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_thirty_requests_for_a_code_at_once_one_is_sent() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    join_all((0..30).map(|_| browser.give(&invitation, ANNA))).await;
    assert_eq!(app.codes(ANNA).await, 1);
    assert_eq!(app.rows("sends", "TRUE").await, 1);

    app.forward(MINUTE).await;
    join_all((0..30).map(|_| browser.resend(&invitation))).await;
    assert_eq!(app.codes(ANNA).await, 2);
    let others: Vec<_> = (0..30).map(|_| app.loaded()).collect();
    join_all(others.iter().map(|it| it.begin(&invitation))).await;
    app.forward(MINUTE).await;
    let pages = join_all(others.iter().map(|it| it.give(&invitation, ANNA))).await;
    assert!(pages.iter().all(|page| page.screen() == "code"), "nobody sees the cap");
    // Over all sessions one is sent at once and two wait. The limit is five in an hour.
    for sent in [3, 4, 5, 5] {
        assert_eq!(app.codes(ANNA).await, sent);
        app.forward(MINUTE).await;
    }
    assert_eq!(app.rows("sends", "NOT suppressed").await, 5);
    assert_eq!(app.happened(&invitation, "code-withheld").await, 27);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wrong_codes_of_strangers_at_once_count_for_nobody_else() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let code = app.loaded().ask(&app, &invitation).await;
    let strangers: Vec<_> = (0..6).map(|_| app.loaded()).collect();
    join_all(strangers.iter().map(|it| it.begin(&invitation))).await;
    join_all(strangers.iter().map(|it| it.give(&invitation, "eva@example.org"))).await;
    let tries = strangers.iter().flat_map(|it| (0..3).map(|_| it.enter(&invitation, &code)));
    join_all(tries).await;
    assert_eq!(app.happened(&invitation, "wrong-code").await, 18);
    assert_eq!(app.rows("attempts", "alone").await, 18);
    assert_eq!(app.happened(&invitation, "locked").await, 0);
    assert_ne!(app.status(&invitation).await, "locked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_first_steps_at_once_one_opens_the_invitation() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let browsers: Vec<_> = (0..20).map(|_| app.browser()).collect();
    join_all(browsers.iter().map(|it| it.begin(&invitation))).await;
    assert_eq!(app.happened(&invitation, "opened").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_equal_bookings_at_once_with_one_key_one_is_booked() {
    let app = TestApp::start().await;
    let body = app.meeting(MINUTE, &[ANNA]).to_string();
    let calls = (0..20).map(|_| async {
        let mut request = app.api_request(Method::POST, "/api/v1/meetings", Some(&body));
        request.headers_mut().insert("idempotency-key", "samma".parse().expect("a key"));
        test_support::browser::send(app.address, request).await
    });
    let pages = join_all(calls).await;
    assert!(pages.iter().all(|page| page.status == 201));
    let ids: HashSet<String> = pages.iter().map(|page| page.json()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    let bodies: HashSet<Value> = pages.iter().map(test_support::browser::Page::json).collect();
    assert!(bodies.len() <= 2, "but for the status, which may have gone on");
    assert_eq!(app.mail(ANNA).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_servers_on_one_database_judge_no_more_than_one() {
    let mut app = TestApp::start().await;
    let second = app.another().await;
    let invitation = app.invite_early(ANNA).await;
    let here = app.loaded();
    let code = here.ask(&app, &invitation).await;
    let there = Browser::new(second, &app.origin, Kind::Loaded);
    there.set_cookie("anslut", here.cookie("anslut").as_deref());
    let wrong = other_than(&code);
    let tries = (0..20).flat_map(|_| [&here, &there]).map(|it| it.enter(&invitation, &wrong));
    join_all(tries).await;
    assert_eq!(app.happened(&invitation, "wrong-code").await, 3);

    app.forward(MINUTE).await;
    join_all((0..10).flat_map(|_| [&here, &there]).map(|it| it.resend(&invitation))).await;
    assert_eq!(app.codes(ANNA).await, 2);
    let code = app.code(ANNA).await;
    let pages =
        join_all((0..10).flat_map(|_| [&here, &there]).map(|it| it.enter(&invitation, &code)))
            .await;
    assert!(pages.iter().any(|page| page.screen() == "invitation"));
    assert_eq!(app.happened(&invitation, "identified").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_servers_on_one_database_send_each_letter_once() {
    let mut app = TestApp::start().await;
    app.another().await;
    let addresses: Vec<String> = (0..60).map(|number| format!("r{number}@example.org")).collect();
    let recipients: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let meeting = app.meeting(MINUTE, &recipients);
    let page = app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
    assert_eq!(page.status, 201);
    app.settled().await;
    let sent: HashSet<String> =
        app.messages.all().into_iter().map(|post| post.context.message_id).collect();
    assert_eq!((sent.len(), app.messages.count()), (60, 60));
}
