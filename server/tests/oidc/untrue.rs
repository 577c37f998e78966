//! False ID tokens are rejected: by another issuer, for another client, or for another login.

use crate::{CLIENT, LOA2, NOW, NUMBER, Scene, but};
use app::wire::Language;
use serde_json::{Value, json};
use server::{
    authenticators::oidc::{CallbackParams, OidcError},
    rules::assurance::Level,
};
use test_support::oidc_provider::{Answer, DESCRIPTION, KEYS, Key, TOKEN, USER_INFO};

#[tokio::test]
async fn an_id_token_is_for_this_login_at_this_provider_just_now() {
    let untrue = OidcError::InvalidResponse;
    for (changes, error) in [
        (json!({ "nonce": "another" }), untrue("the nonce")),
        (json!({ "nonce": null }), untrue("the nonce")),
        (json!({ "iss": "https://id.example" }), untrue("the issuer")),
        (json!({ "aud": "another" }), untrue("the audience")),
        (json!({ "aud": [] }), untrue("the audience")),
        (json!({ "aud": null }), untrue("the audience")),
        (json!({ "aud": [CLIENT, "another"] }), untrue("the audience")),
        (json!({ "azp": "another" }), untrue("the authorised party")),
        (json!({ "exp": NOW }), untrue("the expiry")),
        (json!({ "exp": NOW - 1 }), untrue("the expiry")),
        (json!({ "iat": NOW + 61 }), untrue("the time of issue")),
        (json!({ "iat": NOW - 361, "exp": NOW + 3600 }), untrue("the time of issue")),
        (json!({ "auth_time": null }), untrue("the time of authentication, which is missing")),
        (json!({ "auth_time": NOW - 61 }), untrue("the time of authentication")),
        (json!({ "auth_time": NOW + 61 }), untrue("the time of authentication")),
        (json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" }), untrue("the access token")),
        (json!({ "acr": null }), OidcError::InsufficientAcr),
        (json!({ "acr": LOA2 }), OidcError::InsufficientAcr),
        (json!({ "acr": "loa3" }), OidcError::InsufficientAcr),
        (json!({ "acr": "http://id.elegnamnden.se/loa/1.0/loa3 " }), OidcError::InsufficientAcr),
    ] {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&changes));
        assert_eq!(scene.identify().await.err(), Some(error), "{changes}");
    }
}

#[tokio::test]
async fn an_id_token_is_signed_by_the_provider() {
    let public = Key::provider().public("1");
    let shared = Key::Shared(public["n"].as_str().expect("a modulus").as_bytes().to_vec());
    let secret = Key::Shared("hem:ligt å".into());
    for (key, header, what) in [
        (&Key::stranger(), json!({ "alg": "RS256", "kid": "1" }), "the signature"),
        (&Key::stranger(), json!({ "alg": "RS256" }), "the signature"),
        (&Key::stranger(), json!({ "alg": "RS256", "kid": "2" }), "the key"),
        (&Key::ec(), json!({ "alg": "ES256", "kid": "1" }), "the key"),
        (&Key::provider(), json!({ "alg": "none" }), "the algorithm"),
        (&Key::provider(), json!({ "alg": "none", "kid": "1" }), "the algorithm"),
        (&shared, json!({ "alg": "HS256", "kid": "1" }), "the algorithm"),
        (&secret, json!({ "alg": "HS256" }), "the algorithm"),
        (&secret, json!({ "alg": "HS512", "kid": "1" }), "the algorithm"),
        (
            &Key::provider(),
            json!({ "alg": "RS256", "kid": "1", "crit": ["b64"], "b64": false }),
            "the form of its ID token",
        ),
        (
            &Key::provider(),
            json!({ "alg": "RS256", "kid": "1", "typ": "logout+jwt" }),
            "the form of its ID token",
        ),
    ] {
        let scene = Scene::new().await;
        scene.give(&key.sign(&header, &scene.claims()));
        assert_eq!(
            scene.identify().await.err(),
            Some(OidcError::InvalidResponse(what)),
            "{header}"
        );
    }
}

#[tokio::test]
async fn a_changed_id_token_is_refused() {
    let scene = Scene::new().await;
    let header = json!({ "alg": "RS256", "kid": "1" });
    let good = Key::provider().sign(&header, &scene.claims_but(&json!({ "acr": LOA2 })));
    let better = Key::provider().sign(&header, &scene.claims());
    let (start, _) = better.rsplit_once('.').expect("a signature");
    let (_, signature) = good.rsplit_once('.').expect("a signature");
    scene.give(&format!("{start}.{signature}"));
    assert_eq!(scene.identify().await.err(), Some(OidcError::InvalidResponse("the signature")));
}

#[tokio::test]
async fn a_key_for_another_use_signs_nothing() {
    let scene = Scene::new().await;
    let key = but(Key::provider().public("1"), &json!({ "use": "enc" }));
    scene.there.answer(KEYS, Answer::json(&json!({ "keys": [key] })));
    scene.give_signed(&scene.claims());
    assert_eq!(scene.identify().await.err(), Some(OidcError::InvalidResponse("the key")));
    let scene = Scene::new().await;
    let key = but(Key::provider().public("1"), &json!({ "alg": "RS512" }));
    scene.there.answer(KEYS, Answer::json(&json!({ "keys": [key] })));
    scene.give_signed(&scene.claims());
    assert_eq!(scene.identify().await.err(), Some(OidcError::InvalidResponse("the key")));
}

#[tokio::test]
async fn a_shared_key_among_the_providers_is_none_of_them() {
    let scene = Scene::new().await;
    let key = json!({ "kty": "oct", "kid": "1", "k": "aGVtbGlndA" });
    scene.there.answer(KEYS, Answer::json(&json!({ "keys": [key] })));
    let header = json!({ "alg": "HS256", "kid": "1" });
    scene.give(&Key::Shared("hemligt".into()).sign(&header, &scene.claims()));
    assert_eq!(scene.identify().await.err(), Some(OidcError::InvalidResponse("the algorithm")));
}

#[tokio::test]
async fn user_info_is_about_the_same_person_and_from_the_same_provider() {
    let untrue = |what| Some(OidcError::InvalidResponse(what));
    let provider = Key::provider();
    let rs256 = json!({ "alg": "RS256", "kid": "1" });
    let secret = Key::Shared("hem:ligt å".into());
    for (changes, signed, error) in [
        (json!({ "sub": "another" }), None, untrue("the subject of its user info")),
        (json!({ "sub": null }), None, untrue("the subject of its user info")),
        (json!({ "sub": 1 }), None, untrue("the subject of its user info")),
        (
            json!({ "sub": "another" }),
            Some((&provider, &rs256)),
            untrue("the subject of its user info"),
        ),
        (
            json!({ "iss": "https://id.example" }),
            Some((&provider, &rs256)),
            untrue("the issuer of its user info"),
        ),
        (json!({ "iss": null }), Some((&provider, &rs256)), untrue("the issuer of its user info")),
        (
            json!({ "aud": "another" }),
            Some((&provider, &rs256)),
            untrue("the audience of its user info"),
        ),
        (
            json!({ "aud": null }),
            Some((&provider, &rs256)),
            untrue("the audience of its user info"),
        ),
        (json!({ "exp": NOW }), Some((&provider, &rs256)), untrue("the expiry of its user info")),
        (
            json!({ "exp": "never" }),
            Some((&provider, &rs256)),
            untrue("the expiry of its user info"),
        ),
        (json!({}), Some((&Key::stranger(), &rs256)), untrue("the signature of its user info")),
        (json!({}), Some((&provider, &json!({ "alg": "RS256", "kid": "2" }))), untrue("the key")),
        (
            json!({}),
            Some((&provider, &json!({ "alg": "none", "kid": "1" }))),
            untrue("the algorithm of its user info"),
        ),
        (
            json!({}),
            Some((&secret, &json!({ "alg": "HS256" }))),
            untrue("the algorithm of its user info"),
        ),
        (
            json!({}),
            Some((&provider, &json!({ "alg": "RS256", "crit": ["exp"] }))),
            untrue("the algorithm of its user info"),
        ),
        (json!({}), Some((&provider, &json!({ "alg": 1 }))), untrue("the form of its user info")),
        (json!({ "exp": NOW + 1 }), Some((&provider, &rs256)), None),
    ] {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&json!({ NUMBER: null })));
        let about = json!({
            "iss": scene.there.issuer,
            "aud": CLIENT,
            "sub": "somebody",
            NUMBER: "199908072391",
        });
        let about = but(about, &changes);
        let answer = match signed {
            None => Answer::json(&about),
            Some((key, header)) => Answer::new(200, "application/jwt", key.sign(header, &about)),
        };
        scene.there.answer(USER_INFO, answer);
        assert_eq!(scene.identify().await.err(), error, "{changes} {:?}", signed.map(|s| s.1));
    }
}

#[tokio::test]
async fn the_code_of_another_provider_is_not_sent_to_this_one() {
    let scene = Scene::new().await;
    for iss in
        [Some("https://id.example".to_owned()), Some(format!("{}/", scene.there.issuer)), None]
    {
        let returned = CallbackParams { code: "a-code".into(), iss };
        let error = scene.here.identify(&scene.login, &returned, Level::Loa3).await.err();
        assert_eq!(error, Some(OidcError::InvalidResponse("the issuer of the answer")));
    }
    assert!(scene.there.calls(TOKEN).is_empty());
}

#[tokio::test]
async fn a_provider_that_does_not_name_itself_on_the_way_back_need_not() {
    let scene = Scene::new().await;
    scene.there.describe(&json!({ "authorization_response_iss_parameter_supported": false }));
    scene.give_signed(&scene.claims());
    let returned = CallbackParams { code: "a-code".into(), iss: None };
    assert!(scene.here.identify(&scene.login, &returned, Level::Loa3).await.is_ok());
}

#[tokio::test]
async fn a_description_is_the_providers_own() {
    let scene = Scene::new().await;
    let untrue = OidcError::InvalidResponse;
    for (changes, error) in [
        (json!({ "issuer": "https://id.example" }), untrue("the issuer in its description")),
        (
            json!({ "issuer": format!("{}/", scene.there.issuer) }),
            untrue("the issuer in its description"),
        ),
        (
            json!({ "authorization_endpoint": "javascript:alert(1)" }),
            untrue("an address that is not https"),
        ),
        (json!({ "jwks_uri": "ftp://id.example/keys" }), untrue("an address that is not https")),
    ] {
        scene.there.describe(&changes);
        scene.clock.forward(std::time::Duration::from_secs(5));
        let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish).await;
        assert_eq!(url.err(), Some(error), "{changes}");
    }
    let calls = scene.there.calls(DESCRIPTION);
    assert_eq!(calls.len(), 4);
}

#[tokio::test]
async fn nothing_of_what_was_said_is_in_an_error() {
    let scene = Scene::new().await;
    let value = json!({ "error": "199908072391", "error_description": "Cia Ceder" });
    scene.there.answer(TOKEN, Answer::new(400, "application/json", Value::to_string(&value)));
    let error = scene.identify().await.err().expect("an error");
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("1999") && !shown.contains("Cia"), "{shown}");
}
