//! Everything that proves an identity is checked strictly. Unrequested claims are ignored, and a fault in
//! what is not needed stops nobody.

use crate::{CLIENT, LOA3, NUMBER, Scene, but};
use app::wire::Language;
use axum::http::HeaderValue;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use server::{
    authenticators::oidc::{CallbackParams, Essential, OidcError, Outage, Required},
    rules::assurance::Level,
};
use std::time::Duration;
use test_support::oidc_provider::{Answer, KEYS, Key, TOKEN, USER_INFO};

/// Returns values of every JSON type.
fn odd() -> [Value; 9] {
    [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!("2026-01-01T00:00:00Z"),
        json!(""),
        json!([1, "a", {}]),
        json!({ "a": { "b": [] } }),
        json!("ä".repeat(2000)),
    ]
}

fn header() -> Value {
    json!({ "alg": "RS256", "kid": "1" })
}

#[tokio::test]
async fn what_comes_beside_an_id_token_may_be_of_any_form() {
    let scene = Scene::new().await;
    let id_token = Key::provider().sign(&header(), &scene.claims());
    for value in odd() {
        let names = ["expires_in", "token_type", "scope", "refresh_token", "access_token", "x"];
        let beside: Value = names.into_iter().map(|name| (name, value.clone())).collect();
        let tokens = but(beside, &json!({ "id_token": id_token }));
        scene.there.answer(TOKEN, Answer::json(&tokens));
        assert_eq!(scene.identify().await.err(), None, "{value}");
    }
    let tokens = json!({ "id_token": id_token });
    for (media_type, before) in [
        ("text/plain", ""),
        ("application/octet-stream", ""),
        ("application/json;charset=UTF-8", ""),
        ("application/json", "\u{feff}"),
    ] {
        scene.there.answer(TOKEN, Answer::new(200, media_type, format!("{before}{tokens}")));
        assert_eq!(scene.identify().await.err(), None, "{media_type}");
    }
}

#[tokio::test]
async fn what_an_id_token_says_unasked_may_be_of_any_form() {
    let scene = Scene::new().await;
    for value in odd() {
        let names = [
            "email_verified",
            "updated_at",
            "email",
            "phone_number_verified",
            "address",
            "birthdate",
            "amr",
            "sid",
            "nbf",
            "locale",
            "picture",
            "given_name",
            "c_hash",
            "https://id.oidc.se/claim/coordinationNumber",
        ];
        let unasked: Value = names.into_iter().map(|name| (name, value.clone())).collect();
        scene.give_signed(&scene.claims_but(&unasked));
        assert_eq!(scene.identify().await.err(), None, "{value}");
    }
}

#[tokio::test]
async fn a_name_of_an_odd_form_is_none() {
    let scene = Scene::new().await;
    for value in [json!(1), json!(["Cia Ceder"]), json!({ "sv": "Cia Ceder" }), json!(true)] {
        scene.give_signed(&scene.claims_but(&json!({ "name": value })));
        let identity = scene.identify().await.expect("somebody");
        assert_eq!((identity.name(), identity.number()), (None, Some("199908072391")), "{value}");
    }
}

#[tokio::test]
async fn what_proves_is_of_its_own_form_and_no_other() {
    let scene = Scene::new().await;
    for name in ["iss", "sub", "aud", "azp", "nonce", "exp", "iat", "auth_time", "acr", "at_hash"] {
        for value in odd() {
            // `null` counts as missing, and a subject may be any text.
            if (value.is_null() && matches!(name, "azp" | "at_hash"))
                || (name == "sub" && value.as_str().is_some_and(|text| !text.is_empty()))
            {
                continue;
            }
            scene.give_signed(&scene.claims_but(&json!({ name: value })));
            assert!(scene.identify().await.is_err(), "{name}: {value}");
        }
    }
    let text = |name: &str| scene.claims()[name].to_string();
    for name in ["exp", "iat", "auth_time"] {
        scene.give_signed(&scene.claims_but(&json!({ name: text(name) })));
        assert!(scene.identify().await.is_err(), "{name} as text");
        let exact = scene.claims()[name].as_f64().expect("a number") + 0.25;
        scene.give_signed(&scene.claims_but(&json!({ name: exact })));
        assert_eq!(scene.identify().await.err(), None, "{name} with a fraction");
    }
    for (aud, good) in [
        (json!([CLIENT]), true),
        (json!([CLIENT, CLIENT]), true),
        (json!([CLIENT, 1]), false),
        (json!([[CLIENT]]), false),
        (json!({ CLIENT: true }), false),
    ] {
        scene.give_signed(&scene.claims_but(&json!({ "aud": aud })));
        assert_eq!(scene.identify().await.is_ok(), good, "{aud}");
    }
    for (acr, good) in [(json!([LOA3]), false), (json!({ "value": LOA3 }), false)] {
        scene.give_signed(&scene.claims_but(&json!({ "acr": acr })));
        assert_eq!(scene.identify().await.is_ok(), good, "{acr}");
    }
}

#[tokio::test]
async fn what_a_description_says_unasked_may_be_of_any_form() {
    for value in odd() {
        let names = [
            "scopes_supported",
            "response_types_supported",
            "subject_types_supported",
            "id_token_signing_alg_values_supported",
            "claims_supported",
            "acr_values_supported",
            "ui_locales_supported",
            "display_values_supported",
            "service_documentation",
            "registration_endpoint",
            "request_parameter_supported",
            "token_endpoint_auth_methods_supported",
            "userinfo_endpoint",
            "x",
        ];
        let scene = Scene::new().await;
        let unasked: Value = names.into_iter().map(|name| (name, value.clone())).collect();
        scene.there.describe(&unasked);
        scene.give_signed(&scene.claims());
        assert_eq!(scene.identify().await.err(), None, "{value}");
    }
}

#[tokio::test]
async fn a_key_that_can_not_be_understood_leaves_the_others() {
    let good = Key::provider().public("1");
    let padded = |name: &str| {
        let text = good[name].as_str().expect("a number").replace('-', "+").replace('_', "/");
        format!("{text}{}", ["", "", "==", "="][text.len() % 4])
    };
    for keys in [
        json!([null, 1, "x", [], {}, good]),
        json!([{ "kty": "odd" }, { "kty": 1 }, { "kty": "RSA" }, good]),
        json!([{ "kty": "OKP", "crv": "Ed448", "x": "AAAA", "kid": "1" }, good]),
        json!([{ "kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA", "kid": "1" }, good]),
        json!([{ "kty": "oct", "k": "AAAA", "kid": "1", "alg": "HS256" }, good]),
        json!([but(good.clone(), &json!({ "use": "enc" })), good]),
        json!([but(good.clone(), &json!({ "alg": "RSA-OAEP-256", "use": "enc" })), good]),
        json!([but(good.clone(), &json!({ "alg": "ML-DSA-65" })), good]),
        json!([Key::stranger().public("1"), good]),
        json!([good, good]),
        json!([but(good.clone(), &json!({ "use": null })), Key::stranger().public("2")]),
        json!([but(good.clone(), &json!({ "kid": null })), Key::stranger().public("2")]),
        json!([but(
            good.clone(),
            &json!({ "x5c": 1, "x5t": [], "key_ops": {}, "iat": "x", "n": padded("n"), "e": padded("e") })
        )]),
    ] {
        let scene = Scene::new().await;
        let set = json!({ "keys": keys, "x": [{}] });
        scene.there.answer(KEYS, Answer::new(200, "application/jwk-set+json", set.to_string()));
        scene.give_signed(&scene.claims());
        assert_eq!(scene.identify().await.err(), None, "{keys}");
        assert_eq!(scene.there.calls(KEYS).len(), 1, "{keys}");
    }
}

#[tokio::test]
async fn a_header_may_say_more_than_is_asked() {
    let scene = Scene::new().await;
    for changes in [
        json!({ "typ": "jwt" }),
        json!({ "typ": "application/jwt" }),
        json!({ "typ": null }),
        json!({ "x5t": 1, "jku": "https://evil.example/keys", "cty": "json" }),
        json!({ "jwk": Key::stranger().public("1") }),
        json!({ "kid": null }),
        json!({ "kid": 1 }),
    ] {
        let header = but(header(), &changes);
        scene.give(&Key::provider().sign(&header, &scene.claims()));
        assert_eq!(scene.identify().await.err(), None, "{changes}");
        // None of it is trusted.
        scene.give(&Key::stranger().sign(&header, &scene.claims()));
        assert_eq!(scene.identify().await.err(), Some(OidcError::InvalidResponse("the signature")));
    }
}

#[tokio::test]
async fn a_provider_that_does_not_say_that_it_heeds_claims_does_not() {
    for said in [json!(null), json!(false), json!("true"), json!(1)] {
        let scene = Scene::new().await;
        scene.there.describe(&json!({ "claims_parameter_supported": said }));
        let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish).await;
        let url = url.expect("an address");
        let asked = |name: &str| url.query_pairs().any(|(it, _)| it == name);
        assert!(asked("acr_values") && asked("max_age") && !asked("claims"), "{said}: {url}");
    }
}

#[tokio::test]
async fn a_secret_goes_where_the_provider_takes_it() {
    let name = "token_endpoint_auth_methods_supported";
    for (said, posted) in [
        (json!(["client_secret_post"]), true),
        (json!(["private_key_jwt", "client_secret_post", 1]), true),
        (json!(["client_secret_post", "client_secret_basic"]), false),
        (json!(["client_secret_basic"]), false),
        (json!(["private_key_jwt"]), false),
        (json!([]), false),
        (json!(null), false),
    ] {
        let scene = Scene::new().await;
        scene.there.describe(&json!({ name: said }));
        scene.give_signed(&scene.claims());
        assert_eq!(scene.identify().await.err(), None, "{said}");
        let calls = scene.there.calls(TOKEN);
        let [call] = &calls[..] else { panic!("one call") };
        let form = call.form();
        let header = call.headers.get("authorization").map(HeaderValue::as_bytes);
        if posted {
            assert_eq!((form["client_id"].as_str(), header), (CLIENT, None), "{said}");
            assert_eq!(form["client_secret"], "hem:ligt å");
        } else {
            let basic = format!("Basic {}", STANDARD.encode("anslut:hem%3Aligt+%C3%A5"));
            assert_eq!(header, Some(basic.as_bytes()), "{said}");
            assert!(!form.contains_key("client_secret") && !form.contains_key("client_id"));
        }
    }
}

/// Returns failures of the `UserInfo` endpoint.
fn failures() -> Vec<Answer> {
    vec![
        Answer::new(404, "application/json", "{}"),
        Answer::new(401, "application/json", "{\"error\":\"invalid_token\"}"),
        Answer::new(500, "text/html", "<p>Hej</p>"),
        Answer::new(200, "text/html", "<p>Hej</p>"),
        Answer::new(200, "application/json", "<p>Hej</p>"),
        Answer::new(200, "application/json", "[]"),
        Answer::new(200, "text/plain", "{\"sub\":\"somebody\",\"name\":\"Bo Berg\"}"),
        Answer::new(200, "application/json", "x".repeat(2_000_000)),
        Answer::Say { status: 302, headers: vec![("location", USER_INFO.into())], body: vec![] },
        Answer::Silence,
    ]
}

#[tokio::test]
async fn user_info_that_fails_holds_nobody_up_who_is_proven() {
    for answer in failures() {
        let scene = Scene::new().await;
        scene.there.answer(USER_INFO, answer);
        scene.give_signed(&scene.claims_but(&json!({ "name": null })));
        let identity = scene.identify().await.expect("somebody");
        assert_eq!((identity.name(), identity.number()), (None, Some("199908072391")));
        assert_eq!(identity.level(), Level::Loa3);
        assert_eq!(scene.there.calls(USER_INFO).len(), 1);
    }
}

#[tokio::test]
async fn user_info_that_fails_is_an_outage_where_the_number_is_to_come_of_it() {
    for answer in failures().into_iter().filter(|answer| !matches!(answer, Answer::Silence)) {
        let scene = Scene::new().await;
        scene.there.answer(USER_INFO, answer);
        scene.give_signed(&scene.claims_but(&json!({ NUMBER: null })));
        let error = scene.identify().await.err();
        assert!(matches!(error, Some(OidcError::Unavailable(_))), "{error:?}");
    }
}

#[tokio::test]
async fn a_name_is_enough_where_no_number_is_asked_for() {
    let verified = json!({ NUMBER: null, "email": "cia@example.org", "email_verified": true });
    for (changes, essential, good) in [
        (json!({ NUMBER: null }), Essential::Name, true),
        (json!({ NUMBER: null }), Essential::Number, false),
        (json!({ NUMBER: null, "name": null }), Essential::Name, false),
        (verified, Essential::Email, true),
        (json!({ "email": "cia@example.org" }), Essential::Email, false),
    ] {
        let scene = Scene::new().await;
        scene.there.answer(USER_INFO, Answer::new(500, "text/plain", "no"));
        scene.give_signed(&scene.claims_but(&changes));
        let returned =
            CallbackParams { code: "a-code".into(), iss: Some(scene.there.issuer.clone()) };
        let required = Required { level: Level::Loa3, essential };
        let identity = scene.here.identify(&scene.login, &returned, required).await;
        assert_eq!(identity.is_ok(), good, "{changes} {essential:?}");
    }
}

#[tokio::test]
async fn user_info_of_somebody_else_is_refused_whatever_it_is_needed_for() {
    for lacking in ["name", NUMBER] {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&json!({ lacking: null })));
        scene.there.answer(USER_INFO, Answer::json(&json!({ "sub": "another", "name": "Bo" })));
        let error = Some(OidcError::InvalidResponse("the subject of its user info"));
        assert_eq!(scene.identify().await.err(), error, "{lacking}");
    }
}

#[tokio::test]
async fn user_info_may_say_anything_unasked() {
    for value in odd() {
        let scene = Scene::new().await;
        scene.give_signed(&scene.claims_but(&json!({ "name": null })));
        let names = ["email_verified", "updated_at", "address", "x"];
        let unasked: Value = names.into_iter().map(|name| (name, value.clone())).collect();
        let info = json!({ "sub": "somebody", "name": "Cia Ceder" });
        scene.there.answer(USER_INFO, Answer::json(&but(info, &unasked)));
        let identity = scene.identify().await.expect("somebody");
        assert_eq!(identity.name(), Some("Cia Ceder"), "{value}");
    }
}

/// Returns a provider with this key set, which is replaced by another after the first fetch.
async fn rekeyed(before: &Value, after: &Value) -> Scene {
    let scene = Scene::new().await;
    scene.there.answer(KEYS, Answer::json(&json!({ "keys": [before] })));
    let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish).await;
    url.expect("an address");
    scene.there.answer(KEYS, Answer::json(&json!({ "keys": [after] })));
    scene
}

#[tokio::test]
async fn a_key_that_is_replaced_under_its_name_or_has_none_is_found() {
    for kid in [json!("1"), json!(null)] {
        let named = |key: &Key| but(key.public("1"), &json!({ "kid": kid }));
        let scene = rekeyed(&named(&Key::provider()), &named(&Key::stranger())).await;
        let header = but(json!({ "alg": "RS256" }), &json!({ "kid": kid }));
        scene.give(&Key::stranger().sign(&header, &scene.claims()));
        for _ in 0..3 {
            assert_eq!(scene.identify().await.err(), None, "{kid}");
        }
        assert_eq!(scene.there.calls(KEYS).len(), 2, "{kid}");
        // The old key's signatures are no longer accepted.
        scene.give(&Key::provider().sign(&header, &scene.claims()));
        assert_eq!(scene.identify().await.err(), Some(OidcError::InvalidResponse("the signature")));
    }
}

#[tokio::test]
async fn user_info_signed_with_a_replaced_key_is_found_right() {
    let scene = rekeyed(&Key::provider().public("1"), &Key::stranger().public("1")).await;
    let id_token = Key::provider().sign(&header(), &scene.claims_but(&json!({ "name": null })));
    scene.give(&id_token);
    let info = json!({
        "iss": scene.there.issuer, "aud": CLIENT, "sub": "somebody", "name": "Cia Ceder",
    });
    let info = Key::stranger().sign(&header(), &info);
    scene.there.answer(USER_INFO, Answer::new(200, "application/jwt", info));
    let identity = scene.identify().await.expect("somebody");
    assert_eq!(identity.name(), Some("Cia Ceder"));
}

#[tokio::test]
async fn forged_signatures_make_us_ask_once_a_minute() {
    let scene = Scene::new().await;
    let forged = Some(OidcError::InvalidResponse("the signature"));
    for header in [header(), json!({ "alg": "RS256" })] {
        scene.give(&Key::stranger().sign(&header, &scene.claims()));
        for _ in 0..3 {
            assert_eq!(scene.identify().await.err(), forged);
        }
    }
    assert_eq!(scene.there.calls(KEYS).len(), 2);
    scene.clock.forward(Duration::from_mins(1));
    for _ in 0..3 {
        assert_eq!(scene.identify().await.err(), forged);
    }
    assert_eq!(scene.there.calls(KEYS).len(), 3);
}

#[tokio::test]
async fn an_error_is_told_however_it_comes() {
    let scene = Scene::new().await;
    let error = json!({ "error": "invalid_grant", "error_description": 1 });
    for (status, media_type) in [(400, "text/plain"), (200, "application/json"), (401, "x")] {
        scene.there.answer(TOKEN, Answer::new(status, media_type, error.to_string()));
        let refused = Some(OidcError::Refused("invalid_grant"));
        assert_eq!(scene.identify().await.err(), refused, "{status}");
    }
    let odd = json!({ "error": { "code": 1 } });
    scene.there.answer(TOKEN, Answer::new(400, "application/json", odd.to_string()));
    let down = Some(OidcError::Unavailable(Outage::Answer("its tokens")));
    assert_eq!(scene.identify().await.err(), down);
}
