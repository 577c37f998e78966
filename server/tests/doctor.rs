//! The commands for operators: the doctor, which changes nothing, the migration of the database, and API
//! tokens.

#![expect(clippy::expect_used, reason = "a test that can't go on fails")]

use axum::http::StatusCode;
use serde_json::json;
use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Output},
};
use tempfile::TempDir;
use test_support::{
    fake_bankid::{self, Authority, Bank},
    fake_sms_gateway::{self, GatewayServer},
    mail_server::{Behaviour, MailServer},
    oidc_provider::{Answer, DESCRIPTION, KEYS, TestProvider},
};

const PASSWORD: &str = "hemligt-losenord";

/// An installation for the doctor to check.
struct Installation {
    folder: TempDir,
    keys: BTreeMap<&'static str, String>,
    file: String,
}

impl Installation {
    /// Returns an installation with everything that is required, and a mail server that accepts its password.
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

    /// Returns the doctor's lines, each without the details of its part, and the exit status.
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

/// Returns a provider as TOML.
fn table(id: &str, issuer: &str) -> String {
    format!(
        "[[oidc]]\nid = '{id}'\nname = '{id}'\nissuer = '{issuer}'\nclient_id = 'anslut'\n\
         client_secret = '{PASSWORD}'\nacr = ['http://id.elegnamnden.se/loa/1.0/loa3']\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_that_is_in_order_is_told_to_be_part_by_part() {
    let mail = mail().await;
    let gateway =
        GatewayServer::start(fake_sms_gateway::Answer::json(200, "{\"id\":\"u1\"}")).await;
    let authority = Authority::new("Bank root");
    let refusal = json!({ "errorCode": "invalidParameters", "details": "No such order" });
    let refusal = fake_bankid::Answer::Say(StatusCode::BAD_REQUEST, refusal.to_string());
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
    let all = [
        "ok configuration",
        "ok database",
        "ok mail",
        "ok sms",
        "ok bankid",
        "ok oidc freja",
        "off room",
    ];
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
async fn the_room_must_be_able_to_listen_where_browsers_find_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    for (listen, advertise, line) in [
        ("127.0.0.1:0", "", "FAILED  room: browsers get an address of this machine only"),
        (
            "127.0.0.1:0",
            "203.0.113.7:7882",
            "ok      room: its address is free; browsers get 203.0.113.7:7882",
        ),
        (
            &address,
            "203.0.113.7:7882",
            "ok      room: its address is in use, by the service if it runs",
        ),
        ("192.0.2.10:7882", "", "FAILED  room: room.listen is no address of this machine"),
    ] {
        let mail = mail().await;
        let mut installation = Installation::new(&mail).with(&[("ROOM__LISTEN", listen)]);
        if !advertise.is_empty() {
            installation = installation.with(&[("ROOM__ADVERTISE", advertise)]);
        }
        let said = installation.call(&["doctor"]).said();
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn jitsi_must_answer_at_its_address() {
    let mail = mail().await;
    for (url, line) in [
        // Nothing listens there.
        ("https://127.0.0.1:1", "FAILED  jitsi: it can't be reached"),
        ("https://meet.kommun.invalid/staden", "FAILED  jitsi: it can't be reached"),
    ] {
        let secret = PASSWORD.repeat(3);
        let installation = Installation::new(&mail).with(&[
            ("JITSI__URL", url),
            ("JITSI__APP_ID", "anslut"),
            ("JITSI__KEY", &secret),
        ]);
        let called = installation.call(&["doctor"]);
        assert!(called.said().contains(line), "{line}: {}", called.said());
        assert_eq!(called.0.status.code(), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_order_is_told_and_the_rest_is_looked_at_all_the_same() {
    let mail = mail().await;
    let gateway = GatewayServer::start(fake_sms_gateway::Answer::text(401, "who are you")).await;
    let refusal = fake_bankid::Answer::Say(StatusCode::UNAUTHORIZED, "{}".to_owned());
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
                "off room",
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
    let all = [
        "ok configuration",
        "FAILED database",
        "ok mail",
        "off sms",
        "off bankid",
        "off oidc",
        "off room",
    ];
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

/// Returns the lines that report a fault.
fn wrong(installation: &Installation) -> Vec<String> {
    let said = installation.call(&["doctor"]).said();
    said.lines().filter(|line| line.starts_with("FAILED")).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_others_can_get_at_are_told_with_their_keys() {
    use std::os::unix::fs::PermissionsExt;
    let mail = mail().await;
    let mut installation = Installation::new(&mail);
    let key = installation.keys.remove("SECRETS__KEY").expect("a key");
    let path = installation.folder.path().join("key");
    std::fs::write(&path, format!("{key}\n")).expect("a file");
    let at = |mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&path, mode).expect("set");
    };
    let folder = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(installation.folder.path(), folder).expect("set");
    at(0o640);
    let installation = installation.with(&[("SECRETS__KEY_FILE", path.to_str().expect("a path"))]);
    installation.call(&["migrate"]).succeeded();
    assert_eq!(wrong(&installation), [""; 0]);
    let shown = path.display();
    for (mode, told) in [
        (0o660, format!("FAILED  secrets.key_file: others can write {shown}: chmod go-w")),
        (0o602, format!("FAILED  secrets.key_file: others can write {shown}: chmod go-w")),
        (
            0o604,
            format!(
                "FAILED  secrets.key_file: everybody on the machine can read {shown}: chmod o-r"
            ),
        ),
    ] {
        at(mode);
        assert_eq!(wrong(&installation), [told], "{mode:o}");
        assert_eq!(installation.call(&["doctor"]).0.status.code(), Some(1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_can_not_be_read_is_named() {
    let mail = mail().await;
    let mut installation = Installation::new(&mail);
    installation.keys.remove("SECRETS__KEY");
    let path = installation.folder.path().join("no-such-key");
    let shown = path.display().to_string();
    let installation = installation.with(&[("SECRETS__KEY_FILE", &shown)]);
    let told = format!("secrets.key_file: can't be read: entity not found ({shown})");
    assert_eq!(wrong(&installation), [format!("FAILED  configuration: {told}")]);
    let served = installation.call(&["serve"]);
    assert_eq!(
        (served.0.status.code(), served.complained()),
        (Some(2), format!("anslut: {told}\n"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_no_chance_has_made_is_told() {
    let mail = mail().await;
    // One repeated byte, and a few.
    for weak in [
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        "3q2+796tvu/erb7v3q2+796tvu/erb7v3q2+796tvu8=",
    ] {
        let installation = Installation::new(&mail).with(&[("SECRETS__KEY", weak)]);
        installation.call(&["migrate"]).succeeded();
        let told = wrong(&installation);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("FAILED  secrets.key: repeats a few bytes"), "{told:?}");
        assert!(!told[0].contains(weak));
        let previous = Installation::new(&mail).with(&[("SECRETS__PREVIOUS", weak)]);
        previous.call(&["migrate"]).succeeded();
        assert!(wrong(&previous)[0].starts_with("FAILED  secrets.previous: repeats a few bytes"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_in_the_way_of_a_database_is_told_apart() {
    let mail = mail().await;
    let fresh = Installation::new(&mail);
    let line =
        "FAILED  database: the database can't be used: there is none yet: run `anslut migrate`";
    assert_eq!(wrong(&fresh), [line]);
    let astray = Installation::new(&mail).with(&[("DATABASE__URL", "sqlite://no/such/folder.db")]);
    let line = "FAILED  database: the database can't be reached: entity not found";
    assert_eq!(wrong(&astray), [line]);
    let folder = Installation::new(&mail).with(&[("DATABASE__URL", "sqlite://.")]);
    let line = "FAILED  database: the database can't be reached: is a directory";
    assert_eq!(wrong(&folder), [line]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_gone_too_early_is_told_with_how_much_needs_it() {
    let mail = mail().await;
    let mut installation = Installation::new(&mail);
    let meeting = json!({
        "title": "Uppföljning",
        "starts_at": "2099-01-01T08:00:00Z",
        "ends_at": "2099-01-01T09:00:00Z",
        "organiser": { "name": "Kim", "email": "kim@kommun.example", "phone": "+46300834000" },
        "room": { "kind": "link", "url": "https://video.example/rum/42" },
        "recipients": [
            { "email": "anna@example.org", "assurance": "loa2", "method": "email-code" },
            { "email": "bo@example.org", "assurance": "loa2", "method": "email-code" },
        ],
    });
    let file = installation.folder.path().join("meeting.json");
    std::fs::write(&file, meeting.to_string()).expect("a file");
    let booked = installation.call(&["meeting", "create", "--file", "meeting.json"]);
    booked.succeeded();
    assert_eq!(wrong(&installation), [""; 0]);
    let old = installation.keys["SECRETS__KEY"].clone();
    let new = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";
    installation = installation.with(&[("SECRETS__KEY", new)]);
    let told = wrong(&installation);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("FAILED  secrets.previous: lacks the key "), "{told:?}");
    assert!(told[0].contains("which 2 invitations were made with"), "{told:?}");
    let installation = installation.with(&[("SECRETS__PREVIOUS", &old)]);
    assert_eq!(wrong(&installation), [""; 0]);
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
        assert!(refused.complained().starts_with("anslut: the name must "), "{name:?}");
    }
}
