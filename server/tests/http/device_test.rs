//! The test of camera, microphone and connection, before the day of the meeting.

use app::wire::{Notice, Screen};
use axum::http::StatusCode;
use test_support::{
    browser::{Browser, Page},
    meeting_room::{BuiltIn, Person, with_rooms},
    test_app::{ANNA, CIA, DAY, HOUR, Invitation, MINUTE, TestApp},
};

const BUTTON: &str = "Testa din utrustning";

async fn start() -> TestApp {
    with_rooms().start().await
}

/// Books a meeting in three days.
async fn early(app: &TestApp) -> BuiltIn {
    BuiltIn::book(app, &app.meeting(DAY * 3, &[ANNA])).await
}

async fn identified(app: &TestApp, invitation: &Invitation) -> Browser {
    let browser = app.browser();
    browser.identify(app, invitation).await;
    browser
}

/// Returns the address of the test on an opened invitation.
fn offered(page: &Page) -> Option<String> {
    let html = page.text();
    let (before, _) = html.split_once(BUTTON)?;
    let (_, link) = before.rsplit_once("<a ")?;
    link.split("href=\"").nth(1)?.split('"').next().map(str::to_owned)
}

#[tokio::test]
async fn guests_and_hosts_are_offered_the_test_days_ahead() {
    let app = start().await;
    let meeting = early(&app).await;
    for invitation in [&meeting.guests[0], &meeting.host] {
        let browser = identified(&app, invitation).await;
        let opened = browser.get(&invitation.step("invitation")).await;
        assert!(opened.header("permissions-policy").contains("camera=()"));
        let path = offered(&opened).expect("an offer");
        assert_eq!(path, invitation.step("check"));
        let page = browser.get(&path).await;
        assert_eq!((page.status, page.screen()), (StatusCode::OK, "check"));
        let Screen::Check(test) = page.view().screen else { panic!("{}", page.text()) };
        assert_eq!(test.conference.people, 8);
        assert!(test.when.opens_in > 0, "the room is not open");
        let permissions = page.header("permissions-policy");
        for feature in ["camera", "microphone", "speaker-selection", "autoplay"] {
            assert!(permissions.contains(&format!("{feature}=(self)")), "{permissions}");
        }
        let signal = app.origin.replacen("http", "ws", 1);
        let policy = page.header("content-security-policy");
        assert!(policy.contains(&format!("connect-src 'self' {signal};")), "{policy}");
        // Without scripts it says what is needed, and leads back.
        let html = page.text();
        assert!(html.contains("<h1 tabindex=\"-1\">Kontrollera bild och ljud<"), "{html}");
        let (_, without) = html.split_once("<noscript>").expect("a text without scripts");
        assert!(without.split("</noscript>").next().expect("it").contains("JavaScript"));
        assert!(html.contains(&format!("href=\"{}\"", invitation.step("invitation"))));
        assert!(!html.contains("/do/join"), "nobody joins from here");
    }
}

#[tokio::test]
async fn only_who_has_identified_gets_to_the_test() {
    let app = start().await;
    let meeting = early(&app).await;
    let guest = &meeting.guests[0];
    let page = app.browser().get(&guest.step("check")).await;
    assert_eq!((page.screen(), page.view().notice), ("method", Some(Notice::StartHere)));
    assert!(page.header("permissions-policy").contains("camera=()"));
    assert!(app.browser().get(&format!("/m/{}/check", "a".repeat(27))).await.status == 404);
    // Somebody who is inside another invitation.
    let browser = identified(&app, &meeting.host).await;
    assert_eq!(browser.get(&guest.step("check")).await.screen(), "method");
    // A code does not open what requires an e-ID.
    let strict = BuiltIn::book(&app, &app.meeting(DAY, &[CIA])).await;
    let page = browser.get(&strict.guests[0].step("check")).await;
    assert_ne!(page.screen(), "check");
}

#[tokio::test]
async fn a_link_room_and_a_meeting_that_is_over_offer_no_test() {
    let app = start().await;
    let invitation = app.invite(ANNA).await;
    let browser = identified(&app, &invitation).await;
    assert_eq!(offered(&browser.get(&invitation.step("invitation")).await), None);
    let page = browser.get(&invitation.step("check")).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "invitation"));
    assert!(page.header("permissions-policy").contains("camera=()"));

    let meeting = BuiltIn::booked(&app, &[ANNA]).await;
    let guest = &meeting.guests[0];
    app.forward(HOUR * 4).await;
    let browser = identified(&app, guest).await;
    let opened = browser.get(&guest.step("invitation")).await;
    assert_eq!((opened.view().notice, offered(&opened)), (Some(Notice::MeetingOver), None));
    assert_eq!(browser.get(&guest.step("check")).await.screen(), "invitation");
}

#[tokio::test]
async fn the_test_is_no_step_towards_the_room() {
    let app = start().await;
    let meeting = BuiltIn::booked(&app, &[ANNA]).await;
    let guest = Person::identified(&app, &meeting.guests[0]).await;
    let page = guest.browser.get(&guest.invitation.step("check")).await;
    assert_eq!(page.screen(), "check", "on the day, too");
    guest.act("equipment", &[("camera", "yes"), ("connection", "yes")]).await;
    assert_eq!(guest.act("check", &[]).await.status, StatusCode::OK);
    assert_eq!(guest.act("room-ticket", &[]).await.status, StatusCode::CONFLICT);
    assert_eq!(app.status(&guest.invitation).await, "identified");
    assert_eq!(app.rows("knocks", "TRUE").await + app.rows("rooms", "TRUE").await, 0);
    let host = Person::identified(&app, &meeting.host).await;
    host.join().await;
    assert_eq!(host.all().await.waiting.len(), 0);
    app.forward(MINUTE).await;
    let page = guest.act("ring-me", &[("path", &guest.invitation.step("check"))]).await;
    assert_eq!(page.screen(), "check");
    assert_eq!(app.event(&guest.invitation, "call-wanted").await["step"], "check");
}

#[tokio::test]
async fn a_link_room_keeps_no_equipment() {
    let app = start().await;
    let invitation = app.invite(ANNA).await;
    let guest = Person::identified(&app, &invitation).await;
    assert_eq!(guest.act("equipment", &[("camera", "yes")]).await.status, StatusCode::OK);
    assert_eq!(app.rows("equipment", "TRUE").await, 0);
}
