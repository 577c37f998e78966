//! Codes by SMS: their destination, their text, and what a page shows of the number.

use crate::product;
use app::wire::{self, Screen};
use axum::http::Method;
use serde_json::Value;
use server::messages::content::Channel;
use test_support::{
    captured_messages::{CapturedMessage, MailerMode, phone_of},
    test_app::{ANNA, HOUR, Invitation, KIM, MINUTE, SECOND, TestApp},
};

/// Returns the SMS sent so far.
fn texts(app: &TestApp) -> Vec<CapturedMessage> {
    app.messages.all().into_iter().filter(|it| it.context.channel == Channel::Sms).collect()
}

/// Books a meeting for a recipient with this phone.
async fn invite(app: &TestApp, email: &str, phone: &str) -> Invitation {
    let mut meeting = app.meeting(HOUR, &[email]);
    meeting["recipients"][0]["phone"] = phone.into();
    app.invite_to(&meeting).await
}

#[tokio::test]
async fn the_code_goes_to_the_phone_and_the_invitation_by_mail() {
    let app = product().start().await;
    let invitation = app.invite(ANNA).await;
    let mail = app.messages.all();
    assert_eq!((mail.len(), mail[0].context.to.as_str()), (1, ANNA));
    assert_eq!(mail[0].context.channel, Channel::Email);
    assert!(mail[0].rendered.text.contains("Din mobiltelefon när du ansluter."));

    app.loaded().ask(&app, &invitation).await;
    let sent = texts(&app);
    assert_eq!((app.messages.count(), sent.len()), (2, 1));
    assert_eq!(sent[0].context.to, phone_of(ANNA));
}

#[tokio::test]
async fn the_text_names_the_organisation_the_code_and_the_word_and_nothing_of_the_matter() {
    let app = product().start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    let word = browser.get(&invitation.step("code")).await.code().word;
    let sent = texts(&app).remove(0);
    let text = &sent.rendered.text;
    for said in ["Mölndals stad", &format!("\n{code}\n"), &word, "Gäller till kl. 09.10"] {
        assert!(text.contains(said), "{said}: {text}");
    }
    let (text_of_it, bound) = text.rsplit_once('\n').expect("lines");
    assert_eq!(bound, format!("@127.0.0.1 #{code}"));
    for unsaid in ["Uppföljning", "planen", "Anna", "Kim", "http", "@", &invitation.token] {
        assert!(!text_of_it.contains(unsaid), "{unsaid}: {text}");
    }
    assert!(server::messages::sms::gsm7::septets(text).is_some_and(|length| length <= 160));
    assert!(sent.rendered.links.is_empty() && sent.rendered.html.is_empty());
}

#[tokio::test]
async fn pages_name_the_number_with_most_of_it_hidden() {
    let app = product().start().await;
    let invitation = invite(&app, ANNA, "+46701740605").await;
    for browser in [app.loaded(), app.browser()] {
        let Screen::Method(method) = browser.get(&invitation.path()).await.view().screen else {
            panic!("no method screen");
        };
        assert_eq!(
            (method.way, method.phone.as_deref()),
            (wire::Method::SmsCode, Some("070-*** ** 05"))
        );
        app.forward(MINUTE).await;
        browser.begin(&invitation).await;
        let page = browser.give(&invitation, ANNA).await;
        assert_eq!(page.code().phone.as_deref(), Some("070-*** ** 05"));
        let seen = browser.seen();
        for whole in ["46701740605", "0701740605", "070-174", "174 06"] {
            assert!(!seen.contains(whole), "{whole}");
        }
    }
}

#[tokio::test]
async fn the_sender_sees_that_it_was_a_code_by_sms() {
    let app = product().start().await;
    let invitation = app.invite(ANNA).await;
    app.loaded().identify(&app, &invitation).await;
    let path = format!("/api/v1/meetings/{}/events", invitation.meeting);
    let events = app.api(Method::GET, &path, None).await.json();
    let events = events.as_array().expect("events");
    let identified: Vec<&Value> = events.iter().filter(|it| it["kind"] == "identified").collect();
    assert_eq!(identified.len(), 1);
    assert_eq!(
        (&identified[0]["method"], &identified[0]["assurance"]),
        (&Value::from("sms-code"), &Value::from("loa2"))
    );
}

#[tokio::test]
async fn a_number_gets_so_many_codes_a_day_over_all_invitations_and_addresses() {
    let app = product().with("code.sends_per_address", "2").start().await;
    let phone = "+46701740605";
    for email in [ANNA, "anna@work.example"] {
        let invitation = invite(&app, email, phone).await;
        app.loaded().ask_at(&invitation).await;
        app.settled().await;
    }
    assert_eq!(texts(&app).len(), 2);
    let third = invite(&app, "anna@home.example", phone).await;
    let browser = app.loaded();
    let page = browser.ask_at(&third).await;
    assert_eq!((page.screen(), page.problem()), ("code", None), "no page says so");
    app.settled().await;
    assert_eq!(texts(&app).len(), 2);
    assert_eq!(app.happened(&third, "code-withheld").await, 1);
    // The limit counts by phone number, not by address.
    let other = invite(&app, ANNA, "+46701740606").await;
    assert_eq!(app.loaded().ask_at(&other).await.screen(), "code");
    app.settled().await;
    assert_eq!(texts(&app).len(), 3);
}

#[tokio::test]
async fn wrong_addresses_use_up_nothing_of_what_the_number_gets() {
    let app = product().with("code.sends_per_address", "1").start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    let page = browser.give(&invitation, "eva@example.org").await;
    assert_eq!(page.screen(), "code");
    app.forward(MINUTE).await;
    assert_eq!(app.loaded().ask_at(&invitation).await.screen(), "code");
    app.settled().await;
    assert_eq!(texts(&app).len(), 1);
}

#[tokio::test]
async fn a_message_that_the_gateway_refuses_is_told_to_the_sender_and_not_sent_again() {
    let app = product().start().await;
    let invitation = app.invite(ANNA).await;
    app.messages.set_mode(MailerMode::Rejects);
    let browser = app.loaded();
    assert_eq!(browser.ask_at(&invitation).await.screen(), "code");
    assert_eq!(app.happened(&invitation, "code-failed").await, 1);
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(SECOND * 59).await;
    assert_eq!(texts(&app).len(), 1);
    assert!(app.mail(KIM).await.is_empty());
    app.forward(SECOND).await;
    browser.resend(&invitation).await;
    assert_eq!(app.happened(&invitation, "code-sent").await, 1);
}

#[tokio::test]
async fn what_the_gateway_calls_a_message_is_kept_with_it() {
    let app = product().start().await;
    let invitation = app.invite(ANNA).await;
    app.messages.set_mode(MailerMode::Defers);
    app.loaded().ask_at(&invitation).await;
    app.settled().await;
    assert_eq!(app.rows("outbox", "reference IS NOT NULL").await, 0);
    app.messages.set_mode(MailerMode::Accepts);
    app.forward(SECOND * 5).await;
    let condition = "reference = 'sms-' || id AND state = 'sent' AND kind = 'code'";
    assert_eq!(app.rows("outbox", condition).await, 1);
    assert_eq!(app.rows("outbox", "reference IS NOT NULL").await, 1, "no mail has one");
}

#[tokio::test]
async fn a_number_that_can_not_take_the_code_is_refused_at_the_booking() {
    let app = product().start().await;
    for (phone, detail) in [
        (Value::Null, "missing"),
        (Value::from("0701740605"), "E.164"),
        (Value::from("+4670174"), "possible"),
        (Value::from("+46701740605123"), "possible"),
        (Value::from("+999123456789"), "possible"),
        (Value::from("+46300834000"), "mobile"),
        (Value::from(46_701_740_605_u64), "string"),
    ] {
        let mut meeting = app.meeting(HOUR, &[ANNA, "bo@example.org"]);
        meeting["recipients"][1]["phone"] = phone.clone();
        let page = app.api(Method::POST, "/api/v1/meetings", Some(&meeting)).await;
        assert_eq!(page.status, 422, "{phone}");
        let errors = page.json()["errors"].clone();
        assert_eq!(errors.as_array().map(Vec::len), Some(1), "{errors}");
        assert_eq!(errors[0]["pointer"], "/recipients/1/phone");
        assert!(errors[0]["detail"].as_str().is_some_and(|it| it.contains(detail)), "{errors}");
    }
    assert_eq!(app.rows("meetings", "TRUE").await, 0);
    let mut meeting = app.meeting(HOUR, &[ANNA]);
    meeting["recipients"][0]["phone"] = "+358401234567".into();
    let invitation = app.invite_to(&meeting).await;
    assert_eq!(app.status(&invitation).await, "sent");
}
