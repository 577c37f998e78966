//! A broken or hostile provider counts as unavailable, in bounded time, and does no further harm.

use crate::{NUMBER, Scene};
use app::wire::Language;
use serde_json::json;
use server::{
    authenticators::oidc::{OidcError, Outage},
    clock::Stopwatch,
    http_client::CallError,
    rules::assurance::Level,
};
use std::time::Duration;
use test_support::oidc_provider::{Answer, DESCRIPTION, KEYS, TOKEN, USER_INFO};

/// Returns invalid responses for this path.
fn nonsense(path: &str) -> Vec<(&'static str, Answer)> {
    let huge = format!("{{\"a\":\"{}\"}}", "x".repeat(300_000));
    let redirect =
        |status| Answer::Say { status, headers: vec![("location", path.to_owned())], body: vec![] };
    vec![
        ("a page", Answer::new(200, "text/html", "<!doctype html><p>Hej</p>")),
        ("a page that says it is JSON", Answer::new(200, "application/json", "<p>Hej</p>")),
        ("JSON that says it is a page", Answer::new(200, "text/html", "{}")),
        ("nothing", Answer::new(200, "application/json", "")),
        ("something else", Answer::new(200, "application/json", "{}")),
        ("a list", Answer::new(200, "application/json", "[]")),
        ("half of it", Answer::new(200, "application/json", "{\"issuer\":\"htt")),
        ("depth", Answer::new(200, "application/json", "[".repeat(100_000))),
        ("no text", Answer::new(200, "application/json", vec![0xff; 100])),
        ("a huge one", Answer::new(200, "application/json", huge)),
        ("an error", Answer::new(500, "text/plain", "Internal Server Error")),
        ("no content", Answer::new(204, "application/json", "")),
        ("a redirect in a circle", redirect(302)),
        ("another redirect", redirect(307)),
        ("not found", Answer::new(404, "application/json", "{}")),
    ]
}

fn is_down(error: Option<OidcError>) -> bool {
    matches!(error, Some(OidcError::Unavailable(_)))
}

#[tokio::test]
async fn nonsense_instead_of_a_description_or_keys() {
    for path in [DESCRIPTION, KEYS] {
        for (what, answer) in nonsense(path) {
            let scene = Scene::new().await;
            scene.there.answer(path, answer);
            let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish);
            assert!(is_down(url.await.err()), "{path}: {what}");
            assert_eq!(scene.there.calls(path).len(), 1, "{path}: {what}");
        }
    }
}

#[tokio::test]
async fn nonsense_instead_of_tokens() {
    for (what, answer) in nonsense(TOKEN) {
        let scene = Scene::new().await;
        scene.there.answer(TOKEN, answer);
        let error = scene.identify().await.err();
        assert!(is_down(error), "{what}: {error:?}");
        assert_eq!(scene.there.calls(TOKEN).len(), 1, "{what}");
    }
}

#[tokio::test]
async fn nonsense_instead_of_an_id_token() {
    let scene = Scene::new().await;
    for token in ["", "a", "a.b.c", "..", "...", "e30.e30.", "bnVsbA.bnVsbA.bnVsbA", "å.å.å"] {
        scene.give(token);
        assert!(is_down(scene.identify().await.err()), "{token}");
    }
    let tokens = json!({ "access_token": "a", "token_type": "Bearer" });
    scene.there.answer(TOKEN, Answer::json(&tokens));
    assert!(is_down(scene.identify().await.err()));
}

#[tokio::test]
async fn nonsense_instead_of_user_info() {
    for (what, answer) in nonsense(USER_INFO) {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&json!({ NUMBER: null })));
        scene.there.answer(USER_INFO, answer);
        let error = scene.identify().await.err();
        // An empty object is valid JSON without a subject.
        let nobody = Some(OidcError::InvalidResponse("the subject of its user info"));
        assert!(is_down(error) || (what == "something else" && error == nobody), "{what}");
        assert_eq!(scene.there.calls(USER_INFO).len(), 1, "{what}");
    }
}

#[tokio::test]
async fn a_signed_user_info_that_is_none() {
    for token in ["", "a", "a.b.c", "..", "...", "e30.e30.", "å.å.å"] {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&json!({ NUMBER: null })));
        scene.there.answer(USER_INFO, Answer::new(200, "application/jwt", token));
        let error = Some(OidcError::InvalidResponse("the form of its user info"));
        assert_eq!(scene.identify().await.err(), error, "{token}");
    }
}

#[tokio::test]
async fn an_access_token_that_can_not_be_sent() {
    let scene = Scene::new().await;
    let claims = scene.claims_but(&json!({ NUMBER: null }));
    let header = json!({ "alg": "RS256", "kid": "1" });
    let id_token = crate::Key::provider().sign(&header, &claims);
    let tokens = json!({ "access_token": "a\nb", "token_type": "Bearer", "id_token": id_token });
    scene.there.answer(TOKEN, Answer::json(&tokens));
    assert!(is_down(scene.identify().await.err()));
}

#[tokio::test]
async fn a_code_that_was_used_before_is_refused_by_the_provider() {
    let scene = Scene::new().await;
    for (status, error, meaning) in [
        (400, "invalid_grant", OidcError::Refused("invalid_grant")),
        (401, "invalid_client", OidcError::Refused("invalid_client")),
        (500, "server_error", OidcError::Unavailable(Outage::Said)),
        (400, "hm", OidcError::Refused("an error of an unknown kind")),
    ] {
        let body = json!({ "error": error, "error_description": "grant request is invalid" });
        scene.there.answer(TOKEN, Answer::new(status, "application/json", body.to_string()));
        assert_eq!(scene.identify().await.err(), Some(meaning), "{error}");
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there() {
    // A port that was free a moment ago.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let issuer = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let scene = Scene::with(|config| config.issuer = issuer).await;
    let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish).await;
    assert_eq!(url.err(), Some(OidcError::Unavailable(Outage::Call(CallError::Unreachable))));
}

#[tokio::test]
async fn a_provider_that_never_answers_is_down_within_ten_seconds() {
    let silent = OidcError::Unavailable(Outage::Call(CallError::Timeout));
    let at = |path: &'static str| async move {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&json!({ NUMBER: null })));
        scene.there.answer(path, Answer::Silence);
        let watch = Stopwatch::start();
        let error = scene.identify().await.err();
        (error, watch.elapsed() < Duration::from_secs(10))
    };
    // Concurrently, since these wait for real time limits.
    let (a, b, c, d) = tokio::join!(at(DESCRIPTION), at(KEYS), at(TOKEN), at(USER_INFO));
    for (path, result) in [(DESCRIPTION, a), (KEYS, b), (TOKEN, c), (USER_INFO, d)] {
        assert_eq!(result, (Some(silent), true), "{path}");
    }
}
