//! Links to which mail programs have added text.

use axum::http::{Method, StatusCode};
use test_support::test_app::{ANNA, TestApp};

const TAKEN_ALONG: [&str; 28] = [
    "/",
    "//",
    ".",
    ",",
    ":",
    ";",
    "!",
    ")",
    "]",
    "}",
    "\"",
    "'",
    "*",
    "_",
    "%20",
    "%3E",
    "%22%3E",
    "%27",
    "%E2%80%99",
    "%E2%80%9D.",
    "%C2%A0",
    "%E2%80%8B",
    "%0A",
    "&gt;",
    "=20",
    "=",
    ").%20",
    "?",
];

#[tokio::test]
async fn a_link_with_what_a_mail_program_took_along_leads_to_the_invitation() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    for more in TAKEN_ALONG {
        for method in [Method::GET, Method::HEAD] {
            let path = format!("{}{more}", invitation.path());
            let page = browser.send(browser.request(method, &path, "")).await;
            assert_eq!(page.status, StatusCode::OK, "{more}");
        }
        let page = browser.get(&format!("{}{more}", invitation.path())).await;
        assert_eq!(
            (page.screen(), page.view().path),
            ("method", invitation.step("method")),
            "{more}"
        );
    }
    browser.ask(&app, &invitation).await;
    for more in TAKEN_ALONG {
        let page = browser.get(&format!("{}{more}", invitation.step("code"))).await;
        assert_eq!((page.screen(), page.view().path), ("code", invitation.step("code")), "{more}");
    }
}

#[tokio::test]
async fn what_is_behind_an_unknown_link_changes_nothing_about_it() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    for more in TAKEN_ALONG {
        for token in
            ["a".repeat(27), "short".to_owned(), invitation.token.replace(|_: char| true, "x")]
        {
            let page = browser.get(&format!("/m/{token}{more}")).await;
            assert_eq!((page.status.as_u16(), page.screen()), (404, "not found"), "{token}{more}");
            assert_eq!(page.header("location"), "");
        }
    }
    for more in ["x", "/nothing", "/code/x", "-x", "/progress/"] {
        let page = browser.get(&format!("{}{more}", invitation.path())).await;
        assert_eq!((page.status.as_u16(), page.screen()), (404, "not found"), "{more}");
    }
}

#[tokio::test]
async fn only_looking_is_lenient() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    for more in [".", "/", "//"] {
        let page = browser.post(&format!("{}{more}", invitation.path()), &[]).await;
        assert!(matches!(page.status.as_u16(), 404 | 405), "{more}: {}", page.status);
    }
    let token = format!("{}.", invitation.token);
    assert_eq!(browser.post("/do/begin", &[("invitation", &token)]).await.header("location"), "/");
    for path in ["/m.", "/privacy.", "/healthz."] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
