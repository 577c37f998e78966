//! Metrics: they count events, and hold no personal data.

use axum::http::Method;
use test_support::{
    captured_messages::MailerMode,
    phone::NUMBER,
    test_app::{ANNA, KIM, MINUTE, SECOND, TestApp, TestAppBuilder, other_than},
};

#[tokio::test]
async fn a_way_to_the_room_is_seen_in_the_figures() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    browser.enter(&invitation, &other_than(&code)).await;
    browser.enter(&invitation, "").await;
    browser.enter(&invitation, &code).await;
    browser.connect(&invitation).await;
    browser.join(&invitation).await;
    for (series, count) in [
        ("anslut_steps_total{step=\"address\"}", 1.0),
        ("anslut_steps_total{step=\"code\"}", 1.0),
        ("anslut_steps_total{step=\"invitation\"}", 1.0),
        ("anslut_steps_total{step=\"meeting\"}", 1.0),
        ("anslut_steps_total{step=\"room\"}", 1.0),
        ("anslut_refusals_total{reason=\"code-wrong\"}", 1.0),
        ("anslut_refusals_total{reason=\"code-missing\"}", 1.0),
        ("anslut_refusals_total{reason=\"locked\"}", 0.0),
        ("anslut_codes_total{event=\"sent\"}", 1.0),
        ("anslut_codes_total{event=\"wrong\"}", 1.0),
        ("anslut_codes_total{event=\"used\"}", 1.0),
        ("anslut_identifications_total{way=\"email-code\",outcome=\"matched\"}", 1.0),
        ("anslut_deliveries_total{channel=\"email\",outcome=\"sent\"}", 2.0),
        ("anslut_provider_calls_total{provider=\"SMTP\",outcome=\"answered\"}", 2.0),
        ("anslut_provider_call_duration_seconds_count{provider=\"SMTP\"}", 2.0),
        ("anslut_requests_total{route=\"/api/v1/meetings\",method=\"POST\",status=\"2xx\"}", 1.0),
        ("anslut_requests_total{route=\"/do/{*call}\",method=\"POST\",status=\"3xx\"}", 7.0),
        ("anslut_request_duration_seconds_count{route=\"/do/{*call}\"}", 7.0),
        ("anslut_outbox_waiting{kind=\"code\"}", 0.0),
        ("anslut_orders{state=\"open\"}", 0.0),
        ("anslut_database_up", 1.0),
        ("anslut_tasks_restarted_total{task=\"outbox\"}", 0.0),
    ] {
        assert_eq!(
            app.figure(series).await,
            Some(count),
            "{series}: {}",
            app.scrape().await.text()
        );
    }
    assert!(app.figure("anslut_task_idle_seconds{task=\"outbox\"}").await.is_some());
    assert_eq!(app.figure("anslut_task_idle_seconds{task=\"bankid\"}").await, None);
}

#[tokio::test]
async fn no_statement_of_a_whole_way_is_compiled_again() {
    let app = TestApp::start().await;
    let recompiled = async || app.figure("anslut_database_recompiled_total").await;
    let mut before = None;
    for recipient in [ANNA, "bo@example.org", "cia@example.org"] {
        // The first way may compile what the file's first rows have made out of date.
        before = before.or(recompiled().await.filter(|_| recipient != ANNA));
        let invitation = app.invite(recipient).await;
        let browser = app.browser();
        let code = browser.ask(&app, &invitation).await;
        browser.enter(&invitation, &other_than(&code)).await;
        browser.enter(&invitation, &code).await;
        browser.connect(&invitation).await;
        browser.join(&invitation).await;
    }
    assert_eq!(recompiled().await, before);
    assert!(app.figure("anslut_database_statements_total").await > Some(50.0));
    assert!(app.figure("anslut_database_commits_total").await > Some(10.0));
}

#[tokio::test]
async fn what_waits_to_be_sent_is_counted_and_has_an_age() {
    let app = TestApp::start().await;
    app.messages.set_mode(MailerMode::Defers);
    let meeting = app.meeting(MINUTE * 5, &[ANNA, "bo@example.org"]);
    app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
    app.settled().await;
    app.clock.forward(SECOND * 3);
    let kind = "{kind=\"invitation\"}";
    assert_eq!(app.figure(&format!("anslut_outbox_waiting{kind}")).await, Some(2.0));
    assert_eq!(app.figure(&format!("anslut_outbox_oldest_seconds{kind}")).await, Some(3.0));
    let put_off = "anslut_deliveries_total{channel=\"email\",outcome=\"put-off\"}";
    assert_eq!(app.figure(put_off).await, Some(2.0));
    let calls = "anslut_provider_calls_total{provider=\"SMTP\",outcome=\"unreachable\"}";
    assert_eq!(app.figure(calls).await, Some(2.0));
    app.messages.set_mode(MailerMode::Rejects);
    app.forward(MINUTE).await;
    assert_eq!(app.figure(&format!("anslut_outbox_oldest_seconds{kind}")).await, Some(0.0));
    let refused = "anslut_deliveries_total{channel=\"email\",outcome=\"refused\"}";
    assert!(app.figure(refused).await >= Some(2.0));
}

#[tokio::test]
async fn identifications_with_bankid_are_seen_in_the_figures() {
    let app = TestAppBuilder::product().with_bankid().start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    browser.to_choice(&invitation, "cia@example.org").await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.settled_orders().await;
    assert_eq!(app.figure("anslut_orders{state=\"open\"}").await, Some(1.0));
    app.sign(NUMBER).await;
    assert_eq!(app.figure("anslut_orders{state=\"open\"}").await, Some(0.0));
    browser.finish(&invitation).await;
    let matched = "anslut_identifications_total{way=\"bankid\",outcome=\"matched\"}";
    assert_eq!(app.figure(matched).await, Some(1.0));
    let calls = "anslut_provider_calls_total{provider=\"bankid\",outcome=\"answered\"}";
    assert!(app.figure(calls).await >= Some(2.0));
    assert!(app.figure("anslut_task_idle_seconds{task=\"bankid\"}").await.is_some());
    app.phone().trouble("auth", 500, "internalError", 1).await;
    let other = app.invite_with_e_id().await;
    let browser = app.browser();
    browser.to_choice(&other, "cia@example.org").await;
    browser.choose(&other, "bankid-elsewhere").await;
    app.settled_orders().await;
    let troubled = "anslut_provider_calls_total{provider=\"bankid\",outcome=\"troubled\"}";
    assert_eq!(app.figure(troubled).await, Some(1.0));
    let failed = "anslut_identifications_total{way=\"bankid\",outcome=\"failed\"}";
    assert_eq!(app.figure(failed).await, Some(1.0));
}

#[tokio::test]
async fn no_figure_tells_of_anybody() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    browser.enter(&invitation, &code).await;
    let session = browser.cookie("anslut").expect("a session");
    browser.get(&format!("/nowhere/{}?code={code}&email={ANNA}", invitation.token)).await;
    browser.get(&format!("/m/{}x", invitation.token)).await;
    browser.post("/do/hemligt", &[("invitation", &invitation.token)]).await;
    app.api(Method::GET, &format!("/api/v1/meetings/{}", invitation.meeting), None).await;
    app.api(Method::GET, "/api/v1/hemligt", None).await;
    let page = app.scrape().await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("application/openmetrics-text"));
    let text = page.text();
    for secret in [
        invitation.token.as_str(),
        &invitation.id,
        &invitation.meeting,
        &session,
        &app.token,
        ANNA,
        KIM,
        "Anna",
        "hemligt",
        "nowhere",
    ] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    // Labels hold no digits but those of a status or a bucket, and routes hold no values.
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let labels = line.split_once('{').map_or("", |(_, labels)| labels);
        assert!(!labels.contains(&format!("\"{code}\"")), "{line}");
    }
}

#[tokio::test]
async fn figures_are_told_where_they_are_asked_for_and_nowhere_else() {
    let app = TestApp::start().await;
    assert_eq!(app.browser().get("/metrics").await.status, 404);
    let token = app.browser().with("authorization", "Bearer no-token-of-ours");
    assert_eq!(token.get("/api/v1/meetings/m").await.status, 401);
    assert_eq!(app.figure("anslut_refusals_total{reason=\"token\"}").await, Some(1.0));
}

#[tokio::test]
async fn what_the_database_does_not_tell_is_left_out_and_the_rest_is_told() {
    let app = TestApp::start().await;
    let trouble = "anslut_database_troubles_total{trouble=\"schema\"}";
    let before = app.figure(trouble).await.expect("a figure");
    app.execute_sql("ALTER TABLE outbox RENAME TO somewhere_else").await;
    assert_eq!(app.figure("anslut_database_up").await, Some(0.0));
    assert_eq!(app.figure("anslut_outbox_waiting{kind=\"code\"}").await, None);
    assert_eq!(app.figure("anslut_codes_total{event=\"sent\"}").await, Some(0.0));
    assert!(app.figure(trouble).await > Some(before));
    app.execute_sql("ALTER TABLE somewhere_else RENAME TO outbox").await;
    assert_eq!(app.figure("anslut_database_up").await, Some(1.0));
    assert_eq!(app.figure("anslut_outbox_waiting{kind=\"code\"}").await, Some(0.0));
}
