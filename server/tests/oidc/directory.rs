//! Metadata and keys of a provider are fetched rarely.

use crate::Scene;
use app::wire::Language;
use serde_json::json;
use server::{
    authenticators::oidc::{OidcError, Outage},
    rules::assurance::Level,
};
use std::time::Duration;
use test_support::oidc_provider::{Answer, DESCRIPTION, KEYS, Key};

async fn ask(scene: &Scene) -> Result<(), OidcError> {
    let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish);
    url.await.map(|_| ())
}

fn fetched(scene: &Scene) -> (usize, usize) {
    (scene.there.calls(DESCRIPTION).len(), scene.there.calls(KEYS).len())
}

#[tokio::test]
async fn all_who_wait_share_one_fetch() {
    let scene = Scene::new().await;
    let (a, b, c) = tokio::join!(ask(&scene), ask(&scene), ask(&scene));
    assert_eq!((a, b, c), (Ok(()), Ok(()), Ok(())));
    assert_eq!(fetched(&scene), (1, 1));
}

#[tokio::test]
async fn what_a_provider_says_of_itself_is_believed_for_an_hour() {
    let scene = Scene::new().await;
    ask(&scene).await.expect("an address");
    scene.clock.forward(Duration::from_secs(3599));
    ask(&scene).await.expect("an address");
    assert_eq!(fetched(&scene), (1, 1));
    scene.clock.forward(Duration::from_secs(1));
    ask(&scene).await.expect("an address");
    assert_eq!(fetched(&scene), (2, 2));
}

#[tokio::test]
async fn a_new_key_of_the_provider_is_found() {
    let scene = Scene::new().await;
    ask(&scene).await.expect("an address");
    let keys = json!({ "keys": [Key::provider().public("1"), Key::stranger().public("new")] });
    scene.there.answer(KEYS, Answer::json(&keys));
    let header = json!({ "alg": "PS256", "kid": "new" });
    scene.give(&Key::stranger().sign(&header, &scene.claims()));
    for _ in 0..3 {
        assert!(scene.identify().await.is_ok());
    }
    assert_eq!(fetched(&scene), (1, 2));
}

#[tokio::test]
async fn an_unknown_key_makes_us_ask_once_a_minute() {
    let scene = Scene::new().await;
    let header = json!({ "alg": "RS256", "kid": "unknown" });
    scene.give(&Key::stranger().sign(&header, &scene.claims()));
    let unknown = Some(OidcError::InvalidResponse("the key"));
    for _ in 0..3 {
        assert_eq!(scene.identify().await.err(), unknown);
    }
    assert_eq!(fetched(&scene), (1, 2));
    scene.clock.forward(Duration::from_mins(1));
    for _ in 0..3 {
        assert_eq!(scene.identify().await.err(), unknown);
    }
    assert_eq!(fetched(&scene), (1, 3));
}

#[tokio::test]
async fn those_who_meet_a_new_key_together_share_one_fetch() {
    let scene = Scene::new().await;
    ask(&scene).await.expect("an address");
    let keys = json!({ "keys": [Key::stranger().public("new")] });
    scene.there.answer(KEYS, Answer::json(&keys));
    let header = json!({ "alg": "RS256", "kid": "new" });
    scene.give(&Key::stranger().sign(&header, &scene.claims()));
    let (a, b) = tokio::join!(scene.identify(), scene.identify());
    assert!(a.is_ok() && b.is_ok());
    assert_eq!(fetched(&scene), (1, 2));
}

#[tokio::test]
async fn a_provider_that_is_up_again_is_found_up() {
    let scene = Scene::new().await;
    scene.there.answer(DESCRIPTION, Answer::new(503, "text/plain", "no"));
    let down = Err(OidcError::Unavailable(Outage::Answer("its description or keys")));
    let (a, b) = tokio::join!(ask(&scene), ask(&scene));
    assert_eq!((a, b), (down, down));
    assert_eq!(scene.there.calls(DESCRIPTION).len(), 1, "one failure is enough for all who wait");
    scene.there.describe(&json!({}));
    scene.clock.forward(Duration::from_secs(2));
    assert_eq!(ask(&scene).await, Ok(()));
}
