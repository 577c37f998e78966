//! Browsers that keep no cookies. The page says that one is needed, and nothing is sent.

use axum::http::{Method, StatusCode};
use test_support::{
    browser::Page,
    test_app::{ANNA, Invitation, TestApp},
};

/// A browser that keeps no cookies, with scripts or without.
struct Keepless<'a> {
    app: &'a TestApp,
    loaded: bool,
}

impl Keepless<'_> {
    /// Posts a form and returns the page that it leads to.
    async fn go(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.browser().post(path, fields).await;
        if self.loaded { page } else { self.browser().get(page.header("location")).await }
    }

    fn browser(&self) -> test_support::browser::Browser {
        if self.loaded { self.app.loaded() } else { self.app.browser() }
    }
}

fn says_so(page: &Page, invitation: &Invitation) {
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "no cookies"));
    assert_eq!(page.view().token.as_deref(), Some(invitation.token.as_str()), "there is a way on");
    assert_eq!(page.view().path, invitation.path());
}

#[tokio::test]
async fn who_keeps_no_cookies_is_told_at_the_first_step() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = Keepless { app: &app, loaded: false };
    let token = [("invitation", invitation.token.as_str())];
    for call in ["/do/begin", "/do/e-id"] {
        let page = browser.go(call, &token).await;
        says_so(&page, &invitation);
        assert!(page.text().contains("kaka"), "{call}");
        let again = format!("href=\"{}\"", invitation.path());
        assert!(page.text().contains(&again), "{call}");
    }
    let page =
        browser.go("/do/language", &[("language", "en"), ("path", &invitation.path())]).await;
    says_so(&page, &invitation);
}

#[tokio::test]
async fn nothing_is_sent_for_an_address_from_a_browser_that_keeps_no_cookies() {
    for loaded in [false, true] {
        let app = TestApp::start().await;
        let invitation = app.invite(ANNA).await;
        let browser = Keepless { app: &app, loaded };
        for email in [ANNA, "eva@example.org", "", "no address"] {
            let fields = [("invitation", invitation.token.as_str()), ("email", email)];
            says_so(&browser.go("/do/address", &fields).await, &invitation);
        }
        app.settled().await;
        assert_eq!(app.messages.count(), 1, "the invitation alone");
        assert_eq!(app.rows("challenges", "TRUE").await, 0);
        assert_eq!(app.rows("sends", "TRUE").await, 0);
    }
}

#[tokio::test]
async fn a_browser_that_lost_its_cookies_only_now_goes_on_with_what_was_typed() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    // A browser that was reopened with its pages, for example.
    let browser = app.browser();
    let page = browser.give(&invitation, ANNA).await;
    assert_eq!(page.screen(), "address");
    assert!(page.text().contains(&format!("value=\"{ANNA}\"")), "{}", page.text());
    let page = browser.give(&invitation, ANNA).await;
    assert_eq!(page.screen(), "code");
    assert_eq!(app.codes(ANNA).await, 1);
}

#[tokio::test]
async fn a_cookie_that_comes_back_leaves_no_trace_in_the_address() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    let token = [("invitation", invitation.token.as_str())];
    let led = browser.post("/do/begin", &token).await.header("location").to_owned();
    assert_eq!(led, format!("{}?cookie", invitation.step("address")));
    for method in [Method::GET, Method::HEAD] {
        let page = browser.send(browser.request(method, &led, "")).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER);
        assert_eq!(page.header("location"), invitation.step("address"));
    }
    // From then on there is no check.
    let page = browser.post("/do/begin", &token).await;
    assert_eq!(page.header("location"), invitation.step("address"));
    let fields = [("language", "en"), ("path", &invitation.step("address"))];
    let page = browser.post("/do/language", &fields).await;
    assert_eq!(page.header("location"), invitation.step("address"));
}

#[tokio::test]
async fn the_first_call_without_a_cookie_begins_as_ever() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let page = browser.begin(&invitation).await;
    assert_eq!((page.status, page.screen()), (StatusCode::OK, "address"));
    assert!(browser.cookie("anslut").is_some());
    assert_eq!(browser.give(&invitation, ANNA).await.screen(), "code");
}

#[tokio::test]
async fn an_unknown_link_tells_nothing_more_to_who_keeps_no_cookies() {
    let app = TestApp::start().await;
    for token in ["a".repeat(27), "short".to_owned()] {
        let page = app.browser().get(&format!("/m/{token}/address?cookie")).await;
        assert_eq!((page.status.as_u16(), page.screen()), (404, "not found"), "{token}");
    }
    let invitation = app.invite(ANNA).await;
    app.forward(test_support::test_app::DAY * 2).await;
    let page = app.browser().get(&format!("{}?cookie", invitation.path())).await;
    assert_eq!(page.screen(), "over", "there is nothing to go on to");
}
