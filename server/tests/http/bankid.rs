//! Identification with BankID, on this device and another, and its failures.

use crate::changes::latest;
use app::wire::{Failure, Notice, Problem, Progress, Screen, Stage};
use axum::http::{Method, StatusCode};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use test_support::{
    browser::{Browser, Page},
    phone::{NUMBER, OTHER_NUMBER},
    test_app::{CIA, SECOND, TestApp, TestAppBuilder},
};
use tokio::net::TcpStream;

pub(crate) async fn start() -> TestApp {
    TestAppBuilder::product().with_bankid().start().await
}

/// Opens an event stream. It stays open as long as the returned value lives.
async fn listen(app: &TestApp, browser: &Browser, path: &str) -> (StatusCode, impl Sized + use<>) {
    let stream = TcpStream::connect(app.address).await.expect("a connection");
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP");
    tokio::spawn(connection);
    let answer = sender.send_request(browser.request(Method::GET, path, "")).await;
    let answer = answer.expect("an answer");
    (answer.status(), (sender, answer))
}

fn path(url: &str) -> String {
    let (_, rest) = url.split_once("://").expect("an address");
    rest.split_once('/').map(|(_, path)| format!("/{path}")).expect("a path")
}

/// Opens an address to which the app returns, and once more if the response asks for it.
async fn come_back(browser: &Browser, path: &str) -> Page {
    let page = browser.get(path).await;
    match page.status {
        StatusCode::SEE_OTHER if page.header("location").ends_with("?again") => {
            browser.get(page.header("location")).await
        }
        _ => page,
    }
}

pub(crate) fn failed(page: &Page) -> Option<Failure> {
    match page.problem() {
        Some(Problem::EId(failure)) => Some(failure),
        _ => None,
    }
}

#[tokio::test]
async fn bankid_on_another_device_opens_the_invitation_with_scripts_switched_off() {
    let app = start().await;
    let invitation = app.invite_by_number(NUMBER).await;
    let browser = app.browser();
    let page = browser.get(&invitation.path()).await;
    assert_eq!(page.screen(), "address");
    let page = browser.to_bankid(&invitation, "bankid-elsewhere").await;
    assert!(page.progress().qr.is_some());
    let order = app.order_ref().await;
    assert_eq!(app.phone().sign(&order, NUMBER).await, None, "a phone elsewhere goes nowhere");
    app.follow().await;
    let page = browser.get(&invitation.step("bankid-elsewhere")).await;
    assert_eq!(page.progress().stage, Stage::Done);
    let before = browser.cookie("anslut");
    let page = browser.get(&page.progress().done.expect("a way on")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_ne!(browser.cookie("anslut"), before, "the session has another value now");
    let page = browser.get(page.header("location")).await;
    assert_eq!(page.screen(), "invitation");
    assert_eq!(browser.connect(&invitation).await.screen(), "meeting");
    assert_eq!(browser.join(&invitation).await.screen(), "room");
    assert_eq!(app.status(&invitation).await, "joined");
    let event = app.event(&invitation, "identified").await;
    assert_eq!(event["who"], "Cia Ceder");
    assert_eq!(event["method"], "bankid");
    assert_eq!(event["assurance"], "loa3");
    assert_eq!(event["identity_matched"], true);
}

#[tokio::test]
async fn bankid_on_this_device_opens_the_invitation_where_the_app_leads_back_to() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    let order = browser.open_app(&app, &invitation).await;
    app.follow().await;
    assert_ne!(browser.progress(&invitation).await.stage, Stage::OpenHere);
    let back = app.phone().sign(&order, NUMBER).await.expect("a way back");
    assert!(back.starts_with(&app.origin), "{back}");
    app.follow().await;
    // The old tab can't continue alone.
    assert_eq!(browser.progress(&invitation).await.stage, Stage::Return);
    assert_ne!(browser.finish(&invitation).await.screen(), "invitation");
    let page = browser.get(&path(&back)).await;
    assert_eq!(page.header("location"), invitation.step("invitation"));
    // The old tab follows.
    assert_eq!(browser.progress(&invitation).await.stage, Stage::Over);
    assert_eq!(browser.get(&invitation.step("bankid-here")).await.screen(), "invitation");
    let event = app.event(&invitation, "identified").await;
    assert_eq!(event["identity_matched"], Value::Null, "the sender named nobody");
}

#[tokio::test]
async fn the_app_may_lead_back_before_bankid_has_told_us() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    let order = browser.open_app(&app, &invitation).await;
    let back = app.phone().sign(&order, NUMBER).await.expect("a way back");
    let page = browser.get(&path(&back)).await;
    assert_eq!(page.header("location"), invitation.step("bankid-here"));
    app.follow().await;
    let page = browser.get(&invitation.step("bankid-here")).await;
    assert_eq!(page.progress().stage, Stage::Done);
    let page = browser.finish(&invitation).await;
    assert_eq!(page.screen(), "invitation");
}

#[tokio::test]
async fn a_way_back_is_worth_nothing_in_another_browser() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let (browser, thief) = (app.browser(), app.browser());
    let order = browser.open_app(&app, &invitation).await;
    let back = app.phone().sign(&order, NUMBER).await.expect("a way back");
    app.follow().await;
    for other in [&app.browser(), &thief] {
        let page = come_back(other, &path(&back)).await;
        assert_eq!((page.status, page.screen()), (StatusCode::FORBIDDEN, "elsewhere"));
        assert!(!page.text().contains(&invitation.token), "it tells nothing of the invitation");
        other.give(&invitation, &invitation.email).await;
    }
    let page = come_back(&thief, &path(&back)).await;
    assert_eq!(page.screen(), "elsewhere", "a session of its own does not help");
    assert_ne!(thief.finish(&invitation).await.screen(), "invitation");
    assert_eq!(app.status(&invitation).await, "opened");
    let page = browser.get(&path(&back)).await;
    assert_eq!(page.header("location"), invitation.step("invitation"));
}

#[tokio::test]
async fn a_way_back_proves_something_once() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    let order = browser.open_app(&app, &invitation).await;
    let back = path(&app.phone().sign(&order, NUMBER).await.expect("a way back"));
    app.follow().await;
    browser.get(&back).await;
    let session = browser.cookie("anslut");
    let page = browser.get(&back).await;
    assert_eq!(page.header("location"), invitation.step("invitation"));
    assert_eq!(browser.cookie("anslut"), session);
    assert_eq!(app.happened(&invitation, "identified").await, 1);
    browser.end(&invitation).await;
    browser.give(&invitation, &invitation.email).await;
    assert_eq!(come_back(&browser, &back).await.screen(), "elsewhere");
    assert_eq!(browser.get(&invitation.step("invitation")).await.screen(), "choice");
}

#[tokio::test]
async fn two_tabs_without_scripts_come_back_in_the_same_moment() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    let page = browser.to_bankid(&invitation, "bankid-elsewhere").await;
    drop(page);
    app.sign(NUMBER).await;
    let page = browser.get(&invitation.step("bankid-elsewhere")).await;
    let done = page.progress().done.expect("a way on");
    // Both requests have the old session cookie.
    let late = browser.request(Method::GET, &done, "");
    assert_eq!(browser.get(&done).await.header("location"), invitation.step("invitation"));
    let page = browser.send(late).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = browser.get(page.header("location")).await;
    assert_eq!(page.header("location"), invitation.step("invitation"));
    assert_eq!(app.happened(&invitation, "identified").await, 1);
}

#[tokio::test]
async fn a_page_renewed_in_the_moment_of_an_identification_is_asked_for_once_more() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    let here = invitation.step("bankid-elsewhere");
    let done = browser.get(&here).await.progress().done.expect("a way on");
    let old = browser.cookie("anslut");
    // One tab continues while another reloads with the old cookie.
    let late = browser.request(Method::GET, &here, "");
    browser.get(&done).await;
    let page = browser.send(late).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let again = format!("{here}?again");
    assert_eq!(page.header("location"), again);
    assert_eq!(page.header("set-cookie"), "", "and the new value stays");
    assert_eq!(browser.get(&again).await.screen(), "invitation");
    // The old cookie opens nothing, however often it is sent, and delays the response only once.
    let other = app.browser();
    other.set_cookie("anslut", old.as_deref());
    let page = other.get(&again).await;
    assert_eq!((page.screen(), page.notice()), ("address", Some(Notice::StartHere)));
    assert!(!page.text().contains("Cia Ceder"));
}

#[tokio::test]
async fn looking_with_head_at_a_way_back_uses_nothing() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    let order = browser.open_app(&app, &invitation).await;
    let back = path(&app.phone().sign(&order, NUMBER).await.expect("a way back"));
    app.follow().await;
    let memory = app.memory().await;
    browser.send(browser.request(Method::HEAD, &back, "")).await;
    assert_eq!(app.memory().await, memory);
    assert_eq!(browser.get(&back).await.header("location"), invitation.step("invitation"));
}

#[tokio::test]
async fn looking_at_an_identification_that_is_done_changes_nothing() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    let memory = app.memory().await;
    browser.get(&invitation.step("bankid-elsewhere")).await;
    browser.progress(&invitation).await;
    assert_eq!(app.memory().await, memory);
    assert_eq!(app.status(&invitation).await, "opened");
}

#[tokio::test]
async fn somebody_else_s_session_can_not_go_on_with_an_identification() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let (browser, other) = (app.browser(), app.browser());
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    other.to_choice(&invitation, &invitation.email).await;
    app.sign(NUMBER).await;
    assert_eq!(other.progress(&invitation).await.stage, Stage::Over);
    assert_eq!(other.finish(&invitation).await.screen(), "choice");
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
    assert_eq!(other.get(&invitation.path()).await.screen(), "choice");
}

#[tokio::test]
async fn two_tabs_share_an_identification_and_both_go_on() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    // The other tab opens the link again, and is where the first one is.
    assert_eq!(browser.get(&invitation.path()).await.screen(), "bankid");
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
    assert_eq!(app.happened(&invitation, "identified").await, 1);
}

#[tokio::test]
async fn a_wrong_number_and_a_wrong_address_are_refused_alike() {
    let app = start().await;
    let mut seen = Vec::new();
    for (number, email) in
        [(OTHER_NUMBER, CIA), (NUMBER, "bo@example.org"), (OTHER_NUMBER, "bo@example.org")]
    {
        let invitation = app.invite_by_number(NUMBER).await;
        let browser = app.browser();
        browser.to_choice(&invitation, email).await;
        browser.choose(&invitation, "bankid-elsewhere").await;
        app.sign(number).await;
        let page = browser.finish(&invitation).await;
        assert_eq!(failed(&page), Some(Failure::NotInvited));
        seen.push(page.text().replace(&invitation.token, ""));
        assert_eq!(browser.get(&invitation.step("invitation")).await.screen(), "choice");
        assert_eq!(app.status(&invitation).await, "opened");
        let event = app.event(&invitation, "not-invited").await;
        assert_eq!(event["identity_matched"], number == NUMBER);
        assert_eq!(app.happened(&invitation, "identified").await, 0);
    }
    let without_noise = |page: &String| page.split("<main").nth(1).map(str::len);
    assert!(seen.iter().all(|page| without_noise(page) == without_noise(&seen[0])));
}

#[tokio::test]
async fn an_order_that_nobody_takes_up_is_renewed_for_three_minutes() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    let page = browser.to_bankid(&invitation, "bankid-elsewhere").await;
    let (first, qr) = (app.order_ref().await, page.progress().qr);
    app.wait(SECOND * 31).await;
    let second = app.order_ref().await;
    assert_ne!(first, second);
    let page = browser.get(&invitation.step("bankid-elsewhere")).await;
    assert_ne!(page.progress().qr, qr);
    // The new order can be signed.
    app.phone().sign(&second, NUMBER).await;
    app.follow().await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");

    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    let mut waited = 0;
    while browser.progress(&invitation).await.stage != Stage::Over {
        app.wait(SECOND * 10).await;
        waited += 10;
        assert!(waited <= 190, "it ends after three minutes");
    }
    assert!(waited >= 120, "{waited}");
    let page = browser.get(&invitation.step("bankid-elsewhere")).await;
    assert_eq!((page.screen(), failed(&page)), ("choice", Some(Failure::QrUnread)));
}

#[tokio::test]
async fn what_goes_wrong_in_the_app_is_said_at_the_choice_and_another_try_is_possible() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    browser.to_choice(&invitation, CIA).await;
    for (action, failure) in [
        (json!({ "action": "cancel" }), Failure::CancelledInApp),
        (json!({ "action": "fail", "hint_code": "expiredTransaction" }), Failure::NoAnswer),
        (json!({ "action": "fail", "hint_code": "certificateErr" }), Failure::Certificate),
        (json!({ "action": "fail", "hint_code": "somethingNew" }), Failure::Unknown),
    ] {
        browser.choose(&invitation, "bankid-elsewhere").await;
        app.phone().act(&app.order_ref().await, &action).await;
        app.follow().await;
        let page = browser.get(&invitation.step("bankid-elsewhere")).await;
        assert_eq!((page.screen(), failed(&page)), ("choice", Some(failure)));
        // The page shows it again when it is reloaded.
        assert_eq!(failed(&browser.get(&invitation.path()).await), Some(failure));
    }
    let page = browser.choose(&invitation, "bankid-elsewhere").await;
    assert_eq!((page.screen(), failed(&page)), ("bankid", None));
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
}

#[tokio::test]
async fn what_the_app_does_meanwhile_is_told() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    let order = app.order_ref().await;
    for (hint, stage) in [
        ("userSign", Stage::SecurityCode),
        ("userMrtd", Stage::Document),
        ("userFace", Stage::Face),
        ("userStepUp", Stage::Confirm),
        ("processing", Stage::InProgress),
        ("somethingNew", Stage::InProgress),
    ] {
        app.phone().act(&order, &json!({ "action": "hint", "hint_code": hint })).await;
        app.follow().await;
        let progress = browser.progress(&invitation).await;
        assert_eq!((progress.stage, progress.qr), (stage, None), "{hint}");
    }
}

#[tokio::test]
async fn leaving_cancels_the_order() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    let order = app.order_ref().await;
    let page = browser.cancel(&invitation).await;
    assert_eq!((page.screen(), failed(&page)), ("choice", None));
    app.settled_orders().await;
    let page = app.phone().post(&format!("orders/{order}"), &json!({ "action": "sign" })).await;
    assert_ne!(page.status, StatusCode::OK, "BankID was told");
    assert_eq!(browser.finish(&invitation).await.screen(), "choice");
    // A new choice, another address and the end of the session abandon it too.
    for leave in ["choose", "address", "end"] {
        browser.to_bankid(&invitation, "bankid-elsewhere").await;
        let order = app.order_ref().await;
        match leave {
            "choose" => drop(browser.choose(&invitation, "bankid-here").await),
            "address" => drop(browser.give(&invitation, "bo@example.org").await),
            _ => drop(browser.end(&invitation).await),
        }
        app.settled_orders().await;
        let page = app.phone().post(&format!("orders/{order}"), &json!({ "action": "sign" })).await;
        assert_ne!(page.status, StatusCode::OK, "{leave}");
        browser.cancel(&invitation).await;
        app.settled_orders().await;
    }
}

#[tokio::test]
async fn what_is_signed_after_leaving_opens_nothing() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    browser.cancel(&invitation).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "choice");
    assert_eq!(app.happened(&invitation, "identified").await, 0);
}

#[tokio::test]
async fn a_high_risk_is_refused() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    let sign = json!({ "action": "sign", "personal_number": NUMBER, "risk": "high" });
    app.phone().act(&app.order_ref().await, &sign).await;
    app.follow().await;
    let page = browser.get(&invitation.path()).await;
    assert_eq!((page.screen(), failed(&page)), ("choice", Some(Failure::Risk)));
}

#[tokio::test]
async fn another_network_address_on_this_device_is_noted_and_refused_where_that_is_configured() {
    for (configured, opens) in [("false", true), ("true", false)] {
        let plan = TestAppBuilder::product().with_bankid().with("bankid.same_address", configured);
        let app = plan.start().await;
        let invitation = app.invite_with_e_id().await;
        let browser = app.browser();
        let order = browser.open_app(&app, &invitation).await;
        let sign =
            json!({ "action": "sign", "personal_number": NUMBER, "ip_address": "203.0.113.9" });
        let back = app.phone().act(&order, &sign).await.expect("a way back");
        app.follow().await;
        browser.get(&path(&back)).await;
        let page = browser.get(&invitation.path()).await;
        assert_eq!(page.screen(), if opens { "invitation" } else { "choice" });
        assert_eq!(failed(&page), (!opens).then_some(Failure::Risk));
        assert_eq!(app.happened(&invitation, "other-network").await, 1);
        assert_eq!(app.happened(&invitation, "identified").await, usize::from(opens));
    }
}

#[tokio::test]
async fn trouble_that_passes_is_not_noticed_and_trouble_that_lasts_is_said() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    app.phone().trouble("auth", 503, "maintenance", 1).await;
    browser.to_choice(&invitation, CIA).await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.follow().await;
    assert_eq!(browser.progress(&invitation).await.stage, Stage::OpenApp);
    app.phone().trouble("collect", 503, "maintenance", 2).await;
    app.follow().await;
    app.follow().await;
    app.follow().await;
    assert_eq!(browser.progress(&invitation).await.stage, Stage::OpenApp);
    app.phone().trouble("collect", 503, "maintenance", 99).await;
    for _ in 0..5 {
        app.follow().await;
    }
    let page = browser.get(&invitation.path()).await;
    assert_eq!((page.screen(), failed(&page)), ("choice", Some(Failure::Trouble)));
}

#[tokio::test]
async fn an_error_of_bankid_is_said_at_once() {
    let app = start().await;
    for (status, code, failure) in [
        (400, "alreadyInProgress", Failure::Busy),
        (500, "internalError", Failure::Trouble),
        (408, "requestTimeout", Failure::Trouble),
        (418, "somethingNew", Failure::Trouble),
    ] {
        let invitation = app.invite_with_e_id().await;
        let browser = app.browser();
        app.phone().trouble("auth", status, code, 1).await;
        browser.to_choice(&invitation, CIA).await;
        let page = browser.choose(&invitation, "bankid-elsewhere").await;
        assert_eq!((page.screen(), failed(&page)), ("choice", Some(failure)), "{code}");
    }
}

#[tokio::test]
async fn an_order_goes_on_when_the_process_dies_and_another_takes_over() {
    let mut app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    let order = app.order_ref().await;
    app.crash().await;
    app.phone().sign(&order, NUMBER).await;
    // The claim of the dead process expires.
    app.wait(SECOND * 16).await;
    assert_eq!(browser.progress(&invitation).await.stage, Stage::Done);
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
}

#[tokio::test]
async fn of_several_processes_each_order_is_followed_by_one() {
    let mut app = start().await;
    app.another().await;
    app.another().await;
    let mut way = Vec::new();
    for _ in 0..5 {
        let invitation = app.invite_with_e_id().await;
        let browser = app.loaded();
        browser.to_bankid(&invitation, "bankid-elsewhere").await;
        let order = app.order_ref().await;
        way.push((browser, invitation, order));
    }
    for _ in 0..3 {
        app.follow().await;
    }
    for (browser, invitation, order) in way {
        app.phone().sign(&order, NUMBER).await;
        app.follow().await;
        assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
    }
}

#[tokio::test]
async fn a_session_listens_in_a_few_places_at_most() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    let browser = browser.with("accept", "text/event-stream");
    let path = invitation.step("progress");
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(listen(&app, &browser, &path).await);
    }
    assert!(open.iter().all(|(status, _)| *status == StatusCode::OK));
    assert_eq!(listen(&app, &browser, &path).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn asking_for_the_number_never_collides_with_what_was_left() {
    let plan = TestAppBuilder::product().with_bankid().with("bankid.ask_for_number", "true");
    let app = plan.start().await;
    let invitation = app.invite_by_number(NUMBER).await;
    let browser = app.loaded();
    browser.to_choice(&invitation, CIA).await;
    for _ in 0..8 {
        let page = browser.choose(&invitation, "bankid-elsewhere").await;
        assert_eq!((page.screen(), failed(&page)), ("bankid", None));
        app.follow().await;
        assert_eq!(browser.progress(&invitation).await.stage, Stage::OpenApp);
    }
    // Nobody else can sign it.
    let order = app.order_ref().await;
    let sign = json!({ "action": "sign", "personal_number": OTHER_NUMBER });
    let page = app.phone().post(&format!("orders/{order}"), &sign).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    app.phone().sign(&order, NUMBER).await;
    app.follow().await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
}

#[tokio::test]
async fn neither_a_number_nor_a_name_nor_a_secret_of_bankid_is_stored_in_clear() {
    let app = start().await;
    let invitation = app.invite_by_number(NUMBER).await;
    let browser = app.browser();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    let order = app.order_ref().await;
    let open = format!("{:?}", app.memory().await);
    assert!(!open.contains(&order));
    app.phone().sign(&order, NUMBER).await;
    app.follow().await;
    let done = format!("{:?}", app.memory().await);
    browser.finish(&invitation).await;
    let finished = format!("{:?}", app.memory().await);
    for memory in [open, done, finished] {
        let bytes = NUMBER.bytes().fold(String::new(), |text, byte| text + &format!("{byte:02X}"));
        assert!(!memory.contains(NUMBER) && !memory.contains(&bytes));
    }
    assert!(!browser.seen().contains(NUMBER));
}

#[tokio::test]
async fn the_qr_code_is_told_as_a_stream_and_ends_when_it_is_over() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.loaded();
    browser.to_bankid(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    let stream = browser.with("accept", "text/event-stream");
    let page = stream.get(&invitation.step("progress")).await;
    assert_eq!(page.header("content-type"), "text/event-stream");
    let data = page.text();
    let told: Progress =
        serde_json::from_str(data.trim().strip_prefix("data: ").expect("data")).expect("progress");
    assert_eq!(told.stage, Stage::Done);
}

#[tokio::test]
async fn nothing_is_told_of_an_identification_to_who_has_none() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    app.loaded().to_bankid(&invitation, "bankid-elsewhere").await;
    let other = app.loaded();
    assert_eq!(other.progress(&invitation).await.stage, Stage::Over);
    other.give(&invitation, CIA).await;
    let progress = other.progress(&invitation).await;
    assert_eq!((progress.stage, progress.qr, progress.start), (Stage::Over, None, None));
}

#[tokio::test]
async fn a_step_ahead_leads_back_with_a_word() {
    let app = start().await;
    let invitation = app.invite_with_e_id().await;
    let browser = app.browser();
    for step in ["method", "choose", "bankid-here", "provider", "code", "invitation", "room"] {
        let view = browser.get(&invitation.step(step)).await.view();
        assert!(matches!(view.screen, Screen::Address(_)), "{step}");
        assert_eq!(view.notice, Some(Notice::StartHere), "{step}");
    }
    browser.give(&invitation, CIA).await;
    for (step, shown) in [("bankid-here", "choice"), ("address", "address"), ("method", "method")] {
        assert_eq!(browser.get(&invitation.step(step)).await.screen(), shown);
    }
}

#[tokio::test]
async fn an_identification_by_a_link_that_was_replaced_opens_nothing() {
    let app = start().await;
    let old = app.invite_by_number(NUMBER).await;
    let again = format!("/api/v1/meetings/{}/recipients/{}/invitation", old.meeting, old.id);
    let browser = app.browser();
    browser.to_bankid(&old, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    let page = browser.get(&old.step("bankid-elsewhere")).await;
    let done = page.progress().done.expect("a way on");
    assert_eq!(app.api(Method::POST, &again, None).await.status, 202);
    let fresh = latest(&app, &old, CIA).await;
    assert_eq!(browser.get(&done).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.finish(&old).await.screen(), "not found");
    assert_ne!(browser.finish(&fresh).await.screen(), "invitation");

    // An open order is cancelled.
    let start = browser.open_app(&app, &fresh).await;
    assert_eq!(app.api(Method::POST, &again, None).await.status, 202);
    app.settled_orders().await;
    assert_eq!(app.rows("bankid_orders", "state <> 'ended'").await, 0);
    let sign = json!({ "action": "sign", "personal_number": NUMBER, "name": "Cia Ceder" });
    let page = app.phone().post(&format!("orders/{start}"), &sign).await;
    assert_eq!(page.status, StatusCode::CONFLICT, "BankID was told");
    app.follow().await;
    let last = latest(&app, &old, CIA).await;
    assert_ne!(browser.finish(&last).await.screen(), "invitation");
    assert_eq!(app.happened(&old, "identified").await, 0);
    assert_eq!(app.happened(&old, "not-invited").await, 0);
    // The invitation still requires the same personal identity number.
    browser.to_bankid(&last, "bankid-elsewhere").await;
    app.sign(OTHER_NUMBER).await;
    assert_eq!(failed(&browser.finish(&last).await), Some(Failure::NotInvited));
    browser.to_bankid(&last, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&last).await.screen(), "invitation");
    assert_eq!(app.event(&old, "identified").await["identity_matched"], true);
}

#[tokio::test]
async fn whatever_says_who_is_invited_and_how_asks_for_another_link() {
    let app = start().await;
    let first = app.invite_by_number(NUMBER).await;
    let path = format!("/api/v1/meetings/{}", first.meeting);
    let mut generation = 0;
    for (more, renewed) in [
        (json!({ "personal_number": NUMBER }), false),
        (json!({ "personal_number": OTHER_NUMBER }), true),
        (json!({ "personal_number": OTHER_NUMBER, "name": "Cia" }), false),
        (json!({ "personal_number": null }), true),
        (json!({ "personal_number": null }), false),
        (json!({ "personal_number": NUMBER }), true),
        (json!({ "assurance": "loa2", "method": "email-code", "allow_e_id": true }), true),
        (json!({ "allow_e_id": false, "personal_number": null }), true),
        (json!({ "phone": "+46701740605" }), true),
        (json!({ "phone": "+46701740605", "language": "en" }), false),
        (json!({ "phone": null }), true),
        (json!({ "assurance": "loa3", "method": "e-id" }), true),
    ] {
        let mut change = json!({ "id": first.id });
        change
            .as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("members").clone());
        let page = app.api(Method::PATCH, &path, Some(&json!({ "recipients": [change] }))).await;
        assert_eq!(page.status, 200, "{more}: {}", page.text());
        assert!(!page.text().contains(NUMBER) && !page.text().contains(OTHER_NUMBER));
        generation += i64::from(renewed);
        let now = format!("generation = {generation}");
        assert_eq!(app.rows("invitations", &now).await, 1, "{more}");
    }
    // A code can't be combined with a personal identity number, which must be removed in the same change.
    let second = app.invite_by_number(NUMBER).await;
    let path = format!("/api/v1/meetings/{}", second.meeting);
    let code = json!({ "id": second.id, "assurance": "loa2", "method": "email-code" });
    let page = app.api(Method::PATCH, &path, Some(&json!({ "recipients": [code] }))).await;
    assert_eq!(page.json()["errors"][0]["pointer"], "/recipients/0/personal_number");
}

#[tokio::test]
async fn bankid_is_never_told_the_address_of_a_proxy_for_a_person_s() {
    let app = TestAppBuilder::product()
        .with_bankid()
        .with("http.trusted_proxies", "::ffff:127.0.0.0/104")
        .start()
        .await;
    for (forwarded, known) in [
        ("203.0.113.9", true),
        ("unknown, [::ffff:203.0.113.9]:443, 127.0.0.2", true),
        ("203.0.113.9, unknown", false),
        ("_hidden", false),
    ] {
        let invitation = app.invite_with_e_id().await;
        let browser = app.loaded().with("x-forwarded-for", forwarded);
        browser.to_choice(&invitation, CIA).await;
        let page = browser.choose(&invitation, "bankid-elsewhere").await;
        if known {
            assert_eq!(page.screen(), "bankid", "{forwarded}: {}", page.text());
        } else {
            let problem = Some(Problem::EId(Failure::Trouble));
            assert_eq!((page.screen(), page.problem()), ("choice", problem), "{forwarded}");
            assert_eq!(app.rows("bankid_orders", "TRUE").await, 0, "BankID is not asked");
        }
        app.settled_orders().await;
        app.execute_sql("DELETE FROM bankid_orders").await;
    }
}
