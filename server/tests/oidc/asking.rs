//! Requests to the provider, and the client's authentication.

use crate::{CLIENT, LOA2, LOA3, LOA4, NOW, NUMBER, REDIRECT, Scene, with_client_key, with_key};
use app::wire::Language;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use openidconnect::{
    JsonWebKey, PkceCodeChallenge, PkceCodeVerifier,
    core::{CoreJsonWebKey, CoreJwsSigningAlgorithm},
};
use serde_json::{Value, json};
use server::{authenticators::oidc::OidcError, rules::assurance::Level};
use std::collections::BTreeMap;
use test_support::oidc_provider::{Key, TOKEN};
use url::Url;

fn query(url: &Url) -> BTreeMap<String, String> {
    let query: Vec<_> = url.query_pairs().into_owned().collect();
    let map: BTreeMap<_, _> = query.iter().cloned().collect();
    assert_eq!(map.len(), query.len(), "a parameter stands there twice: {url}");
    map
}

/// Returns the header and the claims of a JWT, and checks its signature with this key.
fn opened(token: &str, key: &Key) -> (Value, Value) {
    let (message, signature) = token.rsplit_once('.').expect("a signature");
    let (header, claims) = message.split_once('.').expect("a payload");
    let [header, claims] = [header, claims].map(|part| {
        let part = URL_SAFE_NO_PAD.decode(part).expect("base64");
        serde_json::from_slice::<Value>(&part).expect("JSON")
    });
    let algorithm: CoreJwsSigningAlgorithm =
        serde_json::from_value(header["alg"].clone()).expect("an algorithm");
    let key: CoreJsonWebKey = serde_json::from_value(key.public("ours")).expect("a key");
    let signature = URL_SAFE_NO_PAD.decode(signature).expect("base64");
    key.verify_signature(&algorithm, message.as_bytes(), &signature).expect("a good signature");
    assert_eq!(header["kid"], "ours");
    (header, claims)
}

async fn asked(scene: &Scene, required: Level) -> BTreeMap<String, String> {
    let url = scene.here.authorization_url(&scene.login, required, Language::English).await;
    query(&url.expect("an address"))
}

#[tokio::test]
async fn the_browser_is_sent_there_with_what_binds_the_login() {
    let scene = Scene::new().await;
    let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish).await;
    let url = url.expect("an address");
    let there = format!("{}/auth?tenant=a&", scene.there.issuer);
    assert!(url.as_str().starts_with(&there), "{url}");
    let verifier = PkceCodeVerifier::new(scene.login.verifier.clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    let mut query = query(&url);
    let claims = query.remove("claims").expect("the claims");
    let expected = [
        ("tenant", "a"),
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", REDIRECT),
        ("scope", "openid profile"),
        ("state", "a-state"),
        ("nonce", "a-nonce"),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
        ("prompt", "login"),
        ("ui_locales", "sv"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(query, expected.into());
    let claims: Value = serde_json::from_str(&claims).expect("JSON");
    let acr = json!({ "essential": true, "values": [LOA3, LOA4] });
    assert_eq!(claims["id_token"]["acr"], acr);
    assert_eq!(claims["id_token"]["auth_time"], json!({ "essential": true }));
    for part in ["id_token", "userinfo"] {
        for name in [NUMBER, "https://id.oidc.se/claim/coordinationNumber", "name", "given_name"] {
            assert_eq!(claims[part].get(name), Some(&Value::Null), "{part} {name}");
        }
    }
}

#[tokio::test]
async fn a_lower_level_is_asked_for_with_the_higher_ones() {
    let scene = Scene::new().await;
    let asked = asked(&scene, Level::Loa2).await;
    let claims: Value = serde_json::from_str(&asked["claims"]).expect("JSON");
    assert_eq!(claims["id_token"]["acr"]["values"], json!([LOA2, LOA3, LOA4]));
    assert_eq!(asked["ui_locales"], "en");
}

#[tokio::test]
async fn a_provider_that_does_not_reach_the_level_is_not_gone_to() {
    let scene = Scene::with(|config| config.acr.truncate(1)).await;
    assert!(scene.here.reaches(Level::Loa2) && !scene.here.reaches(Level::Loa3));
    let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish).await;
    assert_eq!(url.err(), Some(OidcError::InsufficientAcr));
}

#[tokio::test]
async fn a_provider_that_can_not_be_asked_for_claims_is_asked_in_the_older_way() {
    let scene = Scene::new().await;
    scene.there.describe(&json!({ "claims_parameter_supported": false }));
    let asked = asked(&scene, Level::Loa3).await;
    assert!(!asked.contains_key("claims"));
    assert_eq!(asked["acr_values"], format!("{LOA3} {LOA4}"));
    assert_eq!(asked["max_age"], "300");
}

#[tokio::test]
async fn a_request_object_is_signed_and_holds_everything() {
    let scene = Scene::with(|config| {
        with_client_key()(config);
        config.request_object = true;
    })
    .await;
    let asked = asked(&scene, Level::Loa3).await;
    let names: Vec<_> = asked.keys().map(String::as_str).collect();
    assert_eq!(names, ["client_id", "request", "response_type", "scope", "tenant"]);
    let (header, claims) = opened(&asked["request"], &Key::client());
    assert_eq!(header["alg"], "RS256");
    assert_eq!(header["typ"], "oauth-authz-req+jwt");
    assert_eq!(claims["iss"], CLIENT);
    assert_eq!(claims["aud"], scene.there.issuer.as_str());
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(NOW), &json!(NOW + 60)));
    assert_eq!(claims["state"], "a-state");
    assert_eq!(claims["redirect_uri"], REDIRECT);
    assert_eq!(claims["code_challenge_method"], "S256");
    assert_eq!(claims["claims"]["id_token"]["acr"]["values"], json!([LOA3, LOA4]));
}

#[tokio::test]
async fn a_secret_is_shown_beside_the_code_and_its_verifier() {
    let scene = Scene::new().await;
    scene.give_signed(&scene.claims());
    assert!(scene.identify().await.is_ok());
    let calls = scene.there.calls(TOKEN);
    let [call] = &calls[..] else { panic!("one call") };
    let basic = format!("Basic {}", STANDARD.encode("anslut:hem%3Aligt+%C3%A5"));
    assert_eq!(call.headers["authorization"], basic);
    let expected = [
        ("grant_type", "authorization_code"),
        ("code", "a-code"),
        ("code_verifier", scene.login.verifier.as_str()),
        ("redirect_uri", REDIRECT),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(call.form(), expected.into());
}

/// Identifies with a key. Returns the client assertion.
async fn assertion(scene: &Scene) -> String {
    scene.give_signed(&scene.claims());
    assert!(scene.identify().await.is_ok());
    let call = scene.there.calls(TOKEN).pop().expect("a call");
    assert!(!call.headers.contains_key("authorization"));
    let mut form = call.form();
    assert_eq!(form["client_id"], CLIENT);
    assert_eq!(
        form["client_assertion_type"],
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    form.remove("client_assertion").expect("an assertion")
}

#[tokio::test]
async fn a_private_key_signs_who_we_are_anew_each_time() {
    let scene = Scene::with(with_client_key()).await;
    let (header, claims) = opened(&assertion(&scene).await, &Key::client());
    assert_eq!(header["alg"], "RS256");
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(CLIENT), &json!(CLIENT)));
    assert_eq!(claims["aud"], scene.there.issuer.as_str());
    assert_eq!((&claims["iat"], &claims["exp"]), (&json!(NOW), &json!(NOW + 60)));
    let (_, again) = opened(&assertion(&scene).await, &Key::client());
    assert!(claims["jti"].is_string());
    assert_ne!(claims["jti"], again["jti"]);
}

#[tokio::test]
async fn an_rsa_key_signs_with_what_the_provider_accepts() {
    for (accepted, algorithm) in [
        (json!(["PS256", "ES256"]), "PS256"),
        (json!(["PS256", "RS256"]), "RS256"),
        (json!(["EdDSA"]), "RS256"),
    ] {
        let scene = Scene::with(with_client_key()).await;
        let name = "token_endpoint_auth_signing_alg_values_supported";
        scene.there.describe(&json!({ name: accepted }));
        let (header, _) = opened(&assertion(&scene).await, &Key::client());
        assert_eq!(header["alg"], algorithm);
    }
}

#[tokio::test]
async fn an_elliptic_key_signs_too() {
    let key = Key::ec();
    let Key::Ec(pair) = &key else { panic!("an EC key") };
    let scene = Scene::with(with_key(&pair.serialize_pem())).await;
    // Many times, since a number in a signature may be shorter.
    for _ in 0..20 {
        let (header, _) = opened(&assertion(&scene).await, &key);
        assert_eq!(header["alg"], "ES256");
    }
}
