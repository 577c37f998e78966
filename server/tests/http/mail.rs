//! Faults of the mail server. Nothing is lost, other messages are not delayed, and pages don't reveal whether
//! an address is right.

use app::{
    i18n,
    wire::{Code, Language},
};
use axum::http::Method;
use mail_parser::MessageParser;
use std::time::Duration;
use test_support::{
    browser::Browser,
    captured_messages::MailerMode,
    mail_server::{Answer, Behaviour, MailServer},
    test_app::{ANNA, HOUR, Invitation, KIM, MINUTE, SECOND, TestApp, TestAppBuilder},
};
use tokio::time;

pub(crate) const BO: &str = "bo@example.org";
pub(crate) const EVA: &str = "eva@example.org";

/// Long enough for a server that responds, however busy the machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

pub(crate) async fn start() -> (MailServer, TestApp) {
    let server = MailServer::start(Behaviour::default()).await;
    let app = TestAppBuilder::product().with_smtp(server.address, LIMIT).start().await;
    (server, app)
}

/// Books a meeting. Returns its id.
pub(crate) async fn book(app: &TestApp, recipients: &[&str]) -> String {
    let meeting = app.meeting(MINUTE * 5, recipients);
    let page = app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
    assert_eq!(page.status, 201, "{}", page.text());
    page.json()["id"].as_str().expect("an id").to_owned()
}

/// Returns the status of each recipient of a meeting.
pub(crate) async fn statuses(app: &TestApp, meeting: &str) -> Vec<String> {
    app.settled().await;
    let page = app.api(Method::GET, &format!("/api/v1/meetings/{meeting}"), None).await;
    let recipients = page.json()["recipients"].as_array().expect("recipients").clone();
    recipients.iter().map(|it| it["status"].as_str().expect("a status").to_owned()).collect()
}

/// Books a meeting and reads the link in its mail.
pub(crate) async fn invite(app: &TestApp, server: &MailServer) -> Invitation {
    let meeting = book(app, &[ANNA]).await;
    app.settled().await;
    let text = texts(server, ANNA).pop().expect("an invitation");
    let token = secret_in(&text).expect("a link");
    Invitation { meeting, id: String::new(), email: ANNA.to_owned(), token }
}

/// Returns the plain text of the mails to an address.
pub(crate) fn texts(server: &MailServer, to: &str) -> Vec<String> {
    let mails = server.caught().into_iter().filter(|mail| mail.to == to);
    let text = |data: &[u8]| {
        let mail = MessageParser::new().parse(data).expect("a message");
        mail.body_text(0).expect("plain text").into_owned()
    };
    mails.map(|mail| text(&mail.data)).collect()
}

/// Returns the code in a mail's text.
pub(crate) fn code_in(text: &str) -> Option<&str> {
    let digits = |line: &&str| !line.is_empty() && line.bytes().all(|it| it.is_ascii_digit());
    text.lines().map(str::trim).find(digits)
}

/// Returns the content of the code page, without what differs between codes.
pub(crate) async fn shown(browser: &Browser, invitation: &Invitation) -> Code {
    let code = browser.get(&invitation.step("code")).await.code();
    Code { word: String::new(), address: String::new(), ..code }
}

/// Returns `true` if a page hides the text about slow mail.
fn hidden(page: &str) -> bool {
    let (_, tag) = page.split_once("id=\"slow\"").expect("a place for it");
    tag.split('>').next().is_some_and(|tag| tag.contains("hidden"))
}

/// Follows a page while the mail server accepts no connection for 30 seconds, and afterwards. Returns its
/// content of every second.
async fn outage(address: &str) -> Vec<Code> {
    let (server, app) = start().await;
    let invitation = invite(&app, &server).await;
    // Open connections are closed too.
    server.set_fault(Some(("ANY", Answer::HangUp)));
    let browser = app.loaded();
    browser.begin(&invitation).await;
    assert_eq!(browser.give(&invitation, address).await.screen(), "code");
    let mut seen = Vec::new();
    for _ in 0..30 {
        app.forward(SECOND).await;
        seen.push(shown(&browser, &invitation).await);
    }
    let plain = app.browser();
    plain.set_cookie("anslut", browser.cookie("anslut").as_deref());
    for language in Language::ALL {
        plain.set_cookie("anslut-language", Some(language.tag()));
        let page = plain.get(&invitation.step("code")).await.text();
        assert!(page.contains(i18n::texts(language).code.slow), "{}", language.tag());
        assert!(!hidden(&page), "{}", language.tag());
    }

    server.set_fault(None);
    // The mail server is probed every few seconds, even without a message.
    for _ in 0..15 {
        app.forward(SECOND).await;
    }
    let knock = async {
        while shown(&browser, &invitation).await.slow {
            time::sleep(Duration::from_millis(5)).await;
        }
    };
    time::timeout(LIMIT, knock).await.expect("mail is slow no more");
    assert!(hidden(&plain.get(&invitation.step("code")).await.text()));
    app.forward(MINUTE).await;
    app.settled().await;
    seen.push(shown(&browser, &invitation).await);
    let mail = texts(&server, ANNA);
    if address == ANNA {
        assert_eq!(mail.len(), 2, "the code came, once");
        let code = code_in(&mail[1]).expect("a code");
        assert_eq!(browser.enter(&invitation, code).await.screen(), "invitation");
    } else {
        assert_eq!(mail.len(), 1, "no code went anywhere");
        assert_eq!(server.caught().len(), 1);
        assert_eq!(app.rows("outbox", "suppressed AND state = 'dropped'").await, 1);
    }
    seen
}

#[tokio::test]
async fn while_mail_is_slow_the_page_says_so_whichever_address_was_named() {
    let (right, wrong) = tokio::join!(outage(ANNA), outage(EVA));
    let slow: Vec<bool> = right.iter().map(|code| code.slow).collect();
    assert_eq!(slow.iter().position(|slow| *slow), Some(19), "after 20 seconds");
    assert_eq!(slow.last(), Some(&false));
    assert_eq!(right, wrong);
}

#[tokio::test]
async fn an_address_that_is_refused_for_good_fails_alone() {
    let (server, app) = start().await;
    server.singles_out(Some((BO, Answer::Say("550 no such user"))));
    let meeting = book(&app, &[ANNA, BO]).await;
    assert_eq!(statuses(&app, &meeting).await, ["sent", "failed"]);
    let told = texts(&server, KIM);
    assert_eq!(told.len(), 1, "the sender is told");
    app.forward(HOUR).await;
    assert_eq!(server.caught().len(), 2, "trying again is no use");
}

#[tokio::test]
async fn a_code_that_is_refused_looks_like_any_other() {
    let (server, app) = start().await;
    let (right, wrong) = (invite(&app, &server).await, invite(&app, &server).await);
    server.singles_out(Some((ANNA, Answer::Say("550 no such user"))));
    let browsers = [app.loaded(), app.loaded()];
    for (browser, (invitation, address)) in browsers.iter().zip([(&right, ANNA), (&wrong, EVA)]) {
        browser.begin(invitation).await;
        browser.give(invitation, address).await;
    }
    for _ in 0..5 {
        app.forward(SECOND * 15).await;
        let (one, other) = (shown(&browsers[0], &right).await, shown(&browsers[1], &wrong).await);
        assert_eq!(one, other);
        assert!(!one.slow, "the server takes other mail");
    }
    assert_eq!(app.happened(&right, "code-failed").await, 1, "the sender can see it");
    assert_eq!(app.happened(&wrong, "code-failed").await, 0);
}

#[tokio::test]
async fn an_address_that_is_refused_for_now_waits_alone() {
    let (server, app) = start().await;
    server.singles_out(Some((BO, Answer::Say("451 later"))));
    let meeting = book(&app, &[BO, ANNA]).await;
    assert_eq!(statuses(&app, &meeting).await, ["queued", "sent"]);
    app.forward(SECOND * 5).await;
    assert_eq!(statuses(&app, &meeting).await, ["queued", "sent"]);
    assert!(!app.state().mail.is_slow() && !app.state().mail.is_unavailable());
    server.singles_out(None);
    app.forward(SECOND * 15).await;
    assert_eq!(statuses(&app, &meeting).await, ["sent", "sent"]);
    app.forward(HOUR).await;
    assert_eq!(server.caught().len(), 2);
}

#[tokio::test]
async fn a_server_that_hangs_up_in_the_middle_gets_the_message_again() {
    for point in ["MAIL", "RCPT", "DATA", "MESSAGE", "."] {
        let (server, app) = start().await;
        server.set_fault(Some((point, Answer::HangUp)));
        let meeting = book(&app, &[ANNA]).await;
        assert_eq!(statuses(&app, &meeting).await, ["queued"], "{point}");
        app.forward(SECOND * 5).await;
        server.set_fault(None);
        app.forward(SECOND * 15).await;
        assert_eq!(statuses(&app, &meeting).await, ["sent"], "{point}");
        assert_eq!(texts(&server, ANNA).len(), 1, "{point}");
    }
}

#[tokio::test]
async fn a_slow_recipient_holds_up_no_other() {
    let (server, app) = start().await;
    server.singles_out(Some((BO, Answer::Silence)));
    book(&app, &[BO]).await;
    let asked = |what: &str| server.heard().iter().filter(|it| *it == what).count();
    let flows = async {
        while asked("RCPT") < 1 {
            time::sleep(Duration::from_millis(5)).await;
        }
        book(&app, &[ANNA]).await;
        while app.rows("outbox", "state = 'sent'").await < 1 {
            time::sleep(Duration::from_millis(5)).await;
        }
    };
    time::timeout(LIMIT, flows).await.expect("it goes past the slow one");
    assert_eq!((texts(&server, ANNA).len(), texts(&server, BO).len()), (1, 0));
    assert_eq!(app.rows("outbox", "state = 'waiting' AND leased_until > 0").await, 1);
}

#[tokio::test]
async fn however_many_recipients_are_slow_a_code_is_not() {
    let (server, app) = start().await;
    let invitation = invite(&app, &server).await;
    server.singles_out(Some((BO, Answer::Silence)));
    for _ in 0..20 {
        book(&app, &[BO]).await;
    }
    let silent = || server.heard().iter().filter(|it| *it == "RCPT").count() - 1;
    let flows = async {
        while silent() < 12 {
            time::sleep(Duration::from_millis(5)).await;
        }
        app.browser().ask_at(&invitation).await;
        while texts(&server, ANNA).len() < 2 {
            time::sleep(Duration::from_millis(5)).await;
        }
    };
    time::timeout(LIMIT / 2, flows).await.expect("it goes past all the slow ones");
    assert_eq!(silent(), 13, "the code's, and as many slow ones as before");
    assert!(texts(&server, BO).is_empty());
}

#[tokio::test]
async fn the_mail_server_has_no_more_connections_to_bear_than_it_is_said_to() {
    let server = MailServer::start(Behaviour::good_but("RCPT", Answer::Silence)).await;
    let plan =
        TestAppBuilder::product().with_smtp(server.address, LIMIT).with("mail.connections", "3");
    let app = plan.start().await;
    let recipients: Vec<String> = (0..20).map(|n| format!("bo.{n}@example.org")).collect();
    book(&app, &recipients.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let asked = || server.heard().iter().filter(|it| *it == "RCPT").count();
    let full = async {
        while asked() < 3 {
            time::sleep(Duration::from_millis(5)).await;
        }
    };
    time::timeout(LIMIT / 2, full).await.expect("each connection is used");
    assert_eq!(app.rows("outbox", "state = 'waiting' AND leased_until > 0").await, 3);
    assert_eq!(server.most_guests(), 3);
}

#[tokio::test]
async fn an_invitation_that_has_closed_is_not_sent_and_the_sender_is_told() {
    let app = TestAppBuilder::product().with("meeting.closes_after", "1h").start().await;
    app.messages.set_mode(MailerMode::Defers);
    let meeting = book(&app, &[ANNA]).await;
    app.forward(MINUTE * 109).await;
    assert_eq!(statuses(&app, &meeting).await, ["queued"]);
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(HOUR).await;
    assert_eq!(statuses(&app, &meeting).await, ["failed"]);
    assert!(app.messages.to(ANNA).iter().all(|post| !post.accepted));
    assert_eq!(app.mail(KIM).await.len(), 1);
}

/// Returns the link token in a text.
pub(crate) fn secret_in(text: &str) -> Option<String> {
    let secret = |letter: &char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let (_, rest) = text.split_once("/m/")?;
    Some(rest.chars().take_while(secret).collect())
}
