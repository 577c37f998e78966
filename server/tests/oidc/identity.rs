//! The identity from a valid provider's claims.

use crate::{CLIENT, LOA2, LOA3, LOA4, NOW, NUMBER, Scene};
use openidconnect::{
    AccessToken, AccessTokenHash,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde_json::{Value, json};
use server::{authenticators::oidc::OidcError, rules::assurance::Level};
use test_support::oidc_provider::{Answer, KEYS, Key, USER_INFO};

/// Returns an ID token's claims without name and number.
fn bare(scene: &Scene) -> Value {
    scene.claims_but(&json!({ "name": null, NUMBER: null }))
}

fn about(scene: &Scene) -> Value {
    json!({
        "iss": scene.there.issuer,
        "aud": [CLIENT, "another"],
        "sub": "somebody",
        "given_name": "Cia",
        "family_name": "Ceder",
        "https://id.oidc.se/claim/coordinationNumber": "199908672391",
    })
}

#[tokio::test]
async fn an_id_token_that_says_all_is_enough() {
    let scene = Scene::new().await;
    scene.give_signed(&scene.claims());
    let identity = scene.identify().await.expect("somebody");
    assert_eq!(identity.level(), Level::Loa3);
    assert_eq!(identity.number(), Some("199908072391"));
    assert_eq!(identity.name(), Some("Cia Ceder"));
    assert!(scene.there.calls(USER_INFO).is_empty());
}

#[tokio::test]
async fn a_value_gives_the_level_that_the_organisation_gave_it() {
    for (acr, required, level) in [
        (LOA2, Level::Loa2, Some(Level::Loa2)),
        (LOA3, Level::Loa2, Some(Level::Loa3)),
        (LOA4, Level::Loa3, Some(Level::Loa3)),
        (LOA2, Level::Loa3, None),
        ("http://id.swedenconnect.se/loa/1.0/uncertified-loa3", Level::Loa2, None),
    ] {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&json!({ "acr": acr })));
        let identity = scene.identify_at(required).await.ok();
        assert_eq!(identity.map(|identity| identity.level()), level, "{acr} {required}");
    }
}

#[tokio::test]
async fn what_the_id_token_lacks_is_asked_for() {
    let scene = Scene::new().await;
    scene.give_signed(&bare(&scene));
    scene.there.answer(USER_INFO, Answer::json(&about(&scene)));
    let identity = scene.identify().await.expect("somebody");
    assert_eq!(identity.number(), Some("199908672391"));
    assert_eq!(identity.name(), Some("Cia Ceder"));
    let calls = scene.there.calls(USER_INFO);
    let [call] = &calls[..] else { panic!("one call") };
    assert_eq!(call.headers["authorization"], "Bearer an-access-token");
}

#[tokio::test]
async fn a_provider_without_user_info_identifies_without_a_number() {
    let scene = Scene::new().await;
    scene.there.describe(&json!({ "userinfo_endpoint": null }));
    scene.give_signed(&scene.claims_but(&json!({ NUMBER: null })));
    let identity = scene.identify().await.expect("somebody");
    assert_eq!((identity.number(), identity.level()), (None, Level::Loa3));
}

#[tokio::test]
async fn both_may_be_signed_with_any_good_algorithm() {
    let ec = Key::ec();
    for (algorithm, key) in [
        ("RS256", &Key::provider()),
        ("RS384", &Key::provider()),
        ("RS512", &Key::provider()),
        ("PS256", &Key::provider()),
        ("PS384", &Key::provider()),
        ("PS512", &Key::provider()),
        ("ES256", &ec),
    ] {
        let scene = Scene::new().await;
        let keys =
            json!({ "keys": [Key::provider().public("1"), ec.public("2"), { "kty": "odd" }] });
        scene.there.answer(KEYS, Answer::json(&keys));
        let id = if matches!(key, Key::Ec(_)) { "2" } else { "1" };
        let header = json!({ "alg": algorithm, "kid": id, "typ": "JWT" });
        scene.give(&key.sign(&header, &bare(&scene)));
        let info = key.sign(&header, &about(&scene));
        scene.there.answer(USER_INFO, Answer::new(200, "application/JWT; charset=utf-8", info));
        let identity = scene.identify().await;
        let identity = identity.unwrap_or_else(|error| panic!("{algorithm}: {error}"));
        assert_eq!(identity.name(), Some("Cia Ceder"), "{algorithm}");
    }
}

#[tokio::test]
async fn a_signature_need_not_name_its_key_where_there_is_one() {
    let scene = Scene::new().await;
    let header = json!({ "alg": "RS256" });
    scene.give(&Key::provider().sign(&header, &bare(&scene)));
    let info = Key::provider().sign(&header, &about(&scene));
    scene.there.answer(USER_INFO, Answer::new(200, "application/jwt", info));
    assert!(scene.identify().await.is_ok());
}

#[tokio::test]
async fn a_provider_may_use_other_names() {
    let scene = Scene::with(|config| {
        config.claims.personal_number = "pnr".into();
        config.claims.name = "cn".into();
    })
    .await;
    scene.give_signed(&scene.claims_but(&json!({ "pnr": "197311108711", "cn": "Bo Berg" })));
    let identity = scene.identify().await.expect("somebody");
    assert_eq!(identity.number(), Some("197311108711"));
    assert_eq!(identity.name(), Some("Bo Berg"));
}

#[tokio::test]
async fn clocks_may_be_a_little_apart() {
    for changes in [
        json!({ "iat": NOW + 60, "auth_time": NOW + 60 }),
        json!({ "iat": NOW - 360, "exp": NOW + 1 }),
        json!({ "auth_time": NOW - 60 }),
        json!({ "aud": [CLIENT], "azp": CLIENT }),
    ] {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&changes));
        assert!(scene.identify().await.is_ok(), "{changes}");
    }
}

#[tokio::test]
async fn the_access_token_is_the_one_that_the_id_token_names() {
    let scene = Scene::new().await;
    let key: CoreJsonWebKey = serde_json::from_value(Key::provider().public("1")).expect("a key");
    let hash = |token: &str| {
        let algorithm = CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256;
        AccessTokenHash::from_token(&AccessToken::new(token.into()), &algorithm, &key)
            .expect("a hash")
    };
    scene.give_signed(&scene.claims_but(&json!({ "at_hash": hash("an-access-token") })));
    assert!(scene.identify().await.is_ok());
    scene.give_signed(&scene.claims_but(&json!({ "at_hash": hash("another") })));
    assert_eq!(scene.identify().await.err(), Some(OidcError::InvalidResponse("the access token")));
}

#[tokio::test]
async fn an_identification_can_go_on_in_any_thread() {
    let scene = Scene::new().await;
    scene.give_signed(&scene.claims());
    let identity = tokio::spawn(async move { scene.identify().await }).await.expect("an end");
    assert!(identity.is_ok());
}
