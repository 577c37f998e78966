//! Limits of codes and attempts. Each session has its own, which pages show. Those over all sessions are
//! unseen.

use app::wire::{Notice, Problem};
use server::messages::content::Body;
use test_support::{
    browser::{Browser, Page},
    captured_messages::CapturedMessage,
    test_app::{
        ANNA, DAY, HOUR, Invitation, KIM, MINUTE, SECOND, TestApp, TestAppBuilder, other_than,
    },
};

/// Requests a further code, a minute later, and asserts that one is sent. Returns it.
async fn another_code(app: &TestApp, browser: &Browser, invitation: &Invitation) -> String {
    app.forward(MINUTE).await;
    let before = app.codes(&invitation.email).await;
    let page = browser.resend(invitation).await;
    assert_eq!(app.codes(&invitation.email).await, before + 1, "{:?}", page.view());
    app.code(&invitation.email).await
}

/// Uses up a session's wrong attempts.
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

/// Requests a code that is not sent. Asserts that its page is the same as for one that is.
async fn asked_in_vain(app: &TestApp, browser: &Browser, invitation: &Invitation) {
    let before = app.codes(&invitation.email).await;
    let page = browser.ask_at(invitation).await;
    assert_eq!((page.status.as_u16(), page.screen(), page.problem()), (200, "code", None));
    assert_eq!((page.code().tries_left, page.code().resend_in), (3, 60));
    assert_eq!(app.codes(&invitation.email).await, before, "no code is sent");
}

#[tokio::test]
async fn five_codes_are_sent_in_an_hour_the_last_says_so_and_no_page_does() {
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
    let code = another_code(&app, &second, &invitation).await;
    let mail = app.mail(ANNA).await;
    let lasts: Vec<_> = mail.iter().filter_map(|post| Some(post.code()?.again_at)).collect();
    assert_eq!(lasts[..4], [None; 4]);
    // The first was sent four minutes ago.
    assert_eq!(lasts[4], Some((app.now() + MINUTE * 56).timestamp()));
    let text = &mail.last().expect("a message").rendered.text;
    assert!(text.contains("ista koden") && text.contains("kl. 10.00"), "{text}");

    app.forward(MINUTE).await;
    let page = second.resend(&invitation).await;
    assert_eq!((page.status.as_u16(), page.notice()), (200, Some(Notice::SentAgain)));
    assert_eq!((page.problem(), page.code().resend_in), (None, 60));
    assert_eq!(app.codes(ANNA).await, 5);
    assert_eq!(app.happened(&invitation, "code-withheld").await, 1);
    asked_in_vain(&app, &app.loaded(), &invitation).await;
    assert_eq!(app.happened(&invitation, "code-withheld").await, 2);
    assert_eq!(app.happened(&invitation, "wrong-address").await, 0);
    // The earlier code remains valid.
    assert_eq!(second.enter(&invitation, &code).await.screen(), "invitation");

    app.forward(MINUTE * 54).await;
    asked_in_vain(&app, &app.loaded(), &invitation).await;
    app.forward(MINUTE).await;
    app.loaded().ask(&app, &invitation).await;
    assert_eq!(app.codes(ANNA).await, 6, "at the time that the message named");
}

#[tokio::test]
async fn four_of_an_hour_s_codes_are_for_one_session_and_it_is_told() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let browser = app.loaded();
    browser.ask(&app, &invitation).await;
    for _ in 1..4 {
        another_code(&app, &browser, &invitation).await;
    }
    app.forward(MINUTE).await;
    let page = browser.resend(&invitation).await;
    assert_eq!(page.status, 429);
    assert_eq!(too_many(&page), 56 * 60, "the first was sent four minutes ago");
    let page = browser.give(&invitation, "eva@example.org").await;
    assert!(matches!(page.problem(), Some(Problem::TooMany { .. })), "{:?}", page.view());
    assert_eq!(page.screen(), "address", "beside the field that was sent");
    assert_eq!(app.codes(ANNA).await, 4);
    app.loaded().ask(&app, &invitation).await;
    assert_eq!(app.codes(ANNA).await, 5, "one is left for another browser");
}

#[tokio::test]
async fn a_code_that_comes_too_soon_after_another_browser_s_waits_for_it() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    let (first, second) = (app.loaded(), app.loaded());
    first.ask(&app, &invitation).await;
    app.forward(SECOND * 20).await;
    let page = second.ask_at(&invitation).await;
    assert_eq!((page.screen(), page.code().resend_in), ("code", 60));
    assert_eq!(app.codes(ANNA).await, 1);
    app.forward(SECOND * 39).await;
    assert_eq!(app.codes(ANNA).await, 1, "60 s are not over");
    app.forward(SECOND).await;
    assert_eq!(app.codes(ANNA).await, 2);
    let code = app.code(ANNA).await;
    assert_eq!(second.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn what_is_withheld_comes_when_it_is_asked_for_again_after_the_hour() {
    let app = TestApp::start().await;
    let invitation = app.invite_early(ANNA).await;
    for _ in 0..5 {
        app.loaded().ask(&app, &invitation).await;
        app.forward(MINUTE).await;
    }
    app.forward(MINUTE * 50).await;
    let browser = app.loaded();
    asked_in_vain(&app, &browser, &invitation).await;
    let word = browser.get(&invitation.step("code")).await.code().word;
    app.forward(MINUTE * 5).await;
    let page = browser.resend(&invitation).await;
    assert_eq!((page.notice(), page.code().word), (Some(Notice::SentAgain), word));
    assert_eq!(app.codes(ANNA).await, 6);
    let code = app.code(ANNA).await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn one_session_gets_half_of_a_day_s_codes() {
    let app = TestAppBuilder::product().with("session.idle", "2h").start().await;
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
    asked_in_vain(&app, &app.loaded(), &invitation).await;
    assert_eq!(app.codes(ANNA).await, 10);
    app.forward(MINUTE * (24 * 60 - 200)).await;
    let browser = app.loaded();
    browser.ask(&app, &invitation).await;
    assert_eq!(app.codes(ANNA).await, 11);
}

#[tokio::test]
async fn an_address_gets_so_many_codes_a_day_over_all_invitations_and_no_page_says_so() {
    let app = TestAppBuilder::product().with("code.sends_per_address", "3").start().await;
    for address in [ANNA, "Anna@Example.org", "ANNA@example.org"] {
        let invitation = app.invite_early(address).await;
        app.loaded().ask(&app, &invitation).await;
    }
    let mail = app.messages.all();
    let last = mail.iter().rev().find_map(|post| post.code()).expect("a code");
    assert_eq!(last.again_at, Some((app.now() + DAY).timestamp()));
    let invitation = app.invite_early(ANNA).await;
    asked_in_vain(&app, &app.loaded(), &invitation).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    let page = browser.give(&invitation, "another@example.org").await;
    assert_eq!((page.screen(), page.problem()), ("code", None), "a wrong one looks the same");
    assert_eq!(app.happened(&invitation, "code-withheld").await, 1);
    assert_eq!(app.happened(&invitation, "wrong-address").await, 1);
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
async fn ten_wrong_codes_lock_the_invitation_and_sender_and_recipient_are_told_once() {
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

    // No page says so, and no code is correct any more.
    let page = waiting.enter(&invitation, &good).await;
    assert_eq!(page.problem(), Some(Problem::CodeWrong { left: 2 }), "the right code too");
    let page = app.browser().get(&invitation.path()).await;
    assert_eq!((page.status.as_u16(), page.screen()), (200, "method"));
    asked_in_vain(&app, &app.loaded(), &invitation).await;
    app.forward(DAY * 2).await;
    asked_in_vain(&app, &app.loaded(), &invitation).await;
    assert_eq!(app.happened(&invitation, "locked").await, 1);
    let told = app.mail(KIM).await;
    assert_eq!(told.len(), 1);
    assert!(told[0].rendered.text.contains("Anna Andersson"));
    assert!(!told[0].full_text().contains(&invitation.token), "no link goes to the sender");
    let mail = app.mail(ANNA).await;
    let is_lock = |post: &&CapturedMessage| matches!(post.context.content, Body::LockedOut(_));
    let told: Vec<_> = mail.iter().filter(is_lock).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].context.to, ANNA);
    for text in ["Kim Handläggare", "0300-83 40 00", "ny inbjudan"] {
        assert!(told[0].rendered.text.contains(text), "{text}: {}", told[0].rendered.text);
    }
    assert!(told[0].rendered.html.contains("tel:+46300834000"));
    assert!(!told[0].full_text().contains(&invitation.token));
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
    // Yesterday's five wrong attempts expire in a minute. These three do not.
    app.forward(MINUTE * 2).await;
    let other = app.loaded();
    five_wrong(&app, &other, &invitation).await;
    assert_eq!(app.status(&invitation).await, "opened");
    app.forward(MINUTE).await;
    let third = app.loaded();
    let code = third.ask(&app, &invitation).await;
    for (left, status) in [(2, "opened"), (1, "locked")] {
        let page = third.enter(&invitation, &other_than(&code)).await;
        assert_eq!(page.problem(), Some(Problem::CodeWrong { left }), "its own tries alone");
        assert_eq!(app.status(&invitation).await, status, "the ninth and the tenth");
    }
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
    asked_in_vain(&app, &app.loaded(), &invitation).await;
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
    assert_eq!(app.rows("attempts", "wrong").await, 0);
}

#[tokio::test]
async fn the_limits_are_the_organisation_s_to_choose() {
    let app = TestAppBuilder::product()
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
    let app = TestAppBuilder::product().with("code.sends_per_address", "3").start().await;
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
