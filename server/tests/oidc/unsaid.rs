//! A provider that states no level of assurance, or no time of authentication, is accepted only if the
//! configuration says so.

use crate::{LOA2, LOA3, NOW, Scene};
use app::wire::Language;
use serde_json::{Value, json};
use server::{authenticators::oidc::OidcError, config::OidcProvider, rules::assurance::Level};

fn lax(without_acr: Option<Level>, without_auth_time: bool) -> impl FnOnce(&mut OidcProvider) {
    move |config| {
        config.without_acr = without_acr;
        config.without_auth_time = without_auth_time;
    }
}

#[tokio::test]
async fn a_login_that_says_nothing_is_worth_what_the_configuration_says() {
    let (no_acr, no_time) = (json!({ "acr": null }), json!({ "auth_time": null }));
    let neither = json!({ "acr": null, "auth_time": null });
    let missing = OidcError::InvalidResponse("the time of authentication, which is missing");
    let weak = OidcError::InsufficientAcr;
    for (without_acr, without_time, changes, required, expected) in [
        (None, true, &neither, Level::Loa2, Err(weak)),
        (Some(Level::Loa3), false, &neither, Level::Loa3, Err(missing)),
        (Some(Level::Loa3), true, &neither, Level::Loa3, Ok(Level::Loa3)),
        (Some(Level::Loa2), true, &neither, Level::Loa3, Err(weak)),
        (Some(Level::Loa2), true, &neither, Level::Loa2, Ok(Level::Loa2)),
        (Some(Level::Loa2), false, &no_acr, Level::Loa2, Ok(Level::Loa2)),
        (None, true, &no_time, Level::Loa3, Ok(Level::Loa3)),
    ] {
        let scene = Scene::with(lax(without_acr, without_time)).await;
        scene.give_signed(&scene.claims_but(changes));
        let level = scene.identify_at(required).await.map(|identity| identity.level());
        assert_eq!(level, expected, "{without_acr:?} {without_time} {changes} {required}");
    }
}

#[tokio::test]
async fn what_is_said_is_judged_all_the_same() {
    let weak = OidcError::InsufficientAcr;
    let time = OidcError::InvalidResponse("the time of authentication");
    for (changes, error) in [
        (json!({ "acr": LOA2 }), weak),
        (json!({ "acr": "another" }), weak),
        (json!({ "acr": "" }), weak),
        (json!({ "acr": 3 }), weak),
        (json!({ "acr": [LOA3] }), weak),
        (json!({ "auth_time": NOW - 61 }), time),
        (json!({ "auth_time": NOW + 61 }), time),
        (json!({ "auth_time": NOW.to_string() }), time),
        (json!({ "nonce": null }), OidcError::InvalidResponse("the nonce")),
    ] {
        let scene = Scene::with(lax(Some(Level::Loa3), true)).await;
        scene.give_signed(&scene.claims_but(&changes));
        assert_eq!(scene.identify().await.err(), Some(error), "{changes}");
    }
}

#[tokio::test]
async fn what_may_be_lacking_is_asked_for_and_not_insisted_on() {
    let scene = Scene::with(lax(Some(Level::Loa3), true)).await;
    let claims = async |required| {
        let url = scene.here.authorization_url(&scene.login, required, Language::Swedish).await;
        let url = url.expect("an address");
        let claims = url.query_pairs().find(|(name, _)| name == "claims").expect("claims").1;
        serde_json::from_str::<Value>(&claims).expect("JSON")["id_token"].clone()
    };
    let asked = claims(Level::Loa3).await;
    assert_eq!(asked["acr"], json!({ "values": [LOA3, crate::LOA4] }));
    assert_eq!(asked.get("auth_time"), Some(&Value::Null));
    // The time is required if the configured level does not suffice.
    let scene = Scene::with(lax(Some(Level::Loa2), false)).await;
    let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish).await;
    let url = url.expect("an address").to_string();
    assert_eq!(url.matches("essential").count(), 2, "{url}");
}

#[tokio::test]
async fn a_provider_without_values_is_asked_for_none() {
    let scene = Scene::with(|config| {
        lax(Some(Level::Loa2), true)(config);
        config.acr.clear();
    })
    .await;
    assert!(scene.here.reaches(Level::Loa2) && !scene.here.reaches(Level::Loa3));
    scene.there.describe(&json!({ "claims_parameter_supported": null }));
    let url = scene.here.authorization_url(&scene.login, Level::Loa3, Language::Swedish).await;
    assert_eq!(url.err(), Some(OidcError::InsufficientAcr));
    let url = scene.here.authorization_url(&scene.login, Level::Loa2, Language::Swedish).await;
    let url = url.expect("an address").to_string();
    assert!(!url.contains("acr_values") && url.contains("max_age=300"), "{url}");
    scene.give_signed(&scene.claims_but(&json!({ "acr": null, "auth_time": null })));
    assert!(scene.identify_at(Level::Loa2).await.is_ok());
}

#[tokio::test]
async fn an_operator_is_told_how_a_provider_is_dealt_with() {
    let told = async |scene: &Scene| scene.here.check().await.map(|manners| manners.to_string());
    let scene = Scene::new().await;
    let basic = "we show who we are by client_secret_basic";
    assert_eq!(told(&scene).await.as_deref(), Ok(basic));
    let scene = Scene::with(lax(Some(Level::Loa2), true)).await;
    let methods = "token_endpoint_auth_methods_supported";
    scene.there.describe(&json!({ methods: ["client_secret_post"] }));
    let post = "we show who we are by client_secret_post; a login without acr counts as loa2; a login \
                without auth_time is taken for a new one";
    assert_eq!(told(&scene).await.as_deref(), Ok(post));
    let scene = Scene::with(crate::with_client_key()).await;
    let key = "we show who we are by private_key_jwt, which its description does not offer";
    assert_eq!(told(&scene).await.as_deref(), Ok(key));
}
