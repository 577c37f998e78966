//! What an operator runs beside serving: the doctor, who looks and changes nothing, bringing the
//! database up to date, and the tokens of the REST interface.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that can't go on fails")]

#[path = "support/bank.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod bank;
#[path = "support/gateway_server.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod gateway_server;
#[path = "support/mail_server.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod mail_server;
#[path = "support/oidc_provider.rs"]
#[expect(dead_code, reason = "some of it is for other tests")]
mod oidc_provider;

use axum::http::StatusCode;
use bank::{Authority, Bank};
use gateway_server::GatewayServer;
use mail_server::{Behaviour, MailServer};
use oidc_provider::{Answer, DESCRIPTION, KEYS, TestProvider};
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;

const PASSWORD: &str = "hemligt-losenord";

/// An installation that is yet to be looked at.
struct Installation {
    folder: TempDir,
    keys: BTreeMap<&'static str, String>,
    file: String,
}

impl Installation {
    /// One that has what it must have, and a mail server that takes its password.
    fn new(mail: &MailServer) -> Self {
        let keys = BTreeMap::from([
            ("ORGANISATION__NAME", "Mölndals stad".to_owned()),
            ("HTTP__PUBLIC_URL", "https://mote.kommun.example".to_owned()),
            ("MAIL__URL", format!("smtp://anslut:{PASSWORD}@{}", mail.address)),
            ("MAIL__FROM", "mote@kommun.example".to_owned()),
            ("SECRETS__KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()),
        ]);
        Self { folder: tempfile::tempdir().expect("a folder"), keys, file: String::new() }
    }

    fn with(mut self, pairs: &[(&'static str, &str)]) -> Self {
        self.keys.extend(pairs.iter().map(|(name, value)| (*name, (*value).to_owned())));
        self
    }

    fn call(&self, arguments: &[&str]) -> Called {
        std::fs::write(self.folder.path().join("anslut.toml"), &self.file).expect("a file");
        let variables = self.keys.iter().map(|(name, value)| (format!("ANSLUT_{name}"), value));
        let output = Command::new(env!("CARGO_BIN_EXE_anslut"))
            .args(arguments)
            .env_clear()
            .envs(variables)
            .current_dir(self.folder.path())
            .output()
            .expect("a run");
        let called = Called(output);
        for secret in [PASSWORD, "AAECAwQF"] {
            let told = format!("{}{}", called.said(), called.complained());
            assert!(!told.contains(secret), "{secret}: {told}");
        }
        called
    }

    /// The doctor's lines, each without what it tells beside the part's state.
    fn doctor(&self) -> (Vec<String>, Option<i32>) {
        let called = self.call(&["doctor"]);
        let said = called.said();
        let states = said.lines().map(|line| {
            let mut words = line.split_whitespace();
            let state = words.next().expect("a state").to_owned();
            let part: Vec<&str> = words.collect();
            let part = part.join(" ");
            format!("{state} {}", part.split(':').next().expect("a part"))
        });
        (states.collect(), called.0.status.code())
    }
}

struct Called(Output);

impl Called {
    fn said(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).expect("text")
    }

    fn complained(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).expect("text")
    }

    fn succeeded(self) -> String {
        assert!(self.0.status.success(), "{}", self.complained());
        self.said()
    }
}

async fn mail() -> MailServer {
    let login = Some(("anslut", PASSWORD));
    MailServer::start(Behaviour { login, ..Behaviour::default() }).await
}

/// A provider in the configuration's file.
fn table(id: &str, issuer: &str) -> String {
    format!(
        "[[oidc]]\nid = '{id}'\nname = '{id}'\nissuer = '{issuer}'\nclient_id = 'anslut'\n\
         client_secret = '{PASSWORD}'\nacr = ['http://id.elegnamnden.se/loa/1.0/loa3']\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_is_in_order_is_told_to_be_part_by_part() {
    let mail = mail().await;
    let gateway = GatewayServer::start(gateway_server::Answer::json(200, "{\"id\":\"u1\"}")).await;
    let authority = Authority::new("Bank root");
    let refusal = json!({ "errorCode": "invalidParameters", "details": "No such order" });
    let refusal = bank::Answer::Say(StatusCode::BAD_REQUEST, refusal.to_string());
    let bank = Bank::open_with_tls(refusal, &authority).await;
    let (certificate, key) = authority.issue("anslut");
    let provider = TestProvider::start().await;
    let mut installation = Installation::new(&mail).with(&[
        ("SMS__PROVIDER", "46elks"),
        ("SMS__URL", &gateway.url()),
        ("SMS__USER", "u0123"),
        ("SMS__PASSWORD", PASSWORD),
        ("SMS__FROM", "Kommunen"),
        ("BANKID__URL", &format!("https://{}/rp/v6.0", bank.address)),
        ("BANKID__CLIENT_CERT", &certificate),
        ("BANKID__CLIENT_KEY", &key),
        ("BANKID__CA", &authority.pem()),
    ]);
    installation.file = table("freja", &provider.issuer);
    let made = installation.call(&["migrate"]).succeeded();
    assert_eq!(made.lines().count(), 1);
    assert!(made.starts_with("The database was brought on by "), "{made}");
    let again = installation.call(&["migrate"]).succeeded();
    assert!(again.contains("is up to date") && again.contains("Nothing was changed"), "{again}");

    let (lines, status) = installation.doctor();
    let all =
        ["ok configuration", "ok database", "ok mail", "ok sms", "ok bankid", "ok oidc freja"];
    assert_eq!((lines, status), (all.map(str::to_owned).to_vec(), Some(0)));
    assert_eq!(mail.heard(), ["EHLO", "AUTH", "NOOP", "QUIT"]);
    assert!(mail.caught().is_empty());
    assert_eq!(gateway.only().line, "GET /a1/me HTTP/1.1");
    assert!(gateway.only().header("authorization").starts_with("Basic "));
    let asked = bank.only();
    assert_eq!(asked.path, "/rp/v6.0/collect");
    assert!(asked.json()["orderRef"].as_str().is_some_and(|order| order.len() == 36));
    assert_eq!(provider.calls(DESCRIPTION).len() + provider.calls(KEYS).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_order_is_told_and_the_rest_is_looked_at_all_the_same() {
    let mail = mail().await;
    let gateway = GatewayServer::start(gateway_server::Answer::text(401, "who are you")).await;
    let refusal = bank::Answer::Say(StatusCode::UNAUTHORIZED, "{}".to_owned());
    let bank = Bank::open(refusal).await;
    let provider = TestProvider::start().await;
    provider.answer(KEYS, Answer::json(&json!({ "keys": [] })));
    let mut installation = Installation::new(&mail).with(&[
        ("MAIL__URL", &format!("smtp://anslut:{PASSWORD}-wrong@{}", mail.address)),
        ("SMS__PROVIDER", "twilio"),
        ("SMS__URL", &gateway.url()),
        ("SMS__USER", "AC0123456789abcdef0123456789abcdef"),
        ("SMS__PASSWORD", PASSWORD),
        ("SMS__FROM", "+46766861004"),
        ("BANKID__URL", &format!("http://{}/rp/v6.0", bank.address)),
    ]);
    installation.file =
        [table("keyless", &provider.issuer), table("down", "http://127.0.0.1:9/op")].concat();
    let (lines, status) = installation.doctor();
    assert_eq!(
        (lines, status),
        (
            [
                "ok configuration",
                "FAILED database",
                "FAILED mail",
                "FAILED sms",
                "FAILED bankid",
                "FAILED oidc keyless",
                "FAILED oidc down",
            ]
            .map(str::to_owned)
            .to_vec(),
            Some(1)
        )
    );
    let account = "GET /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef.json HTTP/1.1";
    assert_eq!(gateway.only().line, account);
    let said = installation.call(&["doctor"]).said();
    for told in [
        "mail: the server refused the credentials with 535",
        "sms: the server refused the credentials with 401",
        "bankid: it does not let this certificate in",
        "oidc down: the provider is down: it can't be reached",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    let database = Path::new("anslut.db");
    assert!(!installation.folder.path().join(database).exists(), "the doctor makes none");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_configured_is_off_and_a_database_that_is_behind_is_told() {
    let mail = mail().await;
    let installation = Installation::new(&mail);
    std::fs::write(installation.folder.path().join("anslut.db"), "").expect("a file");
    let (lines, status) = installation.doctor();
    let all =
        ["ok configuration", "FAILED database", "ok mail", "off sms", "off bankid", "off oidc"];
    assert_eq!((lines, status), (all.map(str::to_owned).to_vec(), Some(1)));
    assert!(installation.call(&["doctor"]).said().contains("run `anslut migrate`"));
    installation.call(&["migrate"]).succeeded();
    assert_eq!(installation.doctor().1, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_configuration_is_all_that_is_told() {
    let mail = mail().await;
    let installation = Installation::new(&mail).with(&[("HTTP__PUBLIC_URL", PASSWORD)]);
    let called = installation.call(&["doctor"]);
    assert_eq!(called.0.status.code(), Some(1));
    assert_eq!(called.said().lines().count(), 1);
    assert!(called.said().starts_with("FAILED  configuration: http.public_url: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_made_listed_and_taken_back() {
    let mail = mail().await;
    let installation = Installation::new(&mail);
    let token = installation.call(&["token", "create", "--name", "Verksamhetssystemet"]);
    let token = token.succeeded().trim().to_owned();
    let list = installation.call(&["token", "list"]).succeeded();
    assert!(!list.contains(&token), "{list}");
    let row: Vec<&str> = list.lines().nth(1).expect("a token").split_whitespace().collect();
    assert_eq!(list.lines().count(), 2);
    let [id, made, used, revoked, name] = row[..] else { panic!("{list}") };
    assert_eq!((id.len(), used, revoked, name), (36, "-", "-", "Verksamhetssystemet"));
    assert!(made.ends_with('Z') && made.len() == 20, "{made}");
    installation.call(&["token", "revoke", id]).succeeded();
    let again = installation.call(&["token", "revoke", id]);
    assert_eq!(again.0.status.code(), Some(1));
    assert_eq!(again.complained(), "anslut: no token with that id is in use\n");
    let list = installation.call(&["token", "list"]).succeeded();
    let row: Vec<&str> = list.lines().nth(1).expect("a token").split_whitespace().collect();
    assert!(row[3].ends_with('Z'), "{list}");
    for name in ["", "a\u{1b}[2J", &"a".repeat(101)] {
        let refused = installation.call(&["token", "create", "--name", name]);
        assert_eq!(refused.0.status.code(), Some(1), "{name:?}");
        assert!(refused.complained().starts_with("anslut: the name must be "), "{name:?}");
    }
}
