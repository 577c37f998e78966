//! The level of assurance: every page checks whether a proof suffices.

use app::wire::{Method, Notice, Screen};
use serde_json::json;
use test_support::{
    browser::Browser,
    phone::{NUMBER, OTHER_NUMBER},
    test_app::{CIA, Invitation, MINUTE, TestApp, TestAppBuilder},
};

async fn start() -> TestApp {
    TestAppBuilder::product().with_bankid().start().await
}

/// Books an invitation for which a code suffices and an e-ID is allowed.
async fn invite_either(app: &TestApp) -> Invitation {
    let mut meeting = app.meeting(MINUTE * 5, &[CIA]);
    meeting["recipients"][0]["allow_e_id"] = json!(true);
    app.invite_to(&meeting).await
}

async fn use_e_id(browser: &Browser, invitation: &Invitation) -> &'static str {
    browser.go("/do/e-id", &[("invitation", &invitation.token)]).await.screen()
}

/// Requests every protected page. Returns those that opened.
async fn doors(browser: &Browser, invitation: &Invitation) -> Vec<String> {
    let mut open = Vec::new();
    for step in ["invitation", "meeting", "room"] {
        let screen = browser.get(&invitation.step(step)).await.screen();
        if ["invitation", "meeting", "room"].contains(&screen) {
            open.push(format!("GET {step}: {screen}"));
        }
    }
    let calendar = browser.get(&invitation.step("invitation.ics")).await;
    if calendar.header("content-type").starts_with("text/calendar") {
        open.push("calendar".to_owned());
    }
    for call in ["enter", "join", "finish", "stay"] {
        let path = format!("/do/{call}");
        let there = invitation.step("room");
        let fields = [("invitation", invitation.token.as_str()), ("path", there.as_str())];
        let page = browser.go(&path, &fields).await;
        if ["invitation", "meeting", "room"].contains(&page.screen()) {
            open.push(format!("POST {call}: {}", page.screen()));
        }
    }
    open
}

#[tokio::test]
async fn each_proof_opens_what_it_is_enough_for_and_nothing_else() {
    let app = start().await;
    for (asked, proof, opens) in [
        ("loa2", "nothing", false),
        ("loa2", "a code", true),
        ("loa2", "bankid", true),
        ("loa3", "nothing", false),
        ("loa3", "a code", false),
        ("loa3", "bankid", true),
    ] {
        let invitation = invite_either(&app).await;
        let browser = app.loaded();
        match proof {
            "a code" => browser.identify(&app, &invitation).await,
            "bankid" => {
                use_e_id(&browser, &invitation).await;
                browser.give(&invitation, CIA).await;
                browser.choose(&invitation, "bankid-elsewhere").await;
                app.sign(NUMBER).await;
                assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
            }
            _ => {
                browser.begin(&invitation).await;
            }
        }
        if asked == "loa3" {
            app.execute_sql("UPDATE invitations SET assurance = 'loa3', method = 'e-id'").await;
        }
        let open = doors(&browser, &invitation).await;
        assert_eq!(!open.is_empty(), opens, "{asked} with {proof}: {open:?}");
        app.execute_sql("UPDATE invitations SET assurance = 'loa2', method = 'email-code'").await;
    }
}

#[tokio::test]
async fn no_hand_made_request_opens_an_invitation_that_asks_for_more_with_a_code() {
    let app = start().await;
    let (mine, asked) = (app.invite(CIA).await, app.invite_with_e_id().await);
    let browser = app.loaded();
    // The session has a proof by code for another invitation of the same person.
    let code = browser.ask(&app, &mine).await;
    browser.give(&asked, CIA).await;
    for call in ["begin", "e-id", "resend", "finish", "cancel"] {
        browser.go(&format!("/do/{call}"), &[("invitation", &asked.token)]).await;
    }
    assert_ne!(browser.enter(&asked, &code).await.screen(), "invitation");
    browser.enter(&mine, &code).await;
    assert_ne!(browser.enter(&asked, &code).await.screen(), "invitation");
    for way in ["bankid-here", "bankid-elsewhere", "provider", "email-code", ""] {
        browser.choose(&asked, way).await;
        assert_eq!(doors(&browser, &asked).await, Vec::<String>::new(), "{way}");
    }
    assert_eq!(app.codes(CIA).await, 1, "no code was sent for it");
    assert_eq!(app.happened(&asked, "identified").await, 0);
    assert_eq!(app.status(&asked).await, "opened");
}

#[tokio::test]
async fn a_step_up_says_why_keeps_what_was_proven_and_changes_the_session() {
    let app = start().await;
    let invitation = app.invite(CIA).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    app.execute_sql("UPDATE invitations SET assurance = 'loa3', method = 'e-id'").await;
    let view = browser.get(&invitation.step("invitation")).await.view();
    assert!(matches!(view.screen, Screen::Address(_)), "{view:?}");
    assert_eq!(view.notice, Some(Notice::StepUp));
    assert!(view.session.is_some(), "it can still be ended");
    browser.give(&invitation, CIA).await;
    browser.begin(&invitation).await;
    let view = browser.choose(&invitation, "bankid-elsewhere").await.view();
    assert_eq!(view.notice, Some(Notice::StepUp));
    // Another person's e-ID removes nothing either.
    app.phone().act(&app.order_ref().await, &json!({ "action": "cancel" })).await;
    app.follow().await;
    assert_eq!(app.rows("flows", "level = 'loa2'").await, 1);
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    let before = browser.cookie("anslut");
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
    assert_ne!(browser.cookie("anslut"), before);
    assert_eq!(app.rows("flows", "level = 'loa3' AND method = 'bankid'").await, 1);
    assert_eq!(app.happened(&invitation, "identified").await, 2);
}

#[tokio::test]
async fn an_e_identification_may_be_used_instead_of_a_code_where_the_sender_allows_it() {
    let app = start().await;
    let invitation = invite_either(&app).await;
    let browser = app.browser();
    let Screen::Method(method) = browser.get(&invitation.path()).await.view().screen else {
        panic!("the method is told")
    };
    assert_eq!((method.way, method.e_id), (Method::EmailCode, true));
    assert_eq!(use_e_id(&browser, &invitation).await, "address");
    assert_eq!(browser.give(&invitation, CIA).await.screen(), "choice");
    assert_eq!(app.codes(CIA).await, 0, "no code is sent on this way");
    // Continuing from the method page chooses the code again.
    assert_eq!(browser.get(&invitation.step("method")).await.screen(), "method");
    assert_eq!(browser.begin(&invitation).await.screen(), "address");
    assert_eq!(browser.give(&invitation, CIA).await.screen(), "code");
    // And the e-ID again.
    assert_eq!(use_e_id(&browser, &invitation).await, "address");
    browser.give(&invitation, CIA).await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
    let event = app.event(&invitation, "identified").await;
    assert_eq!((&event["assurance"], &event["method"]), (&json!("loa3"), &json!("bankid")));
}

#[tokio::test]
async fn an_e_identification_is_not_offered_where_the_sender_does_not_allow_it() {
    let app = start().await;
    let invitation = app.invite(CIA).await;
    let browser = app.browser();
    let Screen::Method(method) = browser.get(&invitation.path()).await.view().screen else {
        panic!("the method is told")
    };
    assert!(!method.e_id);
    use_e_id(&browser, &invitation).await;
    browser.give(&invitation, CIA).await;
    assert_eq!(browser.choose(&invitation, "bankid-elsewhere").await.screen(), "code");
    assert_eq!(app.rows("bankid_orders", "TRUE").await, 0);
}

#[tokio::test]
async fn when_codes_are_used_up_an_e_identification_stays_open() {
    let app = start().await;
    let invitation = invite_either(&app).await;
    let browser = app.browser();
    // By others, which no page shows, and in this browser, which its pages show.
    app.execute_sql("UPDATE invitations SET locked_at = 1").await;
    browser.begin(&invitation).await;
    for sends in 0..2 {
        browser.give(&invitation, CIA).await;
        for _ in 0..3 - sends {
            browser.enter(&invitation, "1234").await;
        }
        app.forward(MINUTE).await;
    }
    let view = browser.get(&invitation.path()).await.view();
    assert!(matches!(view.screen, Screen::Locked(locked) if locked.e_id), "{view:?}");
    assert_eq!(browser.begin(&invitation).await.screen(), "locked");
    assert_eq!(use_e_id(&browser, &invitation).await, "address");
    browser.give(&invitation, CIA).await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.sign(NUMBER).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "invitation");
}

#[tokio::test]
async fn what_the_sender_named_must_match_on_the_way_instead_too() {
    let app = start().await;
    let mut meeting = app.meeting(MINUTE * 5, &[CIA]);
    meeting["recipients"][0]["allow_e_id"] = json!(true);
    meeting["recipients"][0]["personal_number"] = json!(NUMBER);
    let invitation = app.invite_to(&meeting).await;
    let browser = app.browser();
    use_e_id(&browser, &invitation).await;
    browser.give(&invitation, CIA).await;
    browser.choose(&invitation, "bankid-elsewhere").await;
    app.sign(OTHER_NUMBER).await;
    assert_eq!(browser.finish(&invitation).await.screen(), "choice");
    // A code still opens it.
    browser.begin(&invitation).await;
    browser.give(&invitation, CIA).await;
    let code = app.code(CIA).await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}
