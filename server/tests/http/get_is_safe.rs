//! Reading changes nothing and sends nothing.

use axum::http::{HeaderName, Method};
use test_support::{
    browser::Browser,
    test_app::{ANNA, Invitation, KIM, MINUTE, SECOND, TestApp, other_than},
};

const STEPS: [&str; 8] =
    ["", "/method", "/address", "/code", "/invitation", "/meeting", "/room", "/invitation.ics"];

/// Gets every page by `GET` and `HEAD`, and asserts that no row has changed.
async fn looks_at_everything(app: &TestApp, browser: &Browser, invitation: &Invitation) {
    app.settled().await;
    let before = app.memory().await;
    let letters = app.messages.count();
    let mut paths: Vec<String> =
        STEPS.iter().map(|slug| format!("{}{slug}", invitation.path())).collect();
    paths.extend(
        ["/", "/accessibility", "/privacy", "/ended", "/healthz", "/readyz", "/brand.css"]
            .map(str::to_owned),
    );
    let calls = ["begin", "address", "code", "resend", "enter", "join", "stay", "end", "language"];
    paths.extend(calls.iter().map(|call| {
        format!("/do/{call}?invitation={}&email={ANNA}&code=1234&language=en", invitation.token)
    }));
    for path in paths {
        for method in [Method::GET, Method::HEAD] {
            let page = browser.send(browser.request(method.clone(), &path, "")).await;
            assert!(page.status.as_u16() < 500, "{method} {path}: {}", page.status);
            assert!(method == Method::GET || page.body.is_empty(), "{path}");
        }
    }
    app.settled().await;
    assert_eq!(app.memory().await, before);
    assert_eq!(app.messages.count(), letters);
}

async fn on_the_way(make: impl Fn(&TestApp) -> Browser) {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = make(&app);
    let look = async || looks_at_everything(&app, &browser, &invitation).await;
    look().await;
    browser.begin(&invitation).await;
    look().await;
    let code = browser.ask(&app, &invitation).await;
    look().await;
    browser.enter(&invitation, &other_than(&code)).await;
    look().await;
    app.forward(MINUTE).await;
    look().await;
    browser.resend(&invitation).await;
    look().await;
    browser.enter(&invitation, &app.code(ANNA).await).await;
    look().await;
    browser.connect(&invitation).await;
    look().await;
    browser.join(&invitation).await;
    look().await;
    app.forward(MINUTE * 20 + SECOND).await;
    look().await;
    browser.end(&invitation).await;
    look().await;
}

#[tokio::test]
async fn looking_changes_and_sends_nothing_with_scripts_switched_off() {
    on_the_way(TestApp::browser).await;
}

#[tokio::test]
async fn looking_changes_and_sends_nothing_in_the_loaded_app() {
    on_the_way(TestApp::loaded).await;
}

#[tokio::test]
async fn head_is_answered_as_get_is_without_the_body() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    for path in [invitation.path(), "/m/unknown".to_owned(), "/privacy".to_owned()] {
        let get = browser.get(&path).await;
        let head = browser.send(browser.request(Method::HEAD, &path, "")).await;
        assert_eq!(get.status, head.status, "{path}");
        assert!(head.body.is_empty());
        for name in ["content-type", "cache-control", "referrer-policy"] {
            assert_eq!(get.header(name), head.header(name), "{path}: {name}");
        }
    }
}

#[tokio::test]
async fn going_to_a_page_keeps_its_session_alive() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    browser.identify(&app, &invitation).await;
    for _ in 0..4 {
        app.forward(MINUTE * 20).await;
        assert_eq!(browser.get(&invitation.path()).await.screen(), "invitation");
    }
}

#[tokio::test]
async fn a_page_that_is_left_open_does_not_keep_its_session_alive_by_looking() {
    let app = TestApp::start().await;
    let invitation = app.invite(ANNA).await;
    let browser = app.loaded();
    browser.identify(&app, &invitation).await;
    let told = browser.get(&invitation.path()).await.view().session.expect("a session");
    app.forward(MINUTE * 2).await;
    let later = browser.get(&invitation.path()).await.view().session.expect("a session");
    assert_eq!(later.ends_in, told.ends_in - 120, "looking puts nothing off");
    app.forward(SECOND * later.ends_in).await;
    assert_eq!(browser.get(&invitation.path()).await.screen(), "method");
}

#[tokio::test]
async fn what_a_request_says_of_its_host_never_reaches_a_mail() {
    let app = TestApp::start().await;
    let forged = "evil.example";
    let invitation = {
        let body = app.meeting(MINUTE, &[ANNA]).to_string();
        let mut request = app.api_request(Method::POST, "/api/v1/meetings", Some(&body));
        for name in ["host", "x-forwarded-host", "x-forwarded-server", "x-original-host"] {
            let name: HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name, forged.parse().expect("a value"));
        }
        request.headers_mut().insert("forwarded", "host=evil.example".parse().expect("a value"));
        let page = test_support::browser::send(app.address, request).await;
        assert_eq!(page.status, 201);
        assert!(!page.text().contains(forged) && !page.header("location").contains(forged));
        let mail = app.mail(ANNA).await;
        let link = mail[0].link().expect("a link");
        assert!(link.starts_with(&app.origin), "{link}");
        let json = page.json();
        Invitation {
            meeting: json["id"].as_str().expect("an id").to_owned(),
            id: json["recipients"][0]["id"].as_str().expect("an id").to_owned(),
            email: ANNA.to_owned(),
            token: link.rsplit('/').next().expect("a token").to_owned(),
        }
    };
    let browser = app
        .loaded()
        .with("host", forged)
        .with("x-forwarded-host", forged)
        .with("x-forwarded-proto", "https")
        .with("forwarded", "for=1.2.3.4;host=evil.example;proto=https");
    let code = browser.ask(&app, &invitation).await;
    for _ in 0..2 {
        browser.enter(&invitation, &other_than(&code)).await;
    }
    browser.enter(&invitation, &code).await;
    app.messages.set_mode(test_support::captured_messages::MailerMode::Accepts);
    assert!(!browser.seen().contains(forged), "nor an answer");
    assert_eq!(app.mail(KIM).await.len(), 0);
    for post in app.messages.all() {
        assert!(!post.full_text().contains(forged));
    }
    assert!(app.messages.count() >= 2);
}
