//! The clock moves backwards. What had expired stays expired, and what begins afterwards works as usual.

use app::wire::Problem;
use server::clock::Clock;
use test_support::test_app::{ANNA, HOUR, MINUTE, TestApp};

#[tokio::test]
async fn a_code_that_has_run_out_stays_so_when_the_clock_goes_back() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let (tried, left) = (app.browser(), app.browser());
    let first = tried.ask(&app, &invitation).await;
    app.forward(MINUTE).await;
    let second = left.ask(&app, &invitation).await;
    app.forward(MINUTE * 11).await;
    assert_eq!(tried.enter(&invitation, &first).await.problem(), Some(Problem::CodeExpired));
    app.clock.back(MINUTE * 11);
    // Also before any other request.
    assert_eq!(left.get(&invitation.step("code")).await.code().valid_for, 0);
    for (browser, code) in [(&tried, &first), (&left, &second)] {
        let page = browser.enter(&invitation, code).await;
        assert_eq!((page.screen(), page.problem()), ("code", Some(Problem::CodeExpired)));
        assert_eq!(browser.get(&invitation.step("code")).await.code().valid_for, 0);
    }
    // Another code can be sent, and is as valid as any.
    app.forward(MINUTE).await;
    assert_eq!(left.resend(&invitation).await.problem(), None);
    let code = app.code(ANNA).await;
    assert_eq!(left.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn what_is_asked_for_after_the_clock_went_back_waits_for_no_time_that_had_come() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    app.forward(HOUR * 5).await;
    let browser = app.browser();
    browser.ask(&app, &invitation).await;
    app.clock.back(HOUR * 5);
    // The service does so within a second, and when a request arrives.
    app.state().after_setback().await.expect("seen to");
    // A minute after the last one, instead of five hours and a minute.
    app.forward(MINUTE).await;
    assert_eq!(browser.resend(&invitation).await.problem(), None);
    let code = app.code(ANNA).await;
    app.forward(MINUTE * 9).await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn a_session_that_has_ended_stays_so_when_the_clock_goes_back() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let (looks, acts) = (app.browser(), app.browser());
    looks.identify(&app, &invitation).await;
    app.forward(MINUTE).await;
    acts.identify(&app, &invitation).await;
    app.forward(HOUR).await;
    app.settled().await;
    app.clock.back(HOUR);
    assert_ne!(looks.get(&invitation.path()).await.screen(), "invitation");
    assert_ne!(acts.connect(&invitation).await.screen(), "meeting");
    assert_ne!(looks.get(&invitation.path()).await.screen(), "invitation");
}

#[tokio::test]
async fn a_code_that_has_run_out_stays_so_when_the_clock_is_back_after_a_restart() {
    let mut app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let code = browser.ask(&app, &invitation).await;
    app.forward(MINUTE * 11).await;
    app.state().write_time().await.expect("written");
    app.clock = Clock::standing(app.now() - MINUTE * 11);
    app.crash().await;
    app.state().take_up_time().await.expect("read");
    let page = browser.enter(&invitation, &code).await;
    assert_eq!(page.problem(), Some(Problem::CodeExpired));
    app.forward(MINUTE).await;
    assert_eq!(browser.resend(&invitation).await.problem(), None);
    let code = app.code(ANNA).await;
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}
