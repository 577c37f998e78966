//! An outage of the mail server. Waiting messages are sent as soon as it ends, pages say what it means for
//! visitors, and outdated messages are not sent.

use crate::mail::{
    BO, EVA, LIMIT, book, code_in, invite, secret_in, shown, start, statuses, texts,
};
use app::{
    i18n,
    wire::{Code, Language},
};
use axum::http::Method;
use serde_json::{Value, json};
use std::time::Duration;
use test_support::{
    mail_server::{Answer, Behaviour, MailServer},
    test_app::{ANNA, MINUTE, SECOND, TestApp, TestAppBuilder},
};
use tokio::time;

/// Moves the clock second by second.
async fn pass(app: &TestApp, seconds: u32) {
    for _ in 0..seconds {
        app.forward(SECOND).await;
    }
}

/// Time in which the service connects to the mail server, if it is due, and is answered.
const ANSWERED_WITHIN: Duration = Duration::from_millis(250);

/// Ends the outage. The service must notice within 30 seconds. Returns when the waiting messages are done.
async fn comes_back(server: &MailServer, app: &TestApp) {
    server.set_fault(None);
    for seconds in 0.. {
        // A connection that is due now must be answered first, also on a busy machine: how long the outage
        // lasts by the clock must not depend on it.
        let answered = async {
            while app.state().mail.is_unavailable() {
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        if time::timeout(ANSWERED_WITHIN, answered).await.is_ok() {
            break;
        }
        assert!(seconds < 30, "the mail server is back");
        app.forward(SECOND).await;
    }
    let recalled = async {
        while app.rows("outbox", "state = 'waiting' AND away").await > 0 {
            time::sleep(Duration::from_millis(5)).await;
        }
    };
    time::timeout(LIMIT, recalled).await.expect("what waited is due");
    app.settled().await;
    // Messages that another one was just ahead of.
    pass(app, 2).await;
}

#[tokio::test]
async fn what_waits_goes_out_at_once_when_the_mail_server_is_back() {
    for (point, answer) in [
        ("ANY", Answer::HangUp),
        ("CONNECT", Answer::Say("421 closing")),
        ("CONNECT", Answer::Say("554 nobody")),
        ("MAIL", Answer::Say("452 no room")),
        ("MAIL", Answer::Say("550 not you")),
    ] {
        // No connection survives the outage.
        let server = MailServer::start(Behaviour { patience: 1, ..Behaviour::default() }).await;
        let app = TestAppBuilder::product().with_smtp(server.address, LIMIT).start().await;
        let invitation = invite(&app, &server).await;
        server.set_fault(Some((point, answer)));
        let (browser, stranger) = (app.loaded(), app.loaded());
        for (browser, address) in [(&browser, ANNA), (&stranger, EVA)] {
            browser.begin(&invitation).await;
            browser.give(&invitation, address).await;
        }
        let meeting = book(&app, &[BO]).await;
        // The next retries would be after 605 seconds.
        for _ in 0..23 {
            app.forward(SECOND * 10).await;
        }
        assert_eq!(statuses(&app, &meeting).await, ["queued"], "{point}");
        assert!(shown(&browser, &invitation).await.slow, "{point}");
        comes_back(&server, &app).await;
        assert_eq!(statuses(&app, &meeting).await, ["sent"], "{point} {answer:?}");
        let mail = texts(&server, ANNA);
        assert_eq!(mail.len(), 2, "{point} {answer:?}: the code, once");
        let code = code_in(&mail[1]).expect("a code");
        assert!(!shown(&browser, &invitation).await.slow, "{point}");
        assert_eq!(app.rows("outbox", "suppressed AND state = 'dropped'").await, 1, "{point}");
        assert_eq!(shown(&browser, &invitation).await, shown(&stranger, &invitation).await);
        assert_eq!(browser.enter(&invitation, code).await.screen(), "invitation");
        pass(&app, 30).await;
        assert_eq!(server.caught().len(), 3, "{point}: each once");
    }
}

#[tokio::test]
async fn codes_that_still_hold_go_first_the_oldest_ahead() {
    let server = MailServer::start(Behaviour::default()).await;
    // One message at a time shows their order.
    let plan =
        TestAppBuilder::product().with_smtp(server.address, LIMIT).with("mail.connections", "1");
    let app = plan.start().await;
    let old = invite(&app, &server).await;
    server.set_fault(Some(("ANY", Answer::HangUp)));
    let meeting = book(&app, &[BO, EVA]).await;
    let mut browsers = Vec::new();
    for _ in 0..3 {
        let browser = app.loaded();
        browser.begin(&old).await;
        assert_eq!(browser.give(&old, ANNA).await.screen(), "code");
        browsers.push(browser);
        for _ in 0..26 {
            app.forward(SECOND * 10).await;
        }
    }
    // The first code has expired by now.
    comes_back(&server, &app).await;
    assert_eq!(statuses(&app, &meeting).await, ["sent", "sent"]);
    let order: Vec<String> = server.caught()[1..].iter().map(|mail| mail.to.clone()).collect();
    assert_eq!(order[..2], [ANNA, ANNA]);
    assert_eq!(order.len(), 4);
    let codes: Vec<_> =
        texts(&server, ANNA)[1..].iter().filter_map(|it| code_in(it).map(str::to_owned)).collect();
    assert_eq!(browsers[1].enter(&old, &codes[0]).await.screen(), "invitation", "the older first");
    assert_eq!(browsers[2].enter(&old, &codes[1]).await.screen(), "invitation");
    assert_eq!(app.happened(&old, "code-dropped").await, 1);
    assert_eq!(app.happened(&old, "code-sent").await, 2);
}

#[tokio::test]
async fn what_the_mail_server_deferred_itself_is_not_hurried_when_it_is_back() {
    let (server, app) = start().await;
    server.singles_out(Some((BO, Answer::Say("451 later"))));
    let meeting = book(&app, &[BO]).await;
    for _ in 0..10 {
        app.forward(SECOND * 20).await;
    }
    let asked = || server.heard().iter().filter(|it| *it == "RCPT").count();
    let before = asked();
    server.set_fault(Some(("ANY", Answer::HangUp)));
    let other = book(&app, &[ANNA]).await;
    pass(&app, 20).await;
    comes_back(&server, &app).await;
    assert_eq!(statuses(&app, &other).await, ["sent"]);
    assert_eq!(statuses(&app, &meeting).await, ["queued"]);
    assert_eq!(asked(), before + 1, "that of the other");
}

/// Follows the code page during an outage that is longer than the code's validity, and after it.
async fn outlasted(address: &str) -> Vec<Code> {
    let (server, app) = start().await;
    let invitation = invite(&app, &server).await;
    server.set_fault(Some(("ANY", Answer::HangUp)));
    let browser = app.loaded();
    browser.begin(&invitation).await;
    browser.give(&invitation, address).await;
    let mut seen = Vec::new();
    for _ in 0..61 {
        app.forward(SECOND * 10).await;
        app.settled().await;
        seen.push(shown(&browser, &invitation).await);
    }
    let right = address == ANNA;
    assert_eq!(app.happened(&invitation, "code-dropped").await, usize::from(right));
    let plain = app.browser();
    plain.set_cookie("anslut", browser.cookie("anslut").as_deref());
    for language in Language::ALL {
        plain.set_cookie("anslut-language", Some(language.tag()));
        let page = plain.get(&invitation.step("code")).await.text();
        assert!(page.contains(i18n::texts(language).code.unsent), "{}", language.tag());
    }
    comes_back(&server, &app).await;
    assert_eq!(texts(&server, ANNA).len(), 1, "a code past its life goes nowhere");
    seen.push(shown(&browser, &invitation).await);
    browser.post("/do/resend", &[("invitation", &invitation.token)]).await;
    app.settled().await;
    seen.push(shown(&browser, &invitation).await);
    assert_eq!(texts(&server, ANNA).len(), 1 + usize::from(right), "there is a way on");
    seen
}

#[tokio::test]
async fn that_no_mail_came_of_a_code_is_said_whichever_address_was_named() {
    let (right, wrong) = tokio::join!(outlasted(ANNA), outlasted(EVA));
    let unsent: Vec<bool> = right.iter().map(|code| code.unsent).collect();
    assert_eq!(unsent.iter().position(|unsent| *unsent), Some(59), "when its time is over");
    assert_eq!(unsent.last(), Some(&false), "of the new one it is not so");
    assert!(right[2..61].iter().all(|code| code.slow), "as long as it waits, and longer");
    assert_eq!(right, wrong);
}

#[tokio::test]
async fn what_a_recipient_s_own_server_did_is_never_told_to_who_only_has_the_link() {
    let (server, app) = start().await;
    let (right, wrong) = (invite(&app, &server).await, invite(&app, &server).await);
    server.singles_out(Some((ANNA, Answer::Say("451 later"))));
    let browsers = [app.loaded(), app.loaded()];
    for (browser, (invitation, address)) in browsers.iter().zip([(&right, ANNA), (&wrong, EVA)]) {
        browser.begin(invitation).await;
        browser.give(invitation, address).await;
    }
    app.forward(SECOND * 30).await;
    // One message is deferred, the other suppressed. Then the mail server accepts no connection until the
    // code has expired.
    server.set_fault(Some(("ANY", Answer::HangUp)));
    for _ in 0..60 {
        app.forward(SECOND * 10).await;
        let (one, other) = (shown(&browsers[0], &right).await, shown(&browsers[1], &wrong).await);
        assert_eq!(one, other);
    }
    assert_eq!(app.happened(&right, "code-dropped").await, 1, "the sender is told");
}

/// Cancels a meeting.
async fn call_off(app: &TestApp, meeting: &str) {
    let page = app.api(Method::DELETE, &format!("/api/v1/meetings/{meeting}"), None).await;
    assert_eq!(page.status, 204);
}

/// Changes a meeting.
async fn change(app: &TestApp, meeting: &str, change: &Value) {
    let address = format!("/api/v1/meetings/{meeting}");
    let page = app.api(Method::PATCH, &address, Some(change)).await;
    assert_eq!(page.status, 200, "{}", page.text());
}

/// Returns the ids of a meeting's recipients.
async fn recipients(app: &TestApp, meeting: &str) -> Vec<String> {
    let page = app.api(Method::GET, &format!("/api/v1/meetings/{meeting}"), None).await;
    let recipients = page.json()["recipients"].as_array().expect("recipients").clone();
    recipients.iter().map(|it| it["id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn nobody_is_told_that_something_is_off_who_never_heard_of_it() {
    for (point, answer) in
        [("ANY", Answer::HangUp), ("RCPT", Answer::Say("451 later")), ("MAIL", Answer::Say("452"))]
    {
        for tried_before in [false, true] {
            let (server, app) = start().await;
            let known = book(&app, &[ANNA]).await;
            app.settled().await;
            server.set_fault(Some((point, answer)));
            let meeting = book(&app, &[BO, EVA]).await;
            if tried_before {
                pass(&app, 30).await;
            }
            let ids = recipients(&app, &meeting).await;
            let removed = json!({ "recipients": [{ "id": ids[1], "remove": true }] });
            change(&app, &meeting, &removed).await;
            if tried_before {
                pass(&app, 30).await;
            }
            call_off(&app, &meeting).await;
            call_off(&app, &known).await;
            pass(&app, 60).await;
            server.set_fault(None);
            for _ in 0..10 {
                app.forward(MINUTE * 3).await;
            }
            let to: Vec<String> = server.caught().into_iter().map(|mail| mail.to).collect();
            assert_eq!(to, [ANNA, ANNA], "{point}: who was invited is told");
            assert_eq!(app.rows("outbox", "state = 'waiting'").await, 0, "{point}");
        }
    }
}

#[tokio::test]
async fn who_may_have_been_invited_is_told_that_it_is_off() {
    let (server, app) = start().await;
    // The server takes the mail and never responds.
    server.set_fault(Some((".", Answer::HangUp)));
    let meeting = book(&app, &[ANNA]).await;
    app.settled().await;
    call_off(&app, &meeting).await;
    app.settled().await;
    server.set_fault(None);
    pass(&app, 30).await;
    let mail = texts(&server, ANNA);
    assert_eq!(mail.len(), 1);
    assert!(secret_in(&mail[0]).is_none(), "the news, not the invitation");
}

#[tokio::test]
async fn a_meeting_that_was_moved_before_anybody_heard_of_it_is_told_once() {
    let (server, app) = start().await;
    server.set_fault(Some(("ANY", Answer::HangUp)));
    let meeting = book(&app, &[ANNA]).await;
    pass(&app, 10).await;
    let moved = app.meeting(MINUTE * 40, &[ANNA]);
    let times = json!({ "starts_at": moved["starts_at"], "ends_at": moved["ends_at"] });
    change(&app, &meeting, &times).await;
    pass(&app, 20).await;
    comes_back(&server, &app).await;
    assert_eq!(statuses(&app, &meeting).await, ["sent"]);
    let mail = texts(&server, ANNA);
    assert_eq!(mail.len(), 1, "the invitation says it");
    assert!(secret_in(&mail[0]).is_some());
    pass(&app, 30).await;
    assert_eq!(server.caught().len(), 1);
    let later = app.meeting(MINUTE * 50, &[ANNA]);
    let times = json!({ "starts_at": later["starts_at"], "ends_at": later["ends_at"] });
    change(&app, &meeting, &times).await;
    app.settled().await;
    assert_eq!(texts(&server, ANNA).len(), 2, "from then on changes are news");
}
