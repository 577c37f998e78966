//! How often a code may be sent and tried.

use crate::{
    browser::{Browser, Page},
    test_app::{ANNA, DAY, HOUR, Invitation, KIM, MINUTE, Plan, SECOND, TestApp, other_than},
};
use app::wire::Problem;

/// Asks anew until a code was sent, going on in time as told; gives up after an hour.
async fn another_code(app: &TestApp, browser: &Browser, invitation: &Invitation) -> String {
    app.forward(MINUTE).await;
    let before = app.codes(&invitation.email).await;
    let page = browser.resend(invitation).await;
    assert_eq!(app.codes(&invitation.email).await, before + 1, "{:?}", page.view());
    app.code(&invitation.email).await
}

/// Uses up a session's share of wrong codes.
async fn five_wrong(app: &TestApp, browser: &Browser, invitation: &Invitation) -> Page {
    let code = browser.ask(app, invitation).await;
    for _ in 0..3 {
        browser.enter(invitation, &other_than(&code)).await;
    }
    let code = another_code(app, browser, invitation).await;
    browser.enter(invitation, &other_than(&code)).await;
    browser.enter(invitation, &other_than(&code)).await
}

fn too_many(page: &Page) -> u32 {
    match page.problem() {
        Some(Problem::TooMany { .. }) => page.code().resend_in,
        other => panic!("not too many: {other:?}"),
    }
}

#[tokio::test]
async fn five_codes_are_sent_in_an_hour() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    browser.ask(&app, &invitation).await;
    for _ in 1..3 {
        another_code(&app, &browser, &invitation).await;
    }
    let second = app.loaded();
    app.forward(MINUTE).await;
    second.ask(&app, &invitation).await;
    another_code(&app, &second, &invitation).await;
    app.forward(MINUTE).await;
    let page = second.resend(&invitation).await;
    assert_eq!(page.status, 429);
    // The first was sent five minutes ago.
    assert_eq!(too_many(&page), 55 * 60);
    assert_eq!(app.codes(ANNA).await, 5);
    assert_eq!(browser.resend(&invitation).await.status, 429, "for every session");
    let third = app.loaded();
    third.begin(&invitation).await;
    let page = third.give(&invitation, ANNA).await;
    assert!(matches!(page.problem(), Some(Problem::TooMany { .. })), "{:?}", page.view());
    assert_eq!(page.screen(), "address", "beside the field that was sent");
    assert_eq!(app.codes(ANNA).await, 5);
}

#[tokio::test]
async fn one_session_gets_half_of_a_day_s_codes() {
    let app = Plan::product().with("session.idle", "2h").start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    browser.ask(&app, &invitation).await;
    for _ in 1..5 {
        app.forward(MINUTE * 30).await;
        another_code(&app, &browser, &invitation).await;
    }
    app.forward(HOUR).await;
    too_many(&browser.resend(&invitation).await);
    assert_eq!(app.codes(ANNA).await, 5);
    let other = app.loaded();
    other.ask(&app, &invitation).await;
    assert_eq!(app.codes(ANNA).await, 6, "the other half is for others");
}

#[tokio::test]
async fn ten_codes_are_sent_in_a_day_and_more_the_next() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    for _ in 0..10 {
        app.loaded().ask(&app, &invitation).await;
        app.forward(MINUTE * 20).await;
    }
    let browser = app.loaded();
    browser.begin(&invitation).await;
    let page = browser.give(&invitation, ANNA).await;
    assert!(matches!(page.problem(), Some(Problem::TooMany { .. })), "{:?}", page.view());
    assert_eq!(app.codes(ANNA).await, 10);
    app.forward(MINUTE * (24 * 60 - 200)).await;
    let browser = app.loaded();
    browser.ask(&app, &invitation).await;
    assert_eq!(app.codes(ANNA).await, 11);
}

#[tokio::test]
async fn an_address_gets_so_many_codes_a_day_over_all_invitations() {
    let app = Plan::product().with("code.sends_per_address", "3").start().await;
    for address in [ANNA, "Anna@Example.org", "ANNA@example.org"] {
        let invitation = app.invite_early(address).await;
        app.loaded().ask(&app, &invitation).await;
    }
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    let page = browser.give(&invitation, ANNA).await;
    assert!(matches!(page.problem(), Some(Problem::TooMany { .. })), "{:?}", page.view());
    let page = browser.give(&invitation, "another@example.org").await;
    assert_eq!((page.screen(), page.problem()), ("code", None), "another address is free");
}

#[tokio::test]
async fn one_session_may_use_half_of_a_day_s_tries_and_others_are_not_held() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    let page = five_wrong(&app, &browser, &invitation).await;
    assert_eq!(page.screen(), "locked", "{:?}", page.view());
    assert_eq!(app.status(&invitation).await, "opened", "the invitation is not locked");
    let code = app.code(ANNA).await;
    let page = browser.enter(&invitation, &code).await;
    assert_eq!(page.screen(), "locked", "the right code after the limit is refused");
    let before = app.codes(ANNA).await;
    app.forward(MINUTE).await;
    browser.resend(&invitation).await;
    assert_eq!(app.codes(ANNA).await, before, "nothing more is sent to it");
    assert_eq!(app.mail(KIM).await.len(), 0, "the sender is not told yet");

    let other = app.loaded();
    other.identify(&app, &invitation).await;
}

#[tokio::test]
async fn ten_wrong_codes_lock_the_invitation_and_the_sender_is_told_once() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let first = app.loaded();
    let waiting = app.loaded();
    five_wrong(&app, &first, &invitation).await;
    app.forward(MINUTE).await;
    let good = waiting.ask(&app, &invitation).await;
    app.forward(MINUTE).await;
    let second = app.loaded();
    let page = five_wrong(&app, &second, &invitation).await;
    assert_eq!(page.screen(), "locked");
    assert_eq!(app.happened(&invitation, "wrong-code").await, 10);
    assert_eq!(app.status(&invitation).await, "locked");

    let page = waiting.enter(&invitation, &good).await;
    assert_eq!(page.screen(), "locked", "for everybody, the right code too");
    let page = app.browser().get(&invitation.path()).await;
    assert_eq!((page.status.as_u16(), page.screen()), (200, "locked"));
    for text in ["Kim Handläggare", "0300-83 40 00", "tel:+46300834000"] {
        assert!(page.text().contains(text), "{text}: {}", page.text());
    }
    let page = app.loaded().begin(&invitation).await;
    assert_eq!(page.screen(), "locked");
    app.forward(DAY * 2).await;
    assert_eq!(app.loaded().begin(&invitation).await.screen(), "locked", "until a new invitation");
    assert_eq!(app.happened(&invitation, "locked").await, 1);
    let told = app.mail(KIM).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].composed.text.contains("Anna Andersson"));
    assert!(!told[0].words().contains(&invitation.token), "no link goes to the sender");
}

#[tokio::test]
async fn tries_count_for_a_day() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    five_wrong(&app, &app.loaded(), &invitation).await;
    app.forward(MINUTE * (24 * 60 - 1)).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    for _ in 0..3 {
        browser.enter(&invitation, &other_than(&code)).await;
    }
    // The five of yesterday count no more in a minute; these three do.
    app.forward(MINUTE * 2).await;
    let other = app.loaded();
    five_wrong(&app, &other, &invitation).await;
    assert_eq!(app.status(&invitation).await, "opened");
    app.forward(MINUTE).await;
    let third = app.loaded();
    let code = third.ask(&app, &invitation).await;
    let page = third.enter(&invitation, &other_than(&code)).await;
    assert_eq!(page.problem(), Some(Problem::CodeWrong { left: 1 }), "the ninth of ten");
}

#[tokio::test]
async fn an_invitation_bears_twenty_wrong_codes_in_its_life() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    for day in 1..=4 {
        let page = five_wrong(&app, &app.loaded(), &invitation).await;
        assert_eq!(page.screen(), "locked", "that session");
        let status = if day < 4 { "opened" } else { "locked" };
        assert_eq!(app.status(&invitation).await, status, "day {day}");
        app.forward(DAY).await;
    }
    assert_eq!(app.happened(&invitation, "wrong-code").await, 20);
    assert_eq!(app.loaded().begin(&invitation).await.screen(), "locked");
    assert_eq!(app.mail(KIM).await.len(), 1);
}

#[tokio::test]
async fn a_right_code_counts_for_nothing() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    for _ in 0..4 {
        app.loaded().identify(&app, &invitation).await;
        app.forward(MINUTE * 20).await;
    }
    assert_eq!(app.rows("tries", "wrong").await, 0);
}

#[tokio::test]
async fn the_limits_are_the_organisation_s_to_choose() {
    let app = Plan::product()
        .with("code.tries_per_code", "1")
        .with("code.tries_per_day", "2")
        .with("code.tries_in_all", "2")
        .with("code.resend_wait", "5s")
        .start()
        .await;
    let invitation = app.invite_early(ANNA).await;
    for status in ["opened", "locked"] {
        let browser = app.loaded();
        let code = browser.ask(&app, &invitation).await;
        browser.enter(&invitation, &other_than(&code)).await;
        assert_eq!(app.status(&invitation).await, status);
        app.forward(SECOND * 5).await;
    }
}

#[tokio::test]
async fn wrong_addresses_elsewhere_use_up_nothing_of_what_an_address_gets() {
    let app = Plan::product().with("code.sends_per_address", "3").start().await;
    for stranger in ["x@example.org", "y@example.org"] {
        let theirs = app.invite(stranger).await;
        for _ in 0..3 {
            let browser = app.loaded();
            browser.begin(&theirs).await;
            browser.give(&theirs, ANNA).await;
            app.forward(MINUTE * 13).await;
        }
    }
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    assert_eq!(browser.give(&invitation, ANNA).await.screen(), "code");
    assert_eq!(app.codes(ANNA).await, 1);
}
