//! Faults of the service: pages say so without the reason, and everything works again afterwards.

use axum::http::Method;
use test_support::{
    captured_messages::MailerMode,
    test_app::{ANNA, MINUTE, SECOND, TestApp, TestAppBuilder},
};

const BREAK: &str = "ALTER TABLE invitations RENAME TO somewhere_else";
const MEND: &str = "ALTER TABLE somewhere_else RENAME TO invitations";

#[tokio::test]
async fn when_the_database_fails_everybody_is_told_and_afterwards_all_goes_on() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let (plain, loaded) = (app.browser(), app.loaded());
    let code = plain.ask(&app, &invitation).await;
    loaded.begin(&invitation).await;
    let before = app.memory().await;

    app.execute_sql(BREAK).await;
    let token = invitation.token.as_str();
    let fields = [("invitation", token), ("email", ANNA), ("code", &code)];
    for browser in [&plain, &loaded] {
        let page = browser.get(&invitation.path()).await;
        assert_eq!((page.status.as_u16(), page.screen()), (503, "trouble"));
        for call in ["begin", "address", "code", "resend", "enter", "join", "stay", "end"] {
            let page = browser.post(&format!("/do/{call}"), &fields).await;
            assert_eq!((page.status.as_u16(), page.screen()), (503, "trouble"), "{call}");
            assert_eq!(page.header("cache-control"), "no-store");
            assert_eq!(page.header("set-cookie"), "", "{call}");
        }
        assert_eq!(browser.get("/privacy").await.status, 200, "what needs no database is there");
        let seen = browser.seen().to_lowercase();
        for word in ["sqlite", "no such table", "somewhere_else", "store:"] {
            assert!(!seen.contains(word), "{word}");
        }
    }
    let meeting = app.meeting(MINUTE, &[ANNA]);
    let page = app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
    assert_eq!(page.status, 503);
    assert_eq!(page.header("content-type"), "application/problem+json");
    assert!(!page.header("retry-after").is_empty());
    assert!(!page.text().contains("table"), "{}", page.text());

    app.execute_sql(MEND).await;
    app.settled().await;
    assert_eq!(app.memory().await, before, "nothing was half done");
    assert_eq!(plain.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn it_tells_whether_it_lives_and_whether_it_is_ready() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for path in ["/healthz", "/readyz"] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert_eq!(page.header("cache-control"), "no-store");
    }
}

#[tokio::test]
async fn it_is_not_ready_without_its_database_and_says_so() {
    let app = TestApp::start().await;
    let browser = app.browser();
    app.execute_sql("ALTER TABLE api_tokens RENAME TO somewhere_else").await;
    let page = browser.get("/readyz").await;
    assert_eq!((page.status.as_u16(), page.text().as_str()), (503, "not ready: database\n"));
    assert_eq!(browser.get("/healthz").await.status, 200);
    app.execute_sql("ALTER TABLE somewhere_else RENAME TO api_tokens").await;
    // The last result is cached for a moment.
    while browser.get("/readyz").await.status != 200 {
        tokio::task::yield_now().await;
    }
}

/// On one thread, since the paused clock applies to the whole runtime.
#[tokio::test(flavor = "current_thread")]
async fn it_is_not_ready_when_what_it_does_behind_the_requests_stands_still() {
    let app = TestAppBuilder::product().with("mail.connections", "4").start().await;
    let invitation = app.invite(ANNA).await;
    app.messages.set_mode(MailerMode::Hangs);
    let meeting =
        app.meeting(MINUTE * 5, &["bo@example.org", "cia@example.org", "eva@example.org"]);
    app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
    let browser = app.browser();
    browser.ask_at(&invitation).await;
    // Every permit is taken by a delivery that never ends, even the one for codes.
    app.messages.wait_for(1 + 4).await;
    assert_eq!(browser.get("/readyz").await.status, 200);
    tokio::time::pause();
    // It looks once a second, and then waits for a permit.
    for _ in 0..3 {
        tokio::time::advance(SECOND).await;
    }
    tokio::time::advance(MINUTE + MINUTE).await;
    tokio::time::resume();
    let page = browser.get("/readyz").await;
    assert_eq!((page.status.as_u16(), page.text().as_str()), (503, "not ready: outbox\n"));
}
