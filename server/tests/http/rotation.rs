//! Rotation of the installation key. Flows continue as long as the old key is configured. Without it nothing
//! opens and nothing breaks.

use app::wire::{Failure, Problem};
use axum::http::{Method, Request, header};
use serde_json::json;
use test_support::{
    phone::{NUMBER, OTHER_NUMBER},
    test_app::{ANNA, Invitation, MINUTE, TestApp, TestAppBuilder},
};

/// The installation key with which the tests' services start.
const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NEW: &str = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";

async fn start() -> TestApp {
    TestAppBuilder::product().with_bankid().start().await
}

/// Restarts the service with a new key. The old one is still accepted.
async fn rotate(app: &mut TestApp) {
    app.restart_with(&[("secrets.key", NEW), ("secrets.previous", OLD)]).await;
}

/// Restarts the service with the new key alone.
async fn forget(app: &mut TestApp) {
    app.restart_with(&[("secrets.key", NEW), ("secrets.previous", "")]).await;
}

async fn book_once(app: &TestApp, key: &str, body: &str) -> test_support::browser::Page {
    let mut request: Request<_> = app.api_request(Method::POST, "/api/v1/meetings", Some(body));
    let key = key.parse().expect("a value");
    request.headers_mut().insert("idempotency-key", key);
    assert!(request.headers().contains_key(header::AUTHORIZATION));
    test_support::browser::send(app.address, request).await
}

async fn invite_number(app: &TestApp) -> Invitation {
    let mut meeting = app.meeting(MINUTE * 5, &["cia@example.org"]);
    let recipient = meeting["recipients"][0].as_object_mut().expect("a recipient");
    recipient.insert("assurance".to_owned(), json!("loa3"));
    recipient.insert("method".to_owned(), json!("e-id"));
    recipient.insert("personal_number".to_owned(), json!(NUMBER));
    app.invite_to(&meeting).await
}

#[tokio::test]
async fn links_and_codes_under_way_go_on_with_the_old_key_and_new_ones_have_the_new_one() {
    let mut app = start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    let word = browser.get(&invitation.step("code")).await.code().word;
    let old = app.state().keys.current_id().to_owned();

    rotate(&mut app).await;
    let new = app.state().keys.current_id().to_owned();
    assert_ne!(old, new);
    assert_eq!(browser.get(&invitation.step("code")).await.code().word, word);
    app.forward(MINUTE).await;
    browser.resend(&invitation).await;
    assert_eq!(app.code(ANNA).await, code, "the code that is under way is sent again");
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");

    let other = app.browser();
    app.forward(MINUTE).await;
    let code = other.ask(&app, &invitation).await;
    assert_eq!(app.rows("challenges", &format!("key_id = '{new}'")).await, 1);
    assert_eq!(other.enter(&invitation, &code).await.screen(), "invitation");
    let later = app.invite("bo@example.org").await;
    assert_eq!(app.rows("invitations", &format!("key_id = '{new}'")).await, 1);
    app.browser().identify(&app, &later).await;
}

#[tokio::test]
async fn sealed_orders_and_who_is_expected_outlive_a_change_of_the_key() {
    let mut app = start().await;
    let (invitation, second) = (invite_number(&app).await, invite_number(&app).await);
    let browser = app.browser();
    browser.to_choice(&invitation, &invitation.email).await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.settled_orders().await;

    rotate(&mut app).await;
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
    assert_eq!(app.event(&invitation, "identified").await["identity_matched"], true);

    // Started after the rotation, and matched with data from before it.
    let browser = app.browser();
    browser.to_choice(&second, &second.email).await;
    browser.choose(&second, "bankid-elsewhere").await;
    app.sign(OTHER_NUMBER).await;
    let page = browser.finish(&second).await;
    assert_ne!(page.screen(), "invitation", "somebody else is still somebody else");
    browser.choose(&second, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&second).await.screen(), "invitation");
}

#[tokio::test]
async fn the_number_that_bankid_is_asked_for_is_still_known() {
    let plan = TestAppBuilder::product().with_bankid().with("bankid.ask_for_number", "true");
    let mut app = plan.start().await;
    let invitation = invite_number(&app).await;
    rotate(&mut app).await;
    let browser = app.browser();
    browser.to_choice(&invitation, &invitation.email).await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    let order = app.order_ref().await;
    let other = json!({ "action": "sign", "personal_number": OTHER_NUMBER, "name": "Bo Berg" });
    let refused = app.phone().post(&format!("orders/{order}"), &other).await;
    assert_eq!(refused.status, 400, "BankID knows whom it is for: {}", refused.text());
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");

    // Without the key BankID can't be asked for the number. The identification fails, since it would
    // otherwise be open to anyone.
    let invitation = invite_number(&app).await;
    app.restart_with(&[("secrets.key", OLD), ("secrets.previous", "")]).await;
    let browser = app.browser();
    browser.to_choice(&invitation, &invitation.email).await;
    let page = browser.choose(&invitation, "bankid-elsewhere").await;
    assert_eq!((page.status.as_u16(), page.screen()), (200, "choice"));
    assert_eq!(page.problem(), Some(Problem::EId(Failure::Trouble)));
}

#[tokio::test]
async fn a_booking_that_is_repeated_after_a_change_of_the_key_is_known() {
    let mut app = start().await;
    let body = app.meeting(MINUTE * 5, &[ANNA]).to_string();
    let first = book_once(&app, "k-1", &body).await;
    assert_eq!(first.status, 201);
    let hook = app.state().keys.hook_secret();

    rotate(&mut app).await;
    let again = book_once(&app, "k-1", &body).await;
    assert_eq!((again.status.as_u16(), &again.json()["id"]), (201, &first.json()["id"]));
    let other = app.meeting(MINUTE * 6, &[ANNA]).to_string();
    assert_eq!(book_once(&app, "k-1", &other).await.status, 422);
    assert!(app.state().keys.is_webhook_secret(&hook), "what gateways were told is still right");

    forget(&mut app).await;
    assert_eq!(book_once(&app, "k-1", &body).await.status, 422, "it can't be told from another");
    assert_eq!(app.rows("meetings", "TRUE").await, 1);
    assert!(!app.state().keys.is_webhook_secret(&hook));
}

#[tokio::test]
async fn without_the_old_key_everybody_is_told_that_no_code_can_be_sent() {
    let mut app = start().await;
    let invitation = app.invite(ANNA).await;
    let begun = app.browser();
    begun.begin(&invitation).await;
    let before = app.messages.count();
    forget(&mut app).await;
    let mut pages = Vec::new();
    for address in [ANNA, "someone@else.example"] {
        for browser in [app.browser(), app.loaded()] {
            let page = browser.get(&invitation.path()).await;
            assert_eq!((page.screen(), page.problem()), ("method", Some(Problem::NoCode)));
            let page = browser.begin(&invitation).await;
            assert_eq!((page.screen(), page.problem()), ("address", Some(Problem::NoCode)));
            let page = browser.give(&invitation, address).await;
            assert_eq!((page.screen(), page.problem()), ("address", Some(Problem::NoCode)));
            let help = page.view().help.expect("whom to call");
            pages.push((address.to_owned(), format!("{help:?}{:?}", page.view().notice)));
        }
    }
    assert!(pages.iter().all(|(_, page)| *page == pages[0].1), "{pages:?}");
    let page = begun.give(&invitation, ANNA).await;
    assert_eq!(page.problem(), Some(Problem::NoCode));
    let text = app.browser().get(&invitation.path()).await.text();
    assert!(text.contains("Det går inte att skicka någon kod för den här inbjudan."), "{text}");
    app.settled().await;
    assert_eq!(app.messages.count(), before);
    assert_eq!(app.rows("challenges", "TRUE").await, 0);
    assert_eq!(app.rows("sends", "TRUE").await, 0, "nothing is used up");
    let lost = app.state().look_for_lost_keys().await.expect("looked for");
    assert_eq!(lost.len(), 1, "{lost:?}");

    // Everything continues when the key is configured again.
    app.restart_with(&[("secrets.previous", OLD)]).await;
    assert_eq!(app.state().look_for_lost_keys().await.expect("looked for"), []);
    assert_eq!(begun.give(&invitation, ANNA).await.screen(), "code");
    let code = app.code(ANNA).await;
    assert_eq!(begun.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn without_the_old_key_nothing_opens_and_nothing_breaks() {
    let mut app = start().await;
    let (invitation, expected) = (app.invite(ANNA).await, invite_number(&app).await);
    let (browser, other) = (app.browser(), app.browser());
    let code = browser.ask(&app, &invitation).await;
    other.to_choice(&expected, &expected.email).await;
    other.choose(&expected, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    let identified = app.browser();
    app.forward(MINUTE).await;
    identified.identify(&app, &invitation).await;

    forget(&mut app).await;
    assert_eq!(
        identified.get(&invitation.path()).await.screen(),
        "invitation",
        "who is in stays in"
    );
    // The current code is lost, and the page says where to get another.
    let page = browser.get(&invitation.step("code")).await;
    assert_eq!((page.status.as_u16(), page.screen()), (200, "address"));
    assert_ne!(browser.enter(&invitation, &code).await.screen(), "invitation");
    // The completed identification can't be decrypted any more. Another can be started.
    let page = other.finish(&expected).await;
    assert_eq!((page.status.as_u16(), page.screen()), (200, "choice"), "{}", page.text());
    assert_eq!(page.problem(), Some(Problem::EId(Failure::Trouble)));
    other.choose(&expected, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    // The expected person is unknown too, so nobody is admitted.
    assert_ne!(other.finish(&expected).await.screen(), "invitation");
    let later = app.invite("bo@example.org").await;
    app.browser().identify(&app, &later).await;
    app.invite_with_e_id().await;
}
