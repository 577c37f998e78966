//! API tokens: created, used, revoked.

use axum::http::Method;
use server::{clock::Time, meetings::api_tokens::NoToken};
use std::time::Duration;
use test_support::test_app::{ANNA, MINUTE, SECOND, TestApp};

/// Waits until this is recorded as the token's last use.
async fn used(app: &TestApp, at: Time) {
    tokio::time::timeout(MINUTE, async {
        let mut turns = tokio::time::interval(Duration::from_millis(3));
        while last_use(app).await != Some(at) {
            turns.tick().await;
        }
    })
    .await
    .expect("the use is noted");
}

async fn last_use(app: &TestApp) -> Option<Time> {
    app.state().tokens().await.expect("tokens")[0].used_at
}

async fn read(app: &TestApp) -> u16 {
    app.api(Method::GET, "/api/v1/meetings/none", None).await.status.as_u16()
}

#[tokio::test]
async fn the_use_of_a_token_is_noted_at_most_once_in_five_minutes() {
    let app = TestApp::start().await;
    app.execute_sql("CREATE TABLE noted (at BIGINT)").await;
    app.execute_sql(
        "CREATE TRIGGER noted AFTER UPDATE OF used_at ON api_tokens
         BEGIN INSERT INTO noted VALUES (NEW.used_at); END",
    )
    .await;
    assert_eq!(last_use(&app).await, None);
    let first = app.now();
    assert_eq!(read(&app).await, 404);
    used(&app, first).await;
    app.clock.forward(SECOND * 299);
    for _ in 0..3 {
        assert_eq!(read(&app).await, 404);
    }
    assert_eq!(last_use(&app).await, Some(first));
    app.clock.forward(SECOND);
    assert_eq!(read(&app).await, 404);
    used(&app, app.now()).await;
    // Writes are made in the order of arrival, so an additional one would be visible by now.
    assert_eq!(app.rows("noted", "TRUE").await, 2);
}

#[tokio::test]
async fn reading_goes_on_where_the_use_can_not_be_noted() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.clock.forward(MINUTE * 6);
    app.execute_sql(
        "CREATE TRIGGER full BEFORE UPDATE ON api_tokens BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    .await;
    let path = format!("/api/v1/meetings/{}", invitation.meeting);
    assert_eq!(app.api(Method::GET, &path, None).await.status, 200);
}

#[tokio::test]
async fn a_token_that_was_taken_back_lets_nobody_in() {
    let app = TestApp::start().await;
    assert_eq!(read(&app).await, 404);
    let token = app.state().tokens().await.expect("tokens").remove(0);
    assert!(app.state().revoke_token(&token.id).await.expect("taken back"));
    assert!(!app.state().revoke_token(&token.id).await.expect("taken back before"));
    assert!(!app.state().revoke_token("no-such-id").await.expect("none"));
    assert_eq!(read(&app).await, 401);
}

#[tokio::test]
async fn a_name_that_is_none_is_refused() {
    let app = TestApp::start().await;
    let long = "a".repeat(101);
    for name in [
        "",
        "  ",
        "a\nb",
        "a\u{1b}[2Jb",
        "a\u{202e}b",
        "a\u{0}",
        "\u{200b}",
        "a\u{feff}",
        "\u{2067}a",
        "a\u{2029}b",
        &long,
    ] {
        let refused = app.state().create_token(name).await;
        assert!(matches!(refused, Err(NoToken::Name(_))), "{name:?}");
    }
    assert_eq!(app.rows("api_tokens", "TRUE").await, 1);
    app.state().create_token(&"å".repeat(100)).await.expect("a token");
}
