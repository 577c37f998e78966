//! The whole flow, from the booking to the room.

use axum::http::StatusCode;
use test_support::{
    browser::{Browser, Page},
    test_app::{ANNA, Invitation, ROOM, TestApp},
};

fn has(page: &Page, element: &str, name: &str) {
    let names = page.names(element);
    assert!(names.iter().any(|it| it == name), "no {element} {name:?} among {names:?}");
}

#[tokio::test]
async fn an_invitation_leads_into_the_room_with_scripts_switched_off() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    assert_eq!(app.status(&invitation).await, "sent");

    let page = browser.get(&invitation.path()).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "method"));
    has(&page, "button", "Fortsätt");
    assert_eq!(app.status(&invitation).await, "sent", "looking opens nothing");

    let page = browser.begin(&invitation).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "address"));
    has(&page, "label", "E-postadress");
    has(&page, "button", "Fortsätt");
    assert_eq!(app.status(&invitation).await, "opened");

    let page = browser.give(&invitation, ANNA).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "code"));
    has(&page, "label", "Kod");
    has(&page, "button", "Identifiera");
    has(&page, "button", "Skicka koden igen");
    has(&page, "a", "Ändra adress");
    assert!(page.text().contains(ANNA), "the typed address is shown");
    let mail = app.mail(ANNA).await;
    let letter = mail.last().and_then(|post| post.code()).expect("a code");
    assert!(page.text().contains(&letter.word), "the word of the message is on the page");

    let code = app.code(ANNA).await;
    let page = browser.enter(&invitation, &code).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "invitation"));
    has(&page, "button", "Anslut till videomöte");
    has(&page, "button", "Avsluta");
    for text in ["Kim Handläggare", "Uppföljningsmöte", "Vi går igenom planen.", "09.05–09.50"]
    {
        assert!(page.text().contains(text), "{text}");
    }
    assert_eq!(app.status(&invitation).await, "identified");

    let page = browser.connect(&invitation).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "meeting"));
    has(&page, "button", "Anslut till mötet");
    has(&page, "button", "Avsluta");
    assert_eq!(app.status(&invitation).await, "identified");
    assert!(!browser.seen().contains("video.example"), "the room shows nowhere before");

    let page = browser.join(&invitation).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "room"));
    assert_eq!(page.header("refresh"), format!("0; url={ROOM}"));
    assert!(page.text().contains(&format!("href=\"{}\"", ROOM.replace('&', "&amp;"))));
    assert_eq!(app.status(&invitation).await, "joined");
    let events =
        ["booked", "sent", "opened", "code-requested", "code-sent", "identified", "joined"];
    assert_eq!(app.events(&invitation).await, events);
}

#[tokio::test]
async fn an_invitation_leads_into_the_room_in_the_loaded_app() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let page = browser.get(&invitation.path()).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "method"));
    for (page, screen, slug) in [
        (browser.begin(&invitation).await, "address", "address"),
        (browser.give(&invitation, ANNA).await, "code", "code"),
        (browser.enter(&invitation, &app.code(ANNA).await).await, "invitation", "invitation"),
        (browser.connect(&invitation).await, "meeting", "meeting"),
    ] {
        assert_eq!((page.status, page.screen()), (StatusCode::OK, screen));
        assert!(page.header("content-type").starts_with("application/json"), "{screen}");
        assert_eq!(page.view().path, invitation.step(slug));
        assert_eq!(page.header("location"), "", "{screen}");
    }
    assert!(!browser.seen().contains("video.example"), "the room shows nowhere before");
    let page = browser.join(&invitation).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "room"));
    assert!(page.text().contains(ROOM));
    assert_eq!(app.status(&invitation).await, "joined");
}

#[tokio::test]
async fn a_plain_form_is_answered_with_a_redirect_to_the_step() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let token = invitation.token.as_str();
    let post = async |path: &str, more: &[(&str, &str)], slug: &str| {
        let fields = [&[("invitation", token)], more].concat();
        let page = browser.post(path, &fields).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert_eq!(page.header("location"), invitation.step(slug), "{path}");
    };
    // The first response with a cookie checks whether it comes back.
    post("/do/begin", &[], "address?cookie").await;
    post("/do/address", &[("email", ANNA)], "code").await;
    post("/do/resend", &[], "code").await;
    post("/do/code", &[("code", &app.code(ANNA).await)], "invitation").await;
    post("/do/enter", &[], "meeting").await;
    post("/do/stay", &[("path", &invitation.step("meeting"))], "meeting").await;
    post("/do/join", &[], "room").await;
    post("/do/end", &[], "ended").await;
    let page = browser.post("/do/end", &[]).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::SEE_OTHER, "/ended"));
}

#[tokio::test]
async fn an_address_may_be_typed_in_any_case_and_with_spaces_around() {
    let app = TestApp::start().await;
    let invitation = app.invite("Anna.Andersson@Example.org").await;
    let browser = app.browser();
    browser.begin(&invitation).await;
    browser.give(&invitation, "  anna.andersson@EXAMPLE.ORG ").await;
    assert_eq!(app.codes("Anna.Andersson@Example.org").await, 1, "to the address as booked");
}

#[tokio::test]
async fn a_code_may_be_pasted_with_spaces_and_dashes() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = app_code_spaced(&browser, &app, &invitation).await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}

async fn app_code_spaced(browser: &Browser, app: &TestApp, invitation: &Invitation) -> String {
    let code = browser.ask(app, invitation).await;
    let (head, tail) = code.split_at(2);
    format!("\u{a0}{head} - {tail}\r\n")
}

#[tokio::test]
async fn the_session_gets_another_value_at_identification_and_the_old_one_is_worth_nothing() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    let before = browser.cookie("anslut").expect("a session");
    let fields = [("invitation", invitation.token.as_str()), ("code", code.as_str())];
    let page = browser.post("/do/code", &fields).await;
    assert!(page.header("set-cookie").ends_with("; HttpOnly; SameSite=Lax; Path=/"));
    let after = browser.cookie("anslut").expect("a session");
    assert_ne!(before, after);
    assert_eq!(after.len(), 43, "256 bits in base64url");

    let thief = app.browser();
    thief.set_cookie("anslut", Some(&before));
    assert_eq!(thief.get(&invitation.path()).await.screen(), "method");
    assert_eq!(thief.get(&invitation.step("invitation")).await.screen(), "method");
    assert_eq!(browser.get(&invitation.path()).await.screen(), "invitation");
    assert_eq!(app.rows("sessions", "TRUE").await, 1);
}

#[tokio::test]
async fn the_first_post_makes_the_session_and_looking_makes_none() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    browser.get(&invitation.path()).await;
    assert_eq!(browser.cookie("anslut"), None);
    browser.begin(&invitation).await;
    let value = browser.cookie("anslut").expect("a session");
    browser.give(&invitation, ANNA).await;
    assert_eq!(browser.cookie("anslut"), Some(value), "nothing was proven");
}

#[tokio::test]
async fn every_recipient_has_a_link_of_its_own() {
    let app = TestApp::start().await;
    let meeting = app.meeting(test_support::test_app::HOUR, &[ANNA, "bo@example.org"]);
    let anna = app.invite_to(&meeting).await;
    let bo = app.mail("bo@example.org").await;
    let bo = bo.first().and_then(|post| post.link()).expect("an invitation").to_owned();
    assert!(!bo.ends_with(&anna.token));
    let browser = app.browser();
    browser.identify(&app, &anna).await;
    let path = bo.strip_prefix(&app.origin).expect("our origin");
    assert_eq!(browser.get(path).await.screen(), "method", "the proof is for one invitation");
}
