//! Writes that another site's page causes are refused.

use axum::http::{HeaderName, Method};
use test_support::{
    browser::{Browser, Page},
    test_app::{ANNA, MINUTE, TestApp},
};

const CALLS: [&str; 9] = [
    "/do/begin",
    "/do/address",
    "/do/code",
    "/do/resend",
    "/do/enter",
    "/do/join",
    "/do/stay",
    "/do/end",
    "/do/language",
];

/// Posts a form with these headers instead of the browser's.
async fn post(browser: &Browser, path: &str, form: &str, headers: &[(&str, &str)]) -> Page {
    let mut request = browser.request(Method::POST, path, form);
    for name in ["origin", "sec-fetch-site"] {
        request.headers_mut().remove(name);
    }
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("a name");
        request.headers_mut().append(name, value.parse().expect("a value"));
    }
    browser.send(request).await
}

#[tokio::test]
async fn what_comes_from_elsewhere_is_refused_and_changes_nothing() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    let code = browser.ask(&app, &invitation).await;
    app.forward(MINUTE).await;
    let before = app.memory().await;
    let cookie = browser.cookie("anslut");
    let ours = app.origin.as_str();
    let port = app.address.port();
    let other_scheme = format!("https://127.0.0.1:{port}");
    let other_name = format!("http://localhost:{port}");
    let long = format!("{ours}.evil.example");
    let foreign: [&[(&str, &str)]; 17] = [
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", &other_scheme)],
        &[("origin", &other_name)],
        &[("origin", &long)],
        &[("origin", "http://127.0.0.1")],
        &[("origin", ours), ("origin", ours)],
        &[("origin", ours), ("origin", "https://evil.example")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &[("origin", ours), ("sec-fetch-site", "cross-site")],
        &[("origin", ours), ("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "none"), ("sec-fetch-site", "same-origin")],
    ];
    let form = format!(
        "invitation={}&email={ANNA}&code={code}&language=en&path={}",
        invitation.token,
        invitation.path()
    );
    for path in CALLS {
        for headers in foreign {
            let page = post(&browser, path, &form, headers).await;
            assert_eq!(page.status, 403, "{path} {headers:?}");
            assert_eq!(page.header("set-cookie"), "", "{path} {headers:?}");
        }
    }
    app.settled().await;
    assert_eq!(app.memory().await, before);
    assert_eq!(app.codes(ANNA).await, 1);
    assert_eq!(browser.cookie("anslut"), cookie);
    assert_eq!(browser.enter(&invitation, &code).await.screen(), "invitation");
}

#[tokio::test]
async fn what_says_nothing_of_where_it_comes_from_passes() {
    let app = TestApp::start().await;
    let ours = app.origin.clone();
    let own: [&[(&str, &str)]; 5] = [
        &[],
        &[("origin", &ours)],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", &ours), ("sec-fetch-site", "same-origin")],
    ];
    for headers in own {
        let invitation = app.invite(ANNA).await;
        let form = format!("invitation={}", invitation.token);
        let page = post(&app.browser(), "/do/begin", &form, headers).await;
        assert_eq!(page.status, 303, "{headers:?}");
        assert_eq!(app.status(&invitation).await, "opened", "{headers:?}");
    }
}

#[tokio::test]
async fn the_api_takes_its_token_from_anywhere() {
    let app = TestApp::start().await;
    let body = app.meeting(MINUTE, &[ANNA]).to_string();
    let mut request = app.api_request(Method::POST, "/api/v1/meetings", Some(&body));
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        request.headers_mut().insert(name, value.parse().expect("a value"));
    }
    assert_eq!(test_support::browser::send(app.address, request).await.status, 201);
}

#[tokio::test]
async fn a_link_followed_from_elsewhere_is_shown() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser().with("sec-fetch-site", "cross-site");
    assert_eq!(browser.get(&invitation.path()).await.status, 200);
}

#[tokio::test]
async fn a_web_socket_from_elsewhere_is_refused() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    for origin in [None, Some("https://evil.example"), Some("null")] {
        let browser = app.browser();
        let mut request = browser.request(Method::GET, &invitation.path(), "");
        let headers = request.headers_mut();
        headers.insert("connection", "upgrade".parse().expect("a value"));
        headers.insert("upgrade", "websocket".parse().expect("a value"));
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse().expect("a value"));
        }
        assert_eq!(browser.send(request).await.status, 403, "{origin:?}");
    }
}
