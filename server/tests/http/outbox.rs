//! Delivery: at least once, and what follows if it fails.

use axum::http::Method;
use serde_json::Value;
use server::messages::content::Body;
use test_support::{
    captured_messages::MailerMode,
    test_app::{ANNA, DAY, HOUR, KIM, MINUTE, SECOND, TestApp, TestAppBuilder},
};

/// Books a meeting without waiting for the invitation. Returns the ids of the meeting and the recipient.
async fn book(app: &TestApp) -> (String, String) {
    let meeting = app.meeting(DAY * 3, &[ANNA]);
    let page = app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
    assert_eq!(page.status, 201);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let json = page.json();
    (text(&json["id"]), text(&json["recipients"][0]["status"]))
}

async fn status(app: &TestApp, meeting: &str) -> String {
    let page = app.api(Method::GET, &format!("/api/v1/meetings/{meeting}"), None).await;
    page.json()["recipients"][0]["status"].as_str().expect("a status").to_owned()
}

#[tokio::test]
async fn a_letter_that_can_not_be_taken_now_is_tried_again_with_growing_waits() {
    let app = TestApp::start().await;
    app.messages.set_mode(MailerMode::Defers);
    let (meeting, first) = book(&app).await;
    assert_eq!(first, "queued");
    app.settled().await;
    assert_eq!(app.messages.count(), 1);
    for (tries, wait) in [(2, 5), (3, 15), (4, 45), (5, 135), (6, 405), (7, 1_215), (8, 1_800)] {
        app.forward(SECOND * (wait - 1)).await;
        assert_eq!(app.messages.count(), tries - 1, "not before {wait} s");
        app.forward(SECOND).await;
        assert_eq!(app.messages.count(), tries, "after {wait} s");
    }
    assert_eq!(status(&app, &meeting).await, "queued");
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(MINUTE * 30).await;
    assert_eq!(status(&app, &meeting).await, "sent");
    app.forward(DAY).await;
    let post = app.messages.all();
    assert_eq!(post.len(), 9, "once it is taken it is not sent again");
    for later in &post[1..] {
        assert_eq!(later.context.message_id, post[0].context.message_id);
        assert_eq!(later.context.written_at, post[0].context.written_at);
        assert_eq!(later.full_text(), post[0].full_text(), "word for word the same");
    }
}

#[tokio::test]
async fn a_letter_that_is_refused_fails_and_the_sender_is_told() {
    let app = TestApp::start().await;
    app.messages.set_mode(MailerMode::Rejects);
    let (meeting, _) = book(&app).await;
    app.messages.wait_for(1).await;
    app.messages.set_mode(MailerMode::Accepts);
    app.settled().await;
    assert_eq!(status(&app, &meeting).await, "failed");
    assert_eq!(app.messages.to(ANNA).len(), 1, "trying again is no use");
    let told = app.mail(KIM).await;
    // The mailer may have rejected the notice too, before it was set to accept messages again.
    assert_eq!(told.len(), 1);
    assert!(matches!(told[0].context.content, Body::Undelivered(_)));
    assert!(told[0].rendered.text.contains("Anna Andersson"));
    assert!(!told[0].full_text().contains("/m/"), "no link goes to the sender");
}

#[tokio::test]
async fn a_letter_is_given_up_after_a_day_and_the_sender_is_told() {
    let app = TestApp::start().await;
    app.messages.set_mode(MailerMode::Defers);
    let (meeting, _) = book(&app).await;
    app.settled().await;
    for _ in 0..46 {
        app.forward(MINUTE * 30).await;
    }
    // The next retry after this one would be too late.
    assert_eq!(status(&app, &meeting).await, "queued", "after 23 hours");
    app.forward(MINUTE * 30).await;
    assert_eq!(status(&app, &meeting).await, "failed");
    assert_eq!(app.messages.to(KIM).len(), 1);
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(HOUR).await;
    let told = app.mail(KIM).await;
    assert!(told.last().is_some_and(|post| post.accepted), "the notice is tried again too");
    assert!(app.messages.to(ANNA).iter().all(|post| !post.accepted));
}

#[tokio::test]
async fn a_code_past_its_life_is_dropped() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.messages.set_mode(MailerMode::Defers);
    let browser = app.loaded();
    browser.begin(&invitation).await;
    browser.give(&invitation, ANNA).await;
    app.settled().await;
    // Retries are after 5, 20, 65, 200 and 605 s. The last is beyond the code's 10 minutes.
    for _ in 0..60 {
        app.forward(SECOND * 10).await;
    }
    app.messages.set_mode(MailerMode::Accepts);
    let tried = app.messages.count();
    app.forward(DAY).await;
    assert_eq!(app.messages.count(), tried);
    assert_eq!(app.rows("outbox", "kind = 'code' AND state = 'dropped'").await, 1);
    assert_eq!(app.happened(&invitation, "code-sent").await, 0);
    assert!(app.mail(KIM).await.is_empty());
}

#[tokio::test]
async fn a_code_that_is_late_but_alive_is_the_same_code() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.messages.set_mode(MailerMode::Defers);
    let browser = app.loaded();
    browser.begin(&invitation).await;
    browser.give(&invitation, ANNA).await;
    app.settled().await;
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(SECOND * 5).await;
    let codes: Vec<_> = app
        .mail(ANNA)
        .await
        .iter()
        .filter_map(|post| post.code().map(|code| (code.code.clone(), post.accepted)))
        .collect();
    assert_eq!(codes.len(), 2);
    assert_eq!((&codes[0].0, codes[0].1, codes[1].1), (&codes[1].0, false, true));
    assert_eq!(browser.enter(&invitation, &codes[1].0).await.screen(), "invitation");
}

#[tokio::test]
async fn what_was_in_hand_at_a_crash_is_handed_over_again_as_it_was() {
    let mut app = TestApp::start().await;
    app.messages.set_mode(MailerMode::Hangs);
    let (meeting, _) = book(&app).await;
    app.messages.wait_for(1).await;
    app.crash().await;
    app.messages.set_mode(MailerMode::Accepts);
    assert_eq!(app.messages.count(), 1, "it is still leased");
    app.jump(SECOND * 46).await;
    let post = app.messages.all();
    assert_eq!(post.len(), 2);
    assert_eq!(post[0].context.message_id, post[1].context.message_id);
    assert_eq!(post[0].full_text(), post[1].full_text());
    assert_eq!(status(&app, &meeting).await, "sent");
}

#[tokio::test]
async fn sessions_links_and_codes_outlive_a_crash() {
    let mut app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    app.crash().await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
    app.crash().await;
    assert_eq!(browser.get(&invitation.path()).await.screen(), "invitation");
    browser.connect(&invitation).await;
    assert_eq!(browser.join(&invitation).await.screen(), "room");
    assert_eq!(app.messages.count(), 2, "nothing is sent twice that was taken");
}

#[tokio::test]
async fn told_to_stop_it_finishes_what_is_in_hand() {
    let mut app = TestApp::start().await;
    let (_, first) = book(&app).await;
    assert_eq!(first, "queued");
    app.messages.wait_for(1).await;
    app.stop().await;
    assert_eq!(app.rows("outbox", "state = 'sent'").await, 1);
}

#[tokio::test]
async fn a_slow_letter_holds_up_no_other() {
    let app = TestAppBuilder::product().start().await;
    app.messages.set_mode(MailerMode::Hangs);
    book(&app).await;
    app.messages.wait_for(1).await;
    app.messages.set_mode(MailerMode::Accepts);
    book(&app).await;
    app.messages.wait_for(2).await;
}

#[tokio::test]
async fn the_database_holds_no_code_and_no_link() {
    let app = TestAppBuilder::product().with("code.length", "8").start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    let word = browser.get(&invitation.step("code")).await.code().word;
    let session = browser.cookie("anslut").expect("a session");
    let memory = format!("{:?}", app.memory().await);
    assert!(memory.contains(ANNA), "what is looked through is the whole of it");
    for secret in [&code, &invitation.token, &session, &app.token] {
        assert!(!memory.contains(secret.as_str()));
    }
    assert!(!word.is_empty());
}

#[tokio::test]
async fn a_letter_that_can_not_be_written_is_given_up_in_the_end() {
    let app = TestApp::start().await;
    app.messages.set_mode(MailerMode::Defers);
    let (meeting, _) = book(&app).await;
    app.settled().await;
    app.execute_sql("UPDATE invitations SET key_id = 'lost'").await;
    let tried = app.messages.count();
    app.messages.set_mode(MailerMode::Accepts);
    for _ in 0..49 {
        app.forward(MINUTE * 30).await;
    }
    assert_eq!(app.messages.to(ANNA).len(), tried, "it could not be written any more");
    assert_eq!(status(&app, &meeting).await, "failed");
}
