//! The one-time code.

use app::wire::{Method, Notice, Problem};
use axum::http::StatusCode;
use test_support::test_app::{ANNA, HOUR, MINUTE, SECOND, TestApp, TestAppBuilder, other_than};

#[tokio::test]
async fn a_wrong_code_says_how_many_tries_are_left_and_the_third_ends_it() {
    // A long code appears nowhere by chance.
    let app = TestAppBuilder::product().with("code.length", "8").start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    let wrong = other_than(&code);
    for problem in
        [Problem::CodeWrong { left: 2 }, Problem::CodeWrong { left: 1 }, Problem::CodeDead]
    {
        let page = browser.enter(&invitation, &wrong).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!((page.screen(), page.problem()), ("code", Some(problem)));
        assert!(!page.text().contains(&wrong), "a typed code is never shown again");
    }
    let page = browser.enter(&invitation, &code).await;
    assert_eq!(page.problem(), Some(Problem::CodeDead), "the right one comes too late");
    assert_eq!(app.status(&invitation).await, "opened");
    assert_eq!(app.happened(&invitation, "wrong-code").await, 3);
}

#[tokio::test]
async fn a_problem_stands_beside_its_field_with_scripts_switched_off() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    let page = browser.enter(&invitation, &other_than(&code)).await;
    let text = page.text();
    assert!(text.contains("<title>Fel: "), "{text}");
    let input = text.split("<input").find(|it| it.contains("name=\"code\"")).expect("the field");
    let input = input.split('>').next().expect("a tag");
    assert!(input.contains("aria-invalid=\"true\""), "{input}");
    assert!(input.contains("autofocus"), "{input}");
    assert!(input.contains("value=\"\"") || !input.contains("value="), "{input}");
    let described = input.split("aria-describedby=\"").nth(1).expect("a description");
    let id = described.split([' ', '"']).next().expect("an id");
    let line = text.split(&format!("id=\"{id}\"")).nth(1).expect("what describes it");
    assert!(line.contains("Koden stämmer inte. Du har 2 försök kvar"), "{line}");
}

#[tokio::test]
async fn a_code_is_good_until_its_time_has_run_out() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let (first, second) = (app.loaded(), app.loaded());
    let code = first.ask(&app, &invitation).await;
    app.forward(SECOND * 599).await;
    assert_eq!(first.enter(&invitation, &code).await.screen(), "invitation");

    let code = second.ask(&app, &invitation).await;
    app.forward(MINUTE * 10).await;
    let page = second.enter(&invitation, &code).await;
    assert_eq!(page.problem(), Some(Problem::CodeExpired));
    assert_eq!(page.code().valid_for, 0);
    assert_eq!(app.rows("attempts", "wrong").await, 0, "a code that has run out costs nothing");
}

#[tokio::test]
async fn asked_too_early_it_says_when_and_sends_nothing() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.ask(&app, &invitation).await;
    app.forward(SECOND * 15).await;
    let page = browser.resend(&invitation).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let Some(Problem::TooSoon { at, wait }) = page.problem() else { panic!("{:?}", page.view()) };
    assert_eq!((wait, at.hour, at.minute), (45, 9, 1), "in the meeting's zone");
    assert_eq!(app.codes(ANNA).await, 1);
    assert_eq!(page.code().resend_in, 45);

    app.forward(SECOND * 45).await;
    let page = browser.resend(&invitation).await;
    assert_eq!((page.status, page.notice()), (StatusCode::OK, Some(Notice::SentAgain)));
    assert_eq!(app.codes(ANNA).await, 2);
}

#[tokio::test]
async fn while_it_has_five_minutes_left_the_same_code_is_sent_again_and_later_another() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.ask(&app, &invitation).await;
    app.forward(MINUTE * 5).await;
    browser.resend(&invitation).await;
    app.forward(MINUTE + SECOND).await;
    browser.resend(&invitation).await;
    let mail = app.mail(ANNA).await;
    let codes: Vec<_> = mail.iter().filter_map(|post| post.code()).collect();
    assert_eq!(codes.len(), 3);
    assert_eq!((&codes[0].code, &codes[0].word), (&codes[1].code, &codes[1].word));
    assert_ne!(codes[1].valid_until, codes[2].valid_until, "a new one");
    let ids: Vec<_> = mail.iter().map(|post| &post.context.message_id).collect();
    assert!(ids.iter().all(|id| ids.iter().filter(|it| it == &id).count() == 1), "each its own");
    // One in ten thousand new codes equals the old one, so the test does not compare them.
    let page = browser.enter(&invitation, &codes[2].code).await;
    assert_eq!(page.screen(), "invitation");
}

#[tokio::test]
async fn the_first_of_two_equal_mails_serves_as_well_as_the_second() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    app.forward(MINUTE).await;
    browser.resend(&invitation).await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn a_new_code_gives_back_no_tries() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    for _ in 0..3 {
        browser.enter(&invitation, &other_than(&code)).await;
    }
    app.forward(MINUTE).await;
    browser.resend(&invitation).await;
    let code = app.code(ANNA).await;
    let page = browser.enter(&invitation, &other_than(&code)).await;
    // Three and one are four. A session may use five.
    assert_eq!(page.problem(), Some(Problem::CodeWrong { left: 1 }));
}

#[tokio::test]
async fn a_used_code_opens_nothing_more() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    browser.enter(&invitation, &code).await;
    browser.end(&invitation).await;
    browser.begin(&invitation).await;
    let page = browser.enter(&invitation, &code).await;
    assert_eq!(page.screen(), "address");
    assert_eq!(app.happened(&invitation, "identified").await, 1);
}

#[tokio::test]
async fn leading_zeros_are_kept() {
    let app = TestApp::start().await;
    // Codes are uniformly random: one in ten begins with a zero.
    for number in 0..200 {
        let address = format!("anna{number}@example.org");
        let invitation = app.invite(&address).await;
        let browser = app.loaded();
        let code = browser.ask(&app, &invitation).await;
        assert_eq!(code.len(), 4);
        if let Some(rest) = code.strip_prefix('0') {
            let page = browser.enter(&invitation, rest).await;
            assert_eq!(page.problem(), Some(Problem::CodeMalformed { length: 4 }));
            assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
            return;
        }
    }
    panic!("no code begins with a zero");
}

#[tokio::test]
async fn what_is_no_code_costs_no_try() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    for (typed, problem) in [
        ("", Problem::CodeMissing),
        (" - ", Problem::CodeMissing),
        ("123", Problem::CodeMalformed { length: 4 }),
        ("12345", Problem::CodeMalformed { length: 4 }),
        ("abcd", Problem::CodeMalformed { length: 4 }),
    ] {
        let page = browser.enter(&invitation, typed).await;
        assert_eq!(
            (page.status, page.problem()),
            (StatusCode::UNPROCESSABLE_ENTITY, Some(problem))
        );
    }
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn a_code_asked_for_in_another_browser_is_refused_and_costs_that_one_nothing() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let (first, second) = (app.loaded(), app.loaded());
    let code = first.ask(&app, &invitation).await;
    // This session has not requested a code, so there is nothing to enter.
    let page = second.enter(&invitation, &code).await;
    assert_eq!((page.status, page.screen()), (StatusCode::UNAUTHORIZED, "method"));
    second.begin(&invitation).await;
    assert_eq!(second.enter(&invitation, &code).await.screen(), "address");
    // Now it has its own code, and the other session's is wrong.
    app.forward(MINUTE).await;
    second.give(&invitation, ANNA).await;
    if app.code(ANNA).await != code {
        let page = second.enter(&invitation, &code).await;
        assert_eq!(page.problem(), Some(Problem::CodeWrong { left: 2 }));
    }
    assert_eq!(first.get(&invitation.step("code")).await.code().tries_left, 3);
    assert_eq!(first.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn the_code_stands_alone_on_its_line_and_no_other_line_is_only_digits() {
    // A long code appears nowhere by chance.
    let app = TestAppBuilder::product().with("code.length", "8").start().await;
    let invitation = app.invite(ANNA).await;
    let code = app.loaded().ask(&app, &invitation).await;
    let mail = app.mail(ANNA).await;
    let post = mail.last().expect("a letter");
    let digits = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
    };
    assert_eq!(post.rendered.text.lines().filter(digits).collect::<Vec<_>>(), [code.as_str()]);
    if app.method() == Method::EmailCode {
        let link = format!("{}{}", app.origin, invitation.step("code"));
        assert!(post.rendered.links.contains(&link), "{:?}", post.rendered.links);
    }
    assert!(post.rendered.links.iter().all(|link| !link.contains(&code)));
}

#[tokio::test]
async fn a_changed_address_gets_a_code_of_its_own_and_the_same_one_none() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.begin(&invitation).await;
    browser.give(&invitation, "ana@example.org").await;
    assert_eq!(app.codes(ANNA).await, 0);
    let page = browser.get(&invitation.step("address")).await;
    assert_eq!(page.screen(), "address");
    assert!(page.text().contains("ana@example.org"), "what was typed is kept");
    app.forward(MINUTE).await;
    browser.give(&invitation, ANNA).await;
    assert_eq!(app.codes(ANNA).await, 1);
    let page = browser.give(&invitation, " ANNA@example.org").await;
    assert_eq!(page.notice(), Some(Notice::StillValid));
    assert_eq!(app.codes(ANNA).await, 1);
    app.forward(HOUR / 4).await;
    browser.give(&invitation, ANNA).await;
    assert_eq!(app.codes(ANNA).await, 2, "the first has run out");
}

#[tokio::test]
async fn a_code_may_be_longer_where_the_organisation_wants_it() {
    let app = TestAppBuilder::product().with("code.length", "8").start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    assert_eq!(code.len(), 8);
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}
