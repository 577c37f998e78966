//! Erased data is gone from the tables and from every file of the database.

use axum::http::Method;
use test_support::test_app::{ANNA, DAY, KIM, MINUTE, TestApp};

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn what_was_erased_is_in_no_file_of_the_database_any_more() {
    let app = TestApp::start().await;
    let mut meetings = Vec::new();
    // Enough to fill whole database pages, which are free afterwards.
    for number in 0..30 {
        let mut meeting = app.meeting(MINUTE * 5, &[&format!("bo.{number}@example.org"), ANNA]);
        meeting["description"] = format!("Vi går igenom planen. {}", "Mycket. ".repeat(200)).into();
        meetings.push(app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await.json());
    }
    let invitation = app.invite(ANNA).await;
    app.browser().identify(&app, &invitation).await;
    let personal = [ANNA, "bo.7@example.org", KIM, "Anna Andersson", "Kim Handl", "igenom planen"];
    for text in personal {
        assert!(holds(&app.files(), text), "{text}");
    }
    app.forward(DAY * 31).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    let files = app.files();
    for text in personal {
        assert!(!holds(&files, text), "{text}");
    }
    assert!(holds(&files, "api_tokens"), "it is still the database");
    assert_eq!(app.rows("meetings", "TRUE").await, 0);
}

#[tokio::test]
async fn what_is_to_be_kept_is_kept() {
    let app = TestApp::start().await;
    app.invite(ANNA).await;
    app.forward(DAY * 29).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    assert_eq!(app.rows("meetings", "TRUE").await, 1);
    assert!(holds(&app.files(), ANNA));
}

#[tokio::test]
async fn tokens_that_were_taken_back_are_erased_after_a_while() {
    let app = TestApp::start().await;
    let token = app.state().tokens().await.expect("tokens").remove(0);
    assert!(app.state().revoke_token(&token.id).await.expect("taken back"));
    app.forward(DAY * 30).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    assert_eq!(app.rows("api_tokens", "TRUE").await, 1);
    app.forward(MINUTE).await;
    server::jobs::purge::purge(app.state()).await.expect("erased");
    assert_eq!(app.rows("api_tokens", "TRUE").await, 0);
}
