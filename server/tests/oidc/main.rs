//! OpenID Connect: a provider identifies a person, and an imitation of its responses identifies nobody.

#![expect(clippy::expect_used, reason = "a test that can't go on fails")]

mod asking;
mod broken;
mod directory;
mod identity;
mod lenient;
mod unsaid;
mod untrue;

use serde_json::{Value, json};
use server::{
    authenticators::{
        identity::Identity,
        oidc::{CallbackParams, Login, OidcError, Provider},
    },
    clock::{Clock, Time},
    config::{ClaimNames, ClientAuthentication, OidcProvider},
    http_client::{HttpClient, Trust},
    rules::assurance::Level,
};
use test_support::oidc_provider::{Answer, CLIENT_KEY, Key, TOKEN, TestProvider};

const NOW: i64 = 1_790_000_000;
const CLIENT: &str = "anslut";
const REDIRECT: &str = "https://mote.kommun.example/oidc/test/return";
const NUMBER: &str = "https://id.oidc.se/claim/personalIdentityNumber";
const LOA2: &str = "http://id.elegnamnden.se/loa/1.0/loa2";
const LOA3: &str = "http://id.elegnamnden.se/loa/1.0/loa3";
const LOA4: &str = "http://id.elegnamnden.se/loa/1.0/loa4";

/// A provider, the service's client for it, and a login.
struct Scene {
    there: TestProvider,
    here: Provider,
    clock: Clock,
    login: Login,
}

impl Scene {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut OidcProvider)) -> Self {
        let there = TestProvider::start().await;
        let mut config = OidcProvider {
            id: "test".into(),
            name: "Testlegitimation".into(),
            issuer: there.issuer.clone(),
            client_id: CLIENT.into(),
            authentication: ClientAuthentication::Secret("hem:ligt å".into()),
            acr: vec![
                (LOA2.into(), Level::Loa2),
                (LOA3.into(), Level::Loa3),
                (LOA4.into(), Level::Loa3),
            ],
            without_acr: None,
            without_auth_time: false,
            claims: ClaimNames {
                personal_number: "https://id.oidc.se/claim/personalIdentityNumber".into(),
                coordination_number: "https://id.oidc.se/claim/coordinationNumber".into(),
                name: "name".into(),
                given_name: "given_name".into(),
                family_name: "family_name".into(),
                email: "email".into(),
                verified_email: None,
            },
            scopes: vec!["openid".into(), "profile".into()],
            request_object: false,
        };
        change(&mut config);
        let clock = Clock::standing(Time(NOW * 1000));
        let caller = HttpClient::new(&Trust::default()).expect("a caller");
        let here = Provider::new(&config, caller, REDIRECT, clock.clone()).expect("a provider");
        let login = Login {
            state: "a-state".into(),
            nonce: "a-nonce".into(),
            verifier: "a-verifier-of-at-least-forty-three-characters".into(),
            begun: clock.now(),
        };
        Self { there, here, clock, login }
    }

    /// Returns the claims of a valid ID token.
    fn claims(&self) -> Value {
        json!({
            "iss": self.there.issuer,
            "sub": "somebody",
            "aud": CLIENT,
            "iat": NOW,
            "exp": NOW + 300,
            "auth_time": NOW,
            "nonce": "a-nonce",
            "acr": LOA3,
            "name": "Cia Ceder",
            NUMBER: "199908072391",
        })
    }

    /// The same with changes to some claims. Those that are `null` are left out.
    fn claims_but(&self, changes: &Value) -> Value {
        but(self.claims(), changes)
    }

    /// Sets the ID token that the code is exchanged for.
    fn give(&self, id_token: &str) {
        let tokens = json!({
            "access_token": "an-access-token",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": id_token,
        });
        self.there.answer(TOKEN, Answer::json(&tokens));
    }

    /// Sets the claims of the ID token, which is signed as it should be.
    fn give_signed(&self, claims: &Value) {
        self.give(&Key::provider().sign(&json!({ "alg": "RS256", "kid": "1" }), claims));
    }

    async fn identify(&self) -> Result<Identity, OidcError> {
        self.identify_at(Level::Loa3).await
    }

    async fn identify_at(&self, required: Level) -> Result<Identity, OidcError> {
        let returned =
            CallbackParams { code: "a-code".into(), iss: Some(self.there.issuer.clone()) };
        self.here.identify(&self.login, &returned, required).await
    }
}

fn but(mut claims: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    claims
}

/// Configures authentication by a private key.
fn with_key(pem: &str) -> impl FnOnce(&mut OidcProvider) {
    let pem = pem.into();
    |config| config.authentication = ClientAuthentication::Key { pem, id: Some("ours".into()) }
}

fn with_client_key() -> impl FnOnce(&mut OidcProvider) {
    with_key(CLIENT_KEY)
}
