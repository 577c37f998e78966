//! The headers of every response.

use axum::http::Method;
use std::collections::HashSet;
use test_support::{
    browser::{Browser, Page, send},
    test_app::{ANNA, TestApp, TestAppBuilder},
};

/// Returns one response of each kind.
async fn all_kinds(app: &TestApp) -> Vec<(&'static str, Page)> {
    let invitation = app.invite(ANNA).await;
    let (plain, loaded) = (app.browser(), app.loaded());
    let post = |path: &'static str| {
        let request = plain.request(Method::POST, path, "");
        send(app.address, request)
    };
    let foreign = app.browser().with("origin", "https://evil.example");
    let other_media = app.browser().with("content-type", "text/plain");
    let request = |browser: &Browser, method: Method, path: &str| {
        send(app.address, browser.request(method, path, "a=b"))
    };
    vec![
        ("page", plain.get(&invitation.path()).await),
        ("step", plain.get(&invitation.step("code")).await),
        ("view", loaded.get(&invitation.path()).await),
        ("redirect", plain.post("/do/begin", &[("invitation", &invitation.token)]).await),
        ("view after a post", loaded.post("/do/begin", &[("invitation", &invitation.token)]).await),
        ("unknown link", plain.get(&format!("/m/{}", "a".repeat(27))).await),
        ("malformed link", plain.get("/m/x").await),
        ("nowhere", plain.get("/nowhere").await),
        ("nowhere, as a view", loaded.get("/nowhere").await),
        ("privacy", plain.get("/privacy").await),
        ("accessibility", plain.get("/accessibility").await),
        ("ended", plain.get("/ended").await),
        ("unknown call", post("/do/nothing").await),
        ("call without fields", post("/do/code").await),
        ("foreign", request(&foreign, Method::POST, "/do/begin").await),
        ("media type", request(&other_media, Method::POST, "/do/begin").await),
        ("method", request(&plain, Method::PUT, "/do/begin").await),
        ("method on a page", request(&plain, Method::DELETE, &invitation.path()).await),
        ("too large", plain.post_text("/do/code", &"a".repeat(70_000)).await),
        (
            "api",
            app.api(Method::GET, &format!("/api/v1/meetings/{}", invitation.meeting), None).await,
        ),
        ("api without a token", plain.get("/api/v1/meetings/x").await),
        ("api nowhere", app.api(Method::GET, "/api/v1/nothing", None).await),
        ("health", plain.get("/healthz").await),
        ("readiness", plain.get("/readyz").await),
        ("brand", plain.get("/brand.css").await),
        ("icon", plain.get("/favicon.svg").await),
        ("asset that is none", plain.get("/assets/nothing.js").await),
    ]
}

#[tokio::test]
async fn every_answer_carries_the_guarding_headers() {
    let app = TestApp::start().await;
    for (what, page) in all_kinds(&app).await {
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none'",
            "'wasm-unsafe-eval'",
            "style-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{what}: {policy}");
        }
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{what}");
        assert!(what != "page" || page.header("vary").contains("Accept"), "it comes as a view too");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{what}");
        assert!(page.header("permissions-policy").contains("camera=()"), "{what}");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{what}");
        assert_eq!(page.header("strict-transport-security"), "", "{what}: loopback has no https");
        let shared = matches!(what, "brand" | "icon");
        assert!(shared || page.header("cache-control") == "no-store", "{what}");
    }
}

#[tokio::test]
async fn every_answer_has_a_nonce_of_its_own_and_inline_scripts_have_that_one() {
    let app = TestApp::start().await;
    let mut nonces = HashSet::new();
    for (what, page) in all_kinds(&app).await {
        let policy = page.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).and_then(|it| it.split('\'').next());
        let nonce = nonce.expect("a nonce").to_owned();
        assert!(nonce.len() >= 22, "{what}: 128 bits");
        let text = page.text();
        for script in text.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap_or_default();
            let data = tag.contains("type=\"application/json\"");
            let own = tag.contains(&format!("nonce=\"{nonce}\"")) || tag.contains(" src=\"/");
            assert!(data || own, "{what}: {tag}");
        }
        assert!(!text.contains(" style=") && !text.contains("<style"), "{what}");
        assert!(nonces.insert(nonce), "{what}");
    }
}

#[tokio::test]
async fn every_page_is_a_page_for_people() {
    let app = TestApp::start().await;
    for (what, page) in all_kinds(&app).await {
        let status = page.status.as_u16();
        let kind = page.header("content-type").to_owned();
        assert!(status < 500, "{what}: {status}");
        if kind.starts_with("text/html") {
            let text = page.text();
            assert!(text.contains("<html lang=\"sv\">"), "{what}");
            assert!(text.contains("Mölndals stad"), "{what}");
            assert_eq!(text.matches("<h1").count(), 1, "{what}");
        }
        if status >= 400 && !matches!(what, "asset that is none") {
            let said = kind.starts_with("text/html")
                || kind.starts_with("application/json")
                || kind == "application/problem+json";
            assert!(said, "{what}: {status} {kind:?}");
        }
    }
}

#[tokio::test]
async fn over_https_browsers_are_held_to_it() {
    let app = TestAppBuilder::product()
        .with("http.public_url", "https://mote.kommun.example")
        .start()
        .await;
    for (what, page) in all_kinds(&app).await {
        let value = page.header("strict-transport-security");
        assert!(value.starts_with("max-age="), "{what}: {value}");
    }
    let invitation = app.invite(ANNA).await;
    let browser = app.browser();
    browser.begin(&invitation).await;
    let value = browser.cookie("__Host-anslut").expect("a session");
    assert_eq!(browser.cookie("anslut"), None);
    let page = browser.post("/do/language", &[("language", "en"), ("path", "/")]).await;
    let cookie = page.header("set-cookie");
    assert!(
        cookie.starts_with("__Host-anslut-language=en; Secure; HttpOnly; SameSite=Lax; Path=/")
    );
    // The name for loopback is another cookie, which a neighbouring host could plant.
    let planted = app.browser();
    planted.set_cookie("anslut", Some(&value));
    assert_eq!(planted.get(&invitation.step("address")).await.screen(), "method");
    assert_eq!(browser.get(&invitation.step("address")).await.screen(), "address");
    let mail = app.mail(ANNA).await;
    let link = mail.last().and_then(|post| post.link()).expect("a link").to_owned();
    assert!(link.starts_with("https://mote.kommun.example/m/"));
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let app = TestApp::start().await;
    let mut seen = HashSet::new();
    for path in ["/", "/healthz", "/m/none", "/api/v1/meetings/none", "/nowhere"] {
        for browser in [app.browser(), app.browser().with("x-request-id", "made-up-by-a-client")] {
            let page = browser.get(path).await;
            let id = page.header("x-request-id").to_owned();
            assert!(id.len() >= 18 && id != "made-up-by-a-client", "{path}: {id}");
            assert!(seen.insert(id), "{path}");
        }
    }
}
