//! Identification with an OpenID Connect provider, from the redirect to the callback.

use crate::{bankid::failed, changes::latest};
use app::wire::{Failure, Screen};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use test_support::{
    browser::{Browser, Page},
    oidc_provider::{Answer, DESCRIPTION, Key, TOKEN, TestProvider, USER_INFO},
    test_app::{CIA, Invitation, MINUTE, SECOND, TestApp, TestAppBuilder},
};
use url::Url;

const NUMBER: &str = "199908072391";
const LOA3: &str = "http://id.elegnamnden.se/loa/1.0/loa3";
const LOA2: &str = "http://id.elegnamnden.se/loa/1.0/loa2";

/// A service with two providers, one of which is down.
pub(crate) struct Scene {
    pub(crate) app: TestApp,
    provider: TestProvider,
}

impl Scene {
    async fn start() -> Self {
        Self::of(TestAppBuilder::product(), "").await
    }

    /// Starts the scene on a service, with more lines in the table of the first provider.
    pub(crate) async fn of(app: TestAppBuilder, lines: &str) -> Self {
        let provider = TestProvider::start().await;
        let table = |id: &str, issuer: &str| {
            format!(
                "[[oidc]]\nid = '{id}'\nname = 'Legitimation {id}'\nissuer = '{issuer}'\n\
                 client_id = 'anslut'\nclient_secret = 'secret'\nacr = ['{LOA3}']\n"
            )
        };
        let file = table("one", &provider.issuer) + lines + &table("down", "http://127.0.0.1:9/op");
        let app = app.with_file(&file).start().await;
        Self { app, provider }
    }

    async fn invite(&self, more: &Value) -> Invitation {
        let mut meeting = self.app.meeting(MINUTE * 5, &[CIA]);
        let recipient = meeting["recipients"][0].as_object_mut().expect("a recipient");
        recipient.insert("assurance".to_owned(), json!("loa3"));
        recipient.insert("method".to_owned(), json!("e-id"));
        recipient.extend(more.as_object().expect("members").clone());
        self.app.invite_to(&meeting).await
    }

    /// Sets the person for whom the provider issues an ID token.
    fn give(&self, sent: &Sent, changes: &Value) {
        let now = self.app.now().0 / 1000;
        let mut claims = json!({
            "iss": self.provider.issuer, "sub": "somebody", "aud": "anslut",
            "iat": now, "exp": now + 300, "auth_time": now,
            "nonce": sent.nonce, "acr": LOA3, "name": "Cia Ceder",
            "https://id.oidc.se/claim/personalIdentityNumber": NUMBER,
        });
        for (name, value) in changes.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        let token = Key::provider().sign(&json!({ "alg": "RS256", "kid": "1" }), &claims);
        let tokens = json!({
            "access_token": "t", "token_type": "Bearer", "expires_in": 60, "id_token": token,
        });
        self.provider.answer(TOKEN, Answer::json(&tokens));
    }

    fn back(&self, state: &str) -> String {
        let issuer: String =
            url::form_urlencoded::byte_serialize(self.provider.issuer.as_bytes()).collect();
        format!("/back/oidc/one?code=c&state={state}&iss={issuer}")
    }

    /// Walks to the provider and back as this person.
    pub(crate) async fn identify(
        &self,
        browser: &Browser,
        invitation: &Invitation,
        changes: &Value,
    ) -> Page {
        let sent = set_out(browser, invitation).await;
        self.give(&sent, changes);
        come_back(browser, &self.back(&sent.state)).await
    }
}

/// The parameters of the authorization request.
pub(crate) struct Sent {
    state: String,
    nonce: String,
    /// All of them.
    pub(crate) parameters: BTreeMap<String, String>,
}

pub(crate) async fn set_out(browser: &Browser, invitation: &Invitation) -> Sent {
    browser.to_choice(invitation, &invitation.email).await;
    let page = browser.choose(invitation, "one").await;
    let Screen::Provider(leaving) = page.view().screen else { panic!("{}", page.text()) };
    let url = Url::parse(&leaving.url).expect("an address");
    let parameters: BTreeMap<_, _> = url.query_pairs().into_owned().collect();
    let [state, nonce] = ["state", "nonce"].map(|name| parameters[name].clone());
    Sent { state, nonce, parameters }
}

/// Opens a callback's address and returns the page that it leads to.
async fn come_back(browser: &Browser, path: &str) -> Page {
    let page = browser.get(path).await;
    match page.status {
        StatusCode::SEE_OTHER => browser.get(page.header("location")).await,
        _ => page,
    }
}

#[tokio::test]
async fn a_provider_opens_the_invitation_with_scripts_switched_off() {
    let scene = Scene::start().await;
    let invitation = scene.invite(&json!({ "personal_number": NUMBER })).await;
    let browser = scene.app.browser();
    browser.to_choice(&invitation, CIA).await;
    let page = browser.choose(&invitation, "one").await;
    assert_eq!(page.status, StatusCode::OK, "a page of our own leads away");
    assert!(page.header("refresh").starts_with(&format!("0; url={}", scene.provider.issuer)));
    let before = browser.cookie("anslut");
    let page = scene.identify(&browser, &invitation, &json!({})).await;
    assert_eq!(page.screen(), "invitation", "{}", page.text());
    assert_ne!(browser.cookie("anslut"), before);
    let event = scene.app.event(&invitation, "identified").await;
    assert_eq!((&event["method"], &event["who"]), (&json!("one"), &json!("Cia Ceder")));
    assert_eq!(event["identity_matched"], true);
    assert!(!browser.seen().contains(NUMBER));
}

#[tokio::test]
async fn what_comes_back_without_having_set_out_is_nothing() {
    let scene = Scene::start().await;
    let invitation = scene.invite(&json!({})).await;
    let (browser, other) = (scene.app.browser(), scene.app.browser());
    let sent = set_out(&browser, &invitation).await;
    scene.give(&sent, &json!({}));
    for path in [
        scene.back("another-state"),
        scene.back(""),
        "/back/oidc/one".to_owned(),
        format!("/back/oidc/down?code=c&state={}", sent.state),
        format!("/back/oidc/none?code=c&state={}", sent.state),
        format!("{}&state={}", scene.back(&sent.state), sent.state),
    ] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Another browser, without a session and with one.
    assert_eq!(other.get(&scene.back(&sent.state)).await.screen(), "elsewhere");
    set_out(&other, &invitation).await;
    let page = other.get(&scene.back(&sent.state)).await;
    assert_eq!(page.screen(), "elsewhere");
    assert!(!page.text().contains(&invitation.token));
    let head = browser.request(Method::HEAD, &scene.back(&sent.state), "");
    browser.send(head).await;
    // None of these used up the callback.
    let page = come_back(&browser, &scene.back(&sent.state)).await;
    assert_eq!(page.screen(), "invitation", "{}", page.text());
}

#[tokio::test]
async fn a_way_back_is_used_once() {
    let scene = Scene::start().await;
    let invitation = scene.invite(&json!({})).await;
    let browser = scene.app.browser();
    let sent = set_out(&browser, &invitation).await;
    scene.give(&sent, &json!({}));
    let back = scene.back(&sent.state);
    let (one, two) = tokio::join!(browser.get(&back), browser.get(&back));
    assert!([&one, &two].iter().all(|page| page.status == StatusCode::SEE_OTHER));
    assert_eq!(scene.provider.calls(TOKEN).len(), 1, "the code is exchanged once");
    assert_eq!(scene.app.happened(&invitation, "identified").await, 1);
    browser.get(&back).await;
    assert_eq!(scene.provider.calls(TOKEN).len(), 1);
}

#[tokio::test]
async fn what_can_not_be_relied_on_opens_nothing_and_is_said_at_the_choice() {
    let scene = Scene::start().await;
    let now = scene.app.now().0 / 1000;
    for (what, changes, failure) in [
        ("nonce", json!({ "nonce": "another" }), Failure::ProviderFailed),
        ("issuer", json!({ "iss": "https://id.example" }), Failure::ProviderFailed),
        ("audience", json!({ "aud": "another" }), Failure::ProviderFailed),
        ("time", json!({ "exp": now - 120, "iat": now - 420 }), Failure::ProviderFailed),
        ("level", json!({ "acr": LOA2 }), Failure::ProviderWeak),
        ("no level", json!({ "acr": null }), Failure::ProviderWeak),
    ] {
        let invitation = scene.invite(&json!({})).await;
        let browser = scene.app.browser();
        let page = scene.identify(&browser, &invitation, &changes).await;
        assert_eq!((page.screen(), failed(&page)), ("choice", Some(failure)), "{what}");
        assert_eq!(browser.get(&invitation.step("invitation")).await.screen(), "choice");
        assert_eq!(scene.app.happened(&invitation, "identified").await, 0, "{what}");
        // Another attempt is possible.
        let page = scene.identify(&browser, &invitation, &json!({})).await;
        assert_eq!(page.screen(), "invitation", "{what}");
    }
}

#[tokio::test]
async fn what_the_provider_says_went_wrong_is_said() {
    let scene = Scene::start().await;
    for (error, failure) in [
        ("access_denied", Failure::ProviderCancelled),
        ("unmet_authentication_requirements", Failure::ProviderWeak),
        ("server_error", Failure::ProviderDown),
        ("something_new", Failure::ProviderFailed),
    ] {
        let invitation = scene.invite(&json!({})).await;
        let browser = scene.app.browser();
        let sent = set_out(&browser, &invitation).await;
        let back = format!("/back/oidc/one?error={error}&state={}", sent.state);
        let page = come_back(&browser, &back).await;
        assert_eq!((page.screen(), failed(&page)), ("choice", Some(failure)), "{error}");
    }
}

#[tokio::test]
async fn a_provider_that_is_down_says_so_and_the_others_stay() {
    let scene = Scene::start().await;
    let invitation = scene.invite(&json!({})).await;
    let browser = scene.app.browser();
    browser.to_choice(&invitation, CIA).await;
    let page = browser.choose(&invitation, "down").await;
    assert_eq!((page.screen(), failed(&page)), ("choice", Some(Failure::ProviderDown)));
    let Screen::Choice(choice) = page.view().screen else { panic!("a choice") };
    assert!(!choice.bankid);
    let names: Vec<_> = choice.providers.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["Legitimation one", "Legitimation down"]);
    let page = scene.identify(&browser, &invitation, &json!({})).await;
    assert_eq!(page.screen(), "invitation");
}

#[tokio::test]
async fn a_provider_that_talks_nonsense_is_down() {
    let scene = Scene::start().await;
    for answer in [
        Answer::new(200, "text/html", "<html>"),
        Answer::new(500, "application/json", "{}"),
        Answer::new(200, "application/json", "x".repeat(2_000_000)),
        Answer::Say {
            status: 302,
            headers: vec![("location", DESCRIPTION.to_owned())],
            body: vec![],
        },
    ] {
        scene.provider.answer(DESCRIPTION, answer);
        let invitation = scene.invite(&json!({})).await;
        let browser = scene.app.browser();
        browser.to_choice(&invitation, CIA).await;
        let page = browser.choose(&invitation, "one").await;
        assert_eq!((page.screen(), failed(&page)), ("choice", Some(Failure::ProviderDown)));
        scene.app.clock.forward(SECOND * 3);
    }
}

#[tokio::test]
async fn somebody_else_is_refused_and_counted() {
    let scene = Scene::start().await;
    let invitation = scene.invite(&json!({ "personal_number": NUMBER })).await;
    let browser = scene.app.browser();
    scene.provider.answer(USER_INFO, Answer::json(&json!({ "sub": "somebody" })));
    let number = "https://id.oidc.se/claim/personalIdentityNumber";
    for changes in [json!({ number: "197311108711" }), json!({ number: null })] {
        let page = scene.identify(&browser, &invitation, &changes).await;
        assert_eq!((page.screen(), failed(&page)), ("choice", Some(Failure::NotInvited)));
    }
    assert_eq!(scene.app.rows("attempts", "e_id AND wrong").await, 2);
    let event = scene.app.event(&invitation, "not-invited").await;
    assert_eq!(event["identity_matched"], false);
}

#[tokio::test]
async fn who_is_away_too_long_sets_out_anew() {
    let scene = Scene::start().await;
    let invitation = scene.invite(&json!({})).await;
    let browser = scene.app.browser();
    let sent = set_out(&browser, &invitation).await;
    scene.app.clock.forward(MINUTE * 11);
    scene.give(&sent, &json!({}));
    let page = come_back(&browser, &scene.back(&sent.state)).await;
    assert_eq!(page.screen(), "choice");
    assert!(scene.provider.calls(TOKEN).is_empty());
}

#[tokio::test]
async fn a_way_back_to_a_link_that_was_replaced_leads_nowhere() {
    let scene = Scene::start().await;
    let invitation = scene.invite(&json!({})).await;
    let browser = scene.app.browser();
    let sent = set_out(&browser, &invitation).await;
    scene.give(&sent, &json!({}));
    let again =
        format!("/api/v1/meetings/{}/recipients/{}/invitation", invitation.meeting, invitation.id);
    assert_eq!(scene.app.api(Method::POST, &again, None).await.status, 202);
    let page = browser.get(&scene.back(&sent.state)).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(scene.provider.calls(TOKEN).is_empty(), "nothing is asked of the provider");
    let fresh = latest(&scene.app, &invitation, CIA).await;
    assert_eq!(browser.get(&fresh.step("invitation")).await.screen(), "address");
    assert_eq!(scene.app.happened(&invitation, "identified").await, 0);
    let page = scene.identify(&browser, &fresh, &json!({})).await;
    assert_eq!(page.screen(), "invitation");
}

#[tokio::test]
async fn a_provider_that_tells_the_rest_nowhere_opens_the_invitation_all_the_same() {
    let scene = Scene::start().await;
    scene.provider.answer(USER_INFO, Answer::new(500, "text/html", "<p>no</p>"));
    let number = "https://id.oidc.se/claim/personalIdentityNumber";
    for (given, changes, screen) in [
        // The number is the proof. The name is not.
        (json!({ "personal_number": NUMBER }), json!({ "name": 1 }), "invitation"),
        (json!({}), json!({ number: null }), "invitation"),
        (json!({ "personal_number": NUMBER }), json!({ number: null }), "choice"),
        (json!({}), json!({ number: null, "name": null }), "choice"),
    ] {
        let invitation = scene.invite(&given).await;
        let browser = scene.app.browser();
        let page = scene.identify(&browser, &invitation, &changes).await;
        assert_eq!(page.screen(), screen, "{given} {changes}");
        let down = (screen == "choice").then_some(Failure::ProviderDown);
        assert_eq!(failed(&page), down, "{given} {changes}");
        assert_eq!(scene.app.happened(&invitation, "not-invited").await, 0);
    }
}
