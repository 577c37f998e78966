//! The log: it holds requests and their results, and no personal data.

use crate::jitsi::{secrets_of_a_visit, with_jitsi};
use app::steps::REPORT_PATH;
use axum::http::Method;
use server::logs;
use std::{cell::RefCell, io};
use test_support::{
    captured_messages::MailerMode,
    test_app::{ANNA, KIM, MINUTE, SMS_PASSWORD, other_than},
};

/// The address for reports of accessibility problems.
const REPORTS: &str = "rapporter@kommun.example";

/// The text of a report.
const REPORT: &str = "Lupprogrammet hoppar";

thread_local! {
    /// The lines of this thread. `None` if no test reads them.
    static LINES: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// A writer to the thread's own log.
struct OwnLines;

impl io::Write for OwnLines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.iter_mut().for_each(|it| it.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// On one thread, so that the service's lines come to this test alone.
#[tokio::test(flavor = "current_thread")]
async fn no_line_holds_a_link_a_code_or_anything_personal() {
    // The subscriber must be global, as in production. Threads of other tests would otherwise decide which
    // lines are of interest.
    tracing::subscriber::set_global_default(logs::subscriber(false, || OwnLines)).expect("a log");
    LINES.set(Some(Vec::new()));

    let app = with_jitsi()
        .with_sms("46elks")
        .with("statement.accessibility_email", REPORTS)
        .start()
        .await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    let word = browser.get(&invitation.step("code")).await.code().word;
    let first = browser.cookie("anslut").expect("a session");
    browser.enter(&invitation, &other_than(&code)).await;
    browser.enter(&invitation, &code).await;
    browser.connect(&invitation).await;
    browser.join(&invitation).await;
    browser.get(&format!("{}?code={code}&email={ANNA}", invitation.path())).await;
    browser.get(&format!("/nowhere/{}", invitation.token)).await;
    browser
        .post_text("/do/code", &format!("invitation={0}&invitation={0}", invitation.token))
        .await;
    app.messages.set_mode(MailerMode::Defers);
    app.api(Method::POST, "/api/v1/meetings", Some(&app.meeting(MINUTE, &["bo@example.org"])))
        .await;
    app.settled().await;
    app.messages.set_mode(MailerMode::Rejects);
    app.forward(MINUTE).await;
    app.messages.set_mode(MailerMode::Accepts);
    let mut by_sms = app.meeting(MINUTE, &["eva@example.org"]);
    by_sms["recipients"][0]["method"] = "sms-code".into();
    by_sms["recipients"][0]["phone"] = "+46701740605".into();
    let by_sms = app.invite_to(&by_sms).await;
    app.messages.set_mode(MailerMode::Defers);
    app.browser().ask_at(&by_sms).await;
    app.settled().await;
    let hook = format!("/hooks/46elks/{}", app.state().keys.hook_secret());
    browser.post(&hook, &[("id", "s1"), ("status", "delivered"), ("to", "+46701740605")]).await;
    let mut bad = app.meeting(MINUTE, &["fel@"]);
    bad["title"] = "".into();
    app.api(Method::POST, "/api/v1/meetings", Some(&bad)).await;

    app.messages.set_mode(MailerMode::Rejects);
    browser.post(REPORT_PATH, &[("report", REPORT)]).await;
    browser.post(REPORT_PATH, &[("report", &REPORT.repeat(200))]).await;
    app.settled().await;

    app.messages.set_mode(MailerMode::Accepts);
    let in_jitsi = secrets_of_a_visit(&app).await;

    app.execute_sql("UPDATE meetings SET starts_at = 'anna@example.org'").await;
    let broken = browser.get(&invitation.path()).await;
    assert_eq!(broken.status, 503);

    let text = String::from_utf8(LINES.take().unwrap_or_default()).expect("text");
    let request = broken.header("x-request-id");
    let of_request: Vec<&str> = text.lines().filter(|line| line.contains(request)).collect();
    let [why, answered] = of_request[..] else { panic!("{of_request:?}") };
    assert!(why.contains("what the database holds can't be understood in starts_at"), "{why}");
    assert!(answered.contains("\"status\":503"), "{answered}");
    for route in [
        "/m/{token}",
        "/do/{*call}",
        "/do/report",
        "\"report\"",
        "/api/v1/meetings",
        "\"mail\"",
        "\"sms\"",
        "/hooks/46elks/{secret}",
    ] {
        assert!(text.contains(route), "{route}: {text}");
    }
    let second = browser.cookie("anslut").expect("a session");
    for secret in [
        invitation.token.as_str(),
        &word,
        &first,
        &second,
        &app.token,
        ANNA,
        KIM,
        "bo@example.org",
        "eva@example.org",
        "46701740605",
        SMS_PASSWORD,
        &app.state().keys.hook_secret(),
        "fel@",
        "Anna",
        "Kim",
        "+46300834000",
        "video.example",
        "Uppföljningsmöte",
        REPORTS,
        "Lupprogrammet",
        "meet.kommun.example",
    ]
    .into_iter()
    .chain(in_jitsi.iter().map(String::as_str))
    {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_json_without(&text, &code);
}

/// Asserts that each line is JSON, and that none holds a code. The time and random names may look like it.
fn assert_json_without(text: &str, code: &str) {
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
        let mut said = line.clone();
        said["timestamp"] = "".into();
        said["span"]["ms"] = 0.into();
        said["span"]["id"] = 0.into();
        assert!(!said.to_string().contains(code), "{said}");
    }
}
