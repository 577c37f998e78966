use super::*;
use app::wire::{Conformance, Shortcoming};
use jsonwebtoken::Algorithm;
use proptest::prelude::*;
use secrecy::ExposeSecret;
use std::os::unix::fs::PermissionsExt;
use test_support::oidc_provider::CLIENT_KEY;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

const WHOLE: &str = r##"
[organisation]
name = "Exempelkommunen"
phone = "+46300834000"
accent = "#005a9c"
[http]
listen = "0.0.0.0:8080"
public_url = "https://mote.kommun.example"
trusted_proxies = ["10.0.0.0/8", "::1"]
[metrics]
listen = "127.0.0.1:9100"
[database]
url = "sqlite:///var/lib/anslut/anslut.db"
[mail]
url = "smtps://user:hemligt@mail.kommun.example"
connections = 3
from = "mote@kommun.example"
[sms]
provider = "twilio"
url = "https://api.dublin.ie1.twilio.com"
user = "AC0123456789abcdef0123456789abcdef"
password = "hemligt"
from = "+46766861004"
[secrets]
key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
previous = ["HwECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="]
[code]
length = 6
lifetime = "15m"
tries_per_code = 4
tries_per_day = 11
tries_in_all = 21
resend_wait = "30 s"
sends_per_hour = 6
sends_per_day = 12
sends_per_address = 24
same_code_while = "7 minutes"
[session]
idle = "1h"
after_meeting = "0s"
warning = "3m"
[retention]
days = 60
[meeting]
room_opens_before = "20m"
closes_after = "48h"
[reminder]
mail = ["24h", "15 minutes", "336h"]
sms = []
[statement]
accessibility_email = "tillganglighet@kommun.example"
conformance = "partial"
shortcomings = ["Kartan, på en sida, saknar text", { text = "Filmen saknar text", reason = "Oskäligt betungande" }]
assessed = "2026-01-15"
assessor = "Granskarna AB"
reviewed = "2026-01-31"
[privacy]
officer = "dataskydd@kommun.example"
[room]
listen = "0.0.0.0:7882"
advertise = ["192.0.2.10:7882", "[2001:db8::10]:7882"]
server = "mote_1.a"
signal_url = "https://rum.kommun.example"
people = 5
host = "email-code"
[room.turn]
urls = ["turns:turn.kommun.example:443?transport=tcp"]
secret = "hemligt"
[livekit]
url = "wss://livekit.kommun.example"
api_key = "APIanslut"
api_secret = "hemligt-hemligt-hemligt-hemligt-"
[jitsi]
url = "https://meet.kommun.example/Staden/"
app_id = "anslut"
key_id = "anslut-1"
audience = "video"
subject = "meet.jitsi"
"##;

/// Returns the file above with certificates, so that every key is set.
fn whole() -> String {
    let (certificate, key, ca) = certificates();
    format!(
        "{WHOLE}private_key = \"\"\"{CLIENT_KEY}\"\"\"\n[bankid]\nurl = 'https://appapi2.bankid.com/rp/v6.0/'\n\
         client_cert = \"\"\"{certificate}\"\"\"\nclient_key = \"\"\"{key}\"\"\"\nca = \"\"\"{ca}\"\"\"\n\
         ask_for_number = true\nkeep_number = true\nsame_address = true\n"
    )
}

/// Returns a certificate, its key and a root, in PEM.
fn certificates() -> (String, String, String) {
    let [client, ca] = ["client", "root"].map(|name| {
        rcgen::generate_simple_self_signed(vec![name.to_owned()]).expect("a certificate")
    });
    (client.cert.pem(), client.signing_key.serialize_pem(), ca.cert.pem())
}

/// The required keys, and nothing more.
const LEAST: [(&str, &str); 5] = [
    ("ANSLUT_ORGANISATION__NAME", "Exempelkommunen"),
    ("ANSLUT_HTTP__PUBLIC_URL", "https://mote.kommun.example"),
    ("ANSLUT_MAIL__URL", "smtps://user:hemligt@mail.kommun.example"),
    ("ANSLUT_MAIL__FROM", "mote@kommun.example"),
    ("ANSLUT_SECRETS__KEY", KEY),
];

fn known() -> Vec<&'static str> {
    SECTIONS.iter().flat_map(|section| section.keys).map(|key| key.name).collect()
}

/// The limits by default, for the tests of the rules.
impl Default for CodeLimits {
    fn default() -> Self {
        read("", &LEAST).expect("a configuration").code
    }
}

impl Default for SessionLimits {
    fn default() -> Self {
        read("", &LEAST).expect("a configuration").session
    }
}

impl Default for MeetingLimits {
    fn default() -> Self {
        read("", &LEAST).expect("a configuration").meeting
    }
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn read(toml: &str, pairs: &[(&str, &str)]) -> Result<Config, String> {
    let file = Some((Path::new("anslut.toml"), toml));
    Config::read(file, variables(pairs), Mode::Product, || Some([7; KEY_LENGTH]))
        .map_err(|error| error.to_string())
}

fn demo(pairs: &[(&str, &str)]) -> Result<Config, String> {
    Config::read(None, variables(pairs), Mode::Demo, || Some([7; KEY_LENGTH]))
        .map_err(|error| error.to_string())
}

/// Reads the least configuration with one more key set.
fn with(name: &str, value: &str) -> Result<Config, String> {
    let mut pairs = LEAST.to_vec();
    pairs.retain(|(least, _)| *least != name);
    pairs.push((name, value));
    read("", &pairs)
}

fn variable(key: &str) -> String {
    format!("ANSLUT_{}", key.to_uppercase().replace('.', "__"))
}

#[test]
fn what_is_required_is_enough_and_the_rest_has_defaults() {
    let config = read("", &LEAST).expect("a configuration");
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:3000");
    assert!(matches!(&config.database, Database::Sqlite(path) if path == Path::new("anslut.db")));
    assert_eq!(config.code.lifetime.as_secs(), 600);
    assert_eq!(config.session.idle.as_secs(), 30 * 60);
    assert_eq!(config.retention.days, 30);
    assert_eq!(config.meeting.room_closes_after.as_secs(), 2 * 3600);
    assert_eq!((config.reminder.mail.len(), config.reminder.sms.len()), (1, 1));
    assert_eq!(config.secrets.key.expose_secret()[..3], [0, 1, 2]);
    assert!(config.secrets.previous.is_empty());
    assert!(config.http.trusted_proxies.is_empty());
    assert_eq!(config.mail.connections, 16);
    assert!(config.bankid.is_none());
    assert_eq!(config.statement.conformance, Conformance::None);
}

/// Returns the names of the keys in a table, and in those within.
fn names(table: &str, value: &toml::Value) -> Vec<String> {
    match value.as_table() {
        Some(keys) => {
            keys.iter().flat_map(|(key, value)| names(&format!("{table}.{key}"), value)).collect()
        }
        None => vec![table.to_owned()],
    }
}

#[test]
fn every_key_can_be_set_in_the_file() {
    let whole = whole();
    let config = read(&whole, &[]).expect("a configuration");
    assert_eq!(config.code.lifetime.as_secs(), 900);
    assert_eq!(config.code.same_code_while.as_secs(), 420);
    let shortcoming = |text: &str, reason: Option<&str>| Shortcoming {
        text: text.to_owned(),
        reason: reason.map(str::to_owned),
    };
    let listed = [
        shortcoming("Kartan, på en sida, saknar text", None),
        shortcoming("Filmen saknar text", Some("Oskäligt betungande")),
    ];
    assert_eq!(config.statement.shortcomings, listed);
    assert_eq!(config.http.trusted_proxies.len(), 2);
    assert_eq!(config.mail.connections, 3);
    let minutes: Vec<_> = config.reminder.mail.iter().map(|it| it.as_secs() / 60).collect();
    assert_eq!(minutes, [15, 24 * 60, 336 * 60], "the shortest first");
    assert!(config.reminder.sms.is_empty());
    assert_eq!(config.secrets.previous.len(), 1);
    let bankid = config.bankid.expect("BankID");
    assert_eq!(bankid.url, "https://appapi2.bankid.com/rp/v6.0");
    assert!(bankid.ask_for_number && bankid.keep_number && bankid.same_address);
    let room = config.room;
    let media = room.media.expect("built-in rooms");
    assert_eq!((media.advertise.len(), room.people, room.host), (2, 5, HostMethod::EmailCode));
    assert_eq!(
        (room.server.as_str(), room.signal_url.as_str()),
        ("mote_1.a", "https://rum.kommun.example")
    );
    assert_eq!(room.turn.map(|turn| turn.urls.len()), Some(1));
    let jitsi = config.jitsi.expect("Jitsi");
    assert_eq!(
        [&jitsi.url, &jitsi.app_id, &jitsi.audience, &jitsi.subject],
        ["https://meet.kommun.example/Staden", "anslut", "video", "meet.jitsi"]
    );
    assert_eq!((jitsi.algorithm, jitsi.key_id.as_deref()), (Algorithm::RS256, Some("anslut-1")));
    let table = whole.parse::<toml::Table>().expect("TOML");
    let set = table.into_iter().flat_map(|(section, keys)| names(&section, &keys));
    // A shared secret excludes the private key.
    let elsewhere = ["organisation.logo", "organisation.logo_dark", "jitsi.key"].map(str::to_owned);
    let mut set: Vec<_> = set.chain(elsewhere).collect();
    set.sort();
    let mut known = known();
    known.sort_unstable();
    assert_eq!(set, known, "the file above must set every key but those read elsewhere");
}

#[test]
fn every_key_that_is_known_is_read_by_a_section() {
    let mut keys =
        Keys::gather(Some((Path::new("a"), whole().as_str())), [], Mode::Product).expect("keys");
    Config::from_keys(&mut keys, Mode::Product, || Some([7; KEY_LENGTH])).expect("a configuration");
    assert_eq!(keys.left(), Vec::<&String>::new());
}

/// Returns the example without the files that it names, and without keys that need them.
fn example(line: impl Fn(&str) -> String) -> String {
    let left_out = ["/etc/anslut/", "https://appapi2"];
    let example = reference::example();
    let lines = example.lines().filter(|line| !left_out.iter().any(|text| line.contains(text)));
    lines.map(|text| line(text) + "\n").collect()
}

#[test]
fn the_example_can_be_read_with_and_without_its_keys() {
    let set = |line: &str| match line.strip_prefix('#') {
        Some(key) if !key.starts_with(' ') => key.to_owned(),
        _ => line.to_owned(),
    };
    let secrets = [LEAST[2], LEAST[4]];
    // Their lines name files.
    let password = ("ANSLUT_SMS__PASSWORD", "hemligt");
    let turn = ("ANSLUT_ROOM__TURN__SECRET", "hemligt");
    let livekit = ("ANSLUT_LIVEKIT__API_SECRET", SECRET);
    let jitsi = ("ANSLUT_JITSI__PRIVATE_KEY", CLIENT_KEY);
    let shown = read(&example(set), &[secrets[0], secrets[1], password, turn, livekit, jitsi]);
    let shown = shown.expect("the example with all its keys");
    let plain = read(&example(str::to_owned), &secrets).expect("the example as it stands");
    assert_eq!(shown.code, plain.code);
    assert_eq!(shown.session, plain.session);
    assert_eq!(shown.meeting, plain.meeting);
    assert_eq!(shown.reminder, plain.reminder);
    assert_eq!(shown.retention, plain.retention);
    assert_eq!(shown.organisation.accent, plain.organisation.accent);
    assert_eq!(format!("{:?}", shown.http), format!("{:?}", plain.http));
    assert_eq!(format!("{:?}", shown.database), format!("{:?}", plain.database));
}

/// Checks that a document is as generated. `make configuration` writes it instead.
fn assert_fresh(name: &str, renewed: impl Fn(&str) -> String) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    let kept = fs::read_to_string(&file).expect(name);
    if std::env::var_os("ANSLUT_RENEW_CONFIGURATION").is_some() {
        fs::write(&file, renewed(&kept)).expect(name);
    } else {
        assert!(kept == renewed(&kept), "{name} is of older code; `make configuration` renews it");
    }
}

#[test]
fn the_documents_in_the_repository_are_fresh() {
    assert_fresh("anslut.example.toml", |_| reference::example());
    assert_fresh("docs/operations/configure.md", reference::renewed);
    for (name, colour) in [("navy", "#003366"), ("orange", "#d65a00")] {
        let accent = accent::parse(colour).expect("a usable colour");
        assert_fresh(&format!("app/src/gallery/accents/{name}.css"), |_| accent.style_sheet());
    }
}

#[test]
fn the_environment_lies_over_the_file() {
    let pairs = [
        ("ANSLUT_CODE__LENGTH", "8"),
        ("ANSLUT_CODE__LIFETIME", "20m"),
        ("ANSLUT_HTTP__TRUSTED_PROXIES", "192.0.2.1, 192.0.2.2,"),
        ("ANSLUT_STATEMENT__REVIEWED", "2026-02-28"),
        ("ANSLUT_REMINDER__MAIL", ""),
        ("ANSLUT_REMINDER__SMS", "2h, 30m, 2h"),
    ];
    let config = read(&whole(), &pairs).expect("a configuration");
    assert_eq!((config.code.length, config.code.lifetime.as_secs()), (8, 1200));
    assert_eq!(config.http.trusted_proxies.len(), 2);
    assert_eq!(config.statement.reviewed.map(|d| d.to_string()).as_deref(), Some("2026-02-28"));
    assert_eq!((config.reminder.mail.len(), config.reminder.sms.len()), (0, 2));
}

#[test]
fn only_variables_with_a_double_underscore_are_configuration() {
    let mut pairs = LEAST.to_vec();
    pairs.extend([("ANSLUT_LOG", "x"), ("ANSLUT", "x"), ("HTTP__LISTEN", "x"), ("PATH", "x")]);
    assert!(read("", &pairs).is_ok());
}

#[test]
fn an_unknown_key_is_refused_by_its_name_before_a_missing_one() {
    for (toml, name, error) in [
        ("organisation.nmae = 'x'", "", "organisation.nmae: is no key of this program"),
        ("name = 'x'", "", "name: is no key of this program"),
        ("http = 3", "", "http: is no key of this program"),
        ("[statistics]", "", "statistics: is no key of this program"),
        ("[sms]\nuri = 'x'", "", "sms.uri: is no key of this program"),
        ("[[oidc]]\nsecret = 'x'", "", "oidc[0].secret: is no key of this program"),
        ("'http.listen' = 'x'", "", "\\\"http.listen\\\": is no key of this program"),
        ("code.length.x = 1", "", "code.length.x: is no key of this program"),
        ("\"a\\nb\" = 1", "", "a\\nb: is no key of this program"),
        ("", "ANSLUT_STATISTICS__LISTEN", "statistics.listen: is no key of this program"),
        ("", "ANSLUT_HTTP__LISTEN__X", "http.listen.x: is no key of this program"),
        ("", "ANSLUT_http__listen", "ANSLUT_http__listen: is no key of this program"),
        ("", "ANSLUT___FILE", ".file: is no key of this program"),
        ("", "ANSLUT_SECRETS__KEY_FILE_FILE", "secrets.key_file_file: is no key of this program"),
    ] {
        let pairs = if name.is_empty() { vec![] } else { vec![(name, "x")] };
        assert_eq!(read(toml, &pairs).err().as_deref(), Some(error), "{toml}{name}");
    }
}

#[test]
fn a_section_in_which_nothing_is_set_is_no_harm() {
    assert!(read("[http]\n[code]\n", &LEAST).is_ok());
}

/// Reads the least configuration with a gateway and one more key.
fn with_gateway(provider: &str, more: &[(&str, &str)]) -> Result<Config, String> {
    let mut pairs = LEAST.to_vec();
    pairs.extend([
        ("ANSLUT_SMS__PROVIDER", provider),
        ("ANSLUT_SMS__USER", "u0123"),
        ("ANSLUT_SMS__PASSWORD", " hemligt "),
        ("ANSLUT_SMS__FROM", "Kommunen"),
    ]);
    pairs.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    pairs.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    read("", &pairs)
}

#[test]
fn a_gateway_has_its_own_address_unless_another_is_set() {
    assert!(read("", &LEAST).expect("a configuration").sms.is_none());
    for (provider, url, there) in [
        ("46elks", "", "https://api.46elks.com/"),
        ("twilio", "", "https://api.twilio.com/"),
        ("46elks", "http://127.0.0.1:4646/a1", "http://127.0.0.1:4646/a1"),
        ("twilio", "http://localhost:4646", "http://localhost:4646/"),
        ("twilio", "http://[::1]:4646", "http://[::1]:4646/"),
    ] {
        let config = with_gateway(provider, &[("ANSLUT_SMS__URL", url)]).expect(provider);
        let sms = config.sms.expect("a gateway");
        assert_eq!((sms.url.as_str(), sms.password.expose_secret()), (there, "hemligt"));
    }
}

#[test]
fn livekit_has_an_address_for_browsers_and_one_for_calls() {
    assert!(read("", &LEAST).expect("a configuration").livekit.is_none());
    for (url, browsers, calls) in [
        ("wss://livekit.example", "wss://livekit.example", "https://livekit.example"),
        (
            "https://livekit.example:7880/",
            "wss://livekit.example:7880",
            "https://livekit.example:7880",
        ),
        ("ws://127.0.0.1:7880", "ws://127.0.0.1:7880", "http://127.0.0.1:7880"),
        ("http://[::1]", "ws://[::1]", "http://[::1]"),
    ] {
        let livekit = with_livekit(&[("ANSLUT_LIVEKIT__URL", url)]).expect(url).livekit;
        let livekit = livekit.expect("LiveKit");
        assert_eq!((livekit.browsers.as_str(), livekit.calls.as_str()), (browsers, calls));
        assert_eq!(livekit.secret(), SECRET.as_bytes());
        assert!(!format!("{livekit:?}").contains(SECRET));
    }
    for key in ["livekit.api_key", "livekit.api_secret"] {
        let error = with_livekit(&[(&variable(key), "")]).err();
        assert_eq!(error, Some(format!("{key}: must be set")));
    }
    for (key, value) in [("livekit.api_key", "k"), ("livekit.api_secret", SECRET)] {
        let error = with(&variable(key), value).err();
        assert_eq!(error, Some(format!("{key}: is set without livekit.url")));
    }
}

fn with_livekit(more: &[(&str, &str)]) -> Result<Config, String> {
    let mut pairs = LEAST.to_vec();
    pairs.extend([
        ("ANSLUT_LIVEKIT__URL", "wss://livekit.example"),
        ("ANSLUT_LIVEKIT__API_KEY", "APIanslut"),
        ("ANSLUT_LIVEKIT__API_SECRET", SECRET),
    ]);
    pairs.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    pairs.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    read("", &pairs)
}

#[test]
fn a_gateway_is_set_as_a_whole_or_not_at_all() {
    for key in ["sms.user", "sms.password", "sms.from"] {
        let error = with_gateway("46elks", &[(&variable(key), "")]).err();
        assert_eq!(error, Some(format!("{key}: must be set")));
    }
    for (key, value) in
        [("sms.url", "https://x"), ("sms.user", "u"), ("sms.password", "p"), ("sms.from", "K")]
    {
        let error = with(&variable(key), value).err();
        assert_eq!(error, Some(format!("{key}: is set without sms.provider")));
    }
}

#[test]
fn a_gateway_s_messages_are_from_a_number_a_short_name_or_a_service() {
    let service = format!("MG{}", "0a".repeat(16));
    for (provider, from, fits) in [
        ("46elks", "+46766861004", true),
        ("46elks", "Kommun2", true),
        ("46elks", "Kungsbackakommun", false),
        ("46elks", "Mölndal", false),
        ("46elks", "Min kommun", false),
        ("46elks", "0766861004", false),
        ("46elks", service.as_str(), false),
        ("twilio", "+46766861004", true),
        ("twilio", "Min kommun", true),
        ("twilio", "Kungsbackakommun", false),
        ("twilio", "12345", false),
        ("twilio", service.as_str(), true),
        ("twilio", &service[..33], false),
    ] {
        let config = with_gateway(provider, &[("ANSLUT_SMS__FROM", from)]);
        assert_eq!(config.is_ok(), fits, "{provider} {from}");
        if let Err(error) = config {
            assert!(error.starts_with("sms.from: ") && !error.contains(from), "{error}");
        }
    }
}

#[test]
fn a_missing_required_key_is_named() {
    for (missing, key) in [
        ("ANSLUT_ORGANISATION__NAME", "organisation.name"),
        ("ANSLUT_HTTP__PUBLIC_URL", "http.public_url"),
        ("ANSLUT_MAIL__URL", "mail.url"),
        ("ANSLUT_MAIL__FROM", "mail.from"),
        ("ANSLUT_SECRETS__KEY", "secrets.key"),
    ] {
        let pairs: Vec<_> = LEAST.into_iter().filter(|(name, _)| *name != missing).collect();
        assert_eq!(read("", &pairs).err(), Some(format!("{key}: must be set")));
    }
}

#[test]
fn a_malformed_value_is_refused_in_one_line_that_names_its_key() {
    for (key, values) in [
        ("organisation.name", &["", "  ", "a\nb", &"x".repeat(101)][..]),
        ("organisation.phone", &["", "0300834000", "+0300834000", "+46 300", "+4630083400012345"]),
        ("organisation.logo", &["", "/nowhere/logo.svg", "/", "/dev/null", "/dev/zero"]),
        ("organisation.logo_dark", &["", "/nowhere/logo.svg", "/", "/dev/null", "/dev/zero"]),
        ("organisation.accent", &["", "red", "#fff", "#ffffff"]),
        ("http.listen", &["", "3000", "localhost:3000", "127.0.0.1", "127.0.0.1:99999"]),
        ("http.public_url", &["", "http://kommun.example", "https://kommun.example/x"]),
        ("http.trusted_proxies", &["proxy.example", "10.0.0.0/33", "10.0.0.1;10.0.0.2"]),
        (
            "database.url",
            &[
                "",
                "anslut.db",
                "sqlite://",
                "sqlite://:memory:",
                "postgres://u:p@h",
                "mysql://u:p@h/d",
            ],
        ),
        ("mail.url", &["", "https://x", "smtp://", "smtp://u:p@mail.example"]),
        ("mail.connections", &["", "0", "65", "many", "-1"]),
        ("mail.from", &["", "kommunen", "Kommunen <a@b.se>", "a@b.se\nBcc: c@d.se"]),
        (
            "bankid.url",
            &["", "x", "http://appapi2.bankid.com/rp/v6.0", "https://u:p@bank.example", "https://"],
        ),
        ("bankid.client_cert", &["", "x", KEY, "-----BEGIN CERTIFICATE-----"]),
        ("bankid.client_key", &["", "x", KEY, "-----BEGIN PRIVATE KEY-----"]),
        ("bankid.ca", &["", "x", KEY, "-----BEGIN CERTIFICATE-----"]),
        ("bankid.ask_for_number", &["", "1", "yes", "True", "true,false"]),
        ("bankid.keep_number", &["", "0"]),
        ("bankid.same_address", &["", "no"]),
        ("secrets.key", &["", "x", "AAECAw==", &KEY[..43], &format!("{KEY}{KEY}")]),
        ("secrets.previous", &["x", &format!("{KEY},x")]),
        ("sms.provider", &["", "elks", "46ELKS", "sinch"]),
        ("sms.url", &["", "api.46elks.com", "http://api.46elks.com", "ftp://x", "https://"]),
        ("sms.url", &["https://u:p@api.46elks.com", "https://x/?a", "https://x/#a"]),
        ("sms.user", &["", "a:b", "två ord", "å"]),
        ("sms.password", &["", " ", "a\nb"]),
        ("sms.from", &["", "a\nb", &"x".repeat(41)]),
        ("livekit.url", &["", "livekit.kommun.example", "ws://livekit.kommun.example", "ftp://x"]),
        ("livekit.url", &["wss://u:p@x", "wss://x/a", "wss://x/?a", "wss://x/#a", "https://"]),
        ("livekit.api_key", &["", "a\nb", &"x".repeat(101)]),
        ("livekit.api_secret", &["", "too short for a secret of HS256", &"a\n".repeat(32)]),
        ("code.length", &["", "3", "9", "4.5", "fyra", "-4", "99999999999999999999"]),
        ("code.lifetime", &["", "10", "-10m", "59s", "61m", "1 day", "P1D", "for ever"]),
        ("code.tries_per_code", &["0", "11", "256"]),
        ("code.tries_per_day", &["0", "51", "21"]),
        ("code.tries_in_all", &["0", "101"]),
        ("code.resend_wait", &["0s", "11m", "2h"]),
        ("code.sends_per_hour", &["0", "11", "101"]),
        ("code.sends_per_day", &["0", "1001"]),
        ("code.sends_per_address", &["0", "1001"]),
        ("code.same_code_while", &["0s", "11m"]),
        ("session.idle", &["0s", "59s", "25h"]),
        ("session.after_meeting", &["-1s", "25h"]),
        ("session.warning", &["19s", "30m", "2h"]),
        ("retention.days", &["0", "3651", "30d"]),
        ("meeting.room_opens_before", &["-1m", "25h"]),
        ("meeting.closes_after", &["-1m", "721h"]),
        ("reminder.mail", &["24", "4m", "337h", "-24h", "24h,x", "5m,6m,7m,8m,9m,10m"]),
        ("reminder.sms", &["0s", "1 day", "2h;1h"]),
        ("statement.accessibility_email", &["", "x"]),
        ("statement.conformance", &["", "Full", "half", "partial"]),
        ("statement.shortcomings", &["a\nb"]),
        ("statement.assessed", &["", "2026-02-30", "igår"]),
        ("statement.assessor", &["", "a\nb", "Granskarna AB"]),
        ("statement.reviewed", &["", "2026-02-30", "31/1 2026", "2026-01-31T10:00:00"]),
        ("privacy.officer", &["", "x"]),
        ("jitsi.url", &["", "meet.kommun.example", "http://meet.kommun.example", "https://"]),
        ("jitsi.url", &["ftp://x", "https://u:p@meet.example", "https://x/?a", "https://x/#a"]),
        ("jitsi.url", &["javascript:alert(1)", "wss://meet.kommun.example"]),
        ("jitsi.app_id", &["", "a\nb", &"x".repeat(301)]),
        ("jitsi.key", &["", "hemligt", &SECRET[1..], &format!("{SECRET}\n{SECRET}")]),
        ("jitsi.private_key", &["", "x", SECRET, "-----BEGIN RSA PRIVATE KEY-----", WEAK]),
        ("jitsi.private_key", &[&certificates().1, &certificates().0, &CLIENT_KEY[..600]]),
        ("jitsi.key_id", &["", "a\nb"]),
        ("jitsi.audience", &["", "a\nb"]),
        ("jitsi.subject", &["", "a\nb"]),
    ] {
        for value in values {
            let error = with(&variable(key), value).err();
            let error = error.unwrap_or_else(|| panic!("{key} takes {value:?}"));
            assert!(error.starts_with(&format!("{key}: ")), "{key} {value:?}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }
}

/// Keys with a boolean value.
const YES_OR_NO: [&str; 3] = ["bankid.ask_for_number", "bankid.keep_number", "bankid.same_address"];

#[test]
fn a_value_of_another_type_is_refused() {
    for key in known() {
        let other = if YES_OR_NO.contains(&key) { "\"true\"" } else { "true" };
        for value in [other, "1.5", "2026-01-01", "[1]", "{}", "[[]]"] {
            let least = LEAST.into_iter().filter(|(name, _)| *name != variable(key));
            let error = read(&format!("{key} = {value}"), &least.collect::<Vec<_>>()).err();
            assert!(error.is_some_and(|e| e.starts_with(&format!("{key}: "))), "{key} = {value}");
        }
    }
}

/// Reads the least configuration with these keys of BankID.
fn with_bankid(pairs: &[(&str, &str)]) -> Result<Config, String> {
    let variables: Vec<_> =
        pairs.iter().map(|(key, value)| (variable(&format!("bankid.{key}")), *value)).collect();
    let mut all = LEAST.to_vec();
    all.extend(variables.iter().map(|(name, value)| (name.as_str(), *value)));
    read("", &all)
}

#[test]
fn bankid_needs_its_certificates_and_they_their_address() {
    const BANK: &str = "https://appapi2.bankid.com/rp/v6.0";
    let (cert, key, ca) = certificates();
    let (_, other_key, _) = certificates();
    let (cert, key, ca) = (cert.as_str(), key.as_str(), ca.as_str());
    let all = [("url", BANK), ("client_cert", cert), ("client_key", key), ("ca", ca)];
    let config = with_bankid(&all).expect("a configuration").bankid.expect("BankID");
    assert!(!config.ask_for_number && !config.keep_number && !config.same_address);
    let files = config.certificates.expect("certificates");
    assert_eq!((files.client_cert.as_str(), files.ca.as_str()), (cert, ca));
    assert_eq!(files.client_key.expose_secret(), key);
    let together = "must be set together with the other certificates";
    for (given, error) in [
        (&all[..1], "bankid.client_cert: must be set with an https address".to_owned()),
        (&all[..2], format!("bankid.client_key: {together}")),
        (&all[..3], format!("bankid.ca: {together}")),
        (&[all[0], all[2], all[3]], format!("bankid.client_cert: {together}")),
        (&all[1..], "bankid.url: must be set with the certificates".to_owned()),
        (
            &[all[0], all[1], all[3], ("client_key", &other_key)],
            "bankid.client_key: is not the key of bankid.client_cert".to_owned(),
        ),
    ] {
        assert_eq!(with_bankid(given).err(), Some(error));
    }
    let here = with_bankid(&[("url", "http://127.0.0.1:3000/rp"), ("keep_number", "true")]);
    let here = here.expect("a configuration").bankid.expect("BankID");
    assert!(here.certificates.is_none() && here.keep_number);
}

#[test]
fn invitations_must_not_outlive_what_is_known_of_them() {
    let mut pairs = LEAST.to_vec();
    pairs.extend([("ANSLUT_RETENTION__DAYS", "1"), ("ANSLUT_MEETING__CLOSES_AFTER", "25h")]);
    assert!(read("", &pairs).is_err_and(|e| e.starts_with("meeting.closes_after: ")));
}

#[test]
fn a_value_can_lie_in_a_file_of_its_own() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("key");
    fs::write(&path, format!("{KEY}\n")).expect("a file");
    let path = path.to_str().expect("a path");
    let least: Vec<_> = LEAST.into_iter().filter(|(n, _)| *n != "ANSLUT_SECRETS__KEY").collect();
    let in_file = read(&format!("secrets.key_file = '{path}'"), &least).expect("from the file");
    assert_eq!(in_file.secrets.key.expose_secret()[31], 31);
    let mut pairs = least.clone();
    pairs.push(("ANSLUT_SECRETS__KEY_FILE", path));
    assert!(read("", &pairs).is_ok());
    let both = read(&format!("secrets.key_file = '{path}'"), &LEAST);
    assert_eq!(
        both.err().as_deref(),
        Some("secrets.key: is set together with secrets.key_file; set one")
    );
    let nowhere = read("secrets.key_file = '/nowhere/key'", &least);
    let error = nowhere.expect_err("an error");
    assert!(error.starts_with("secrets.key_file: can't be read: "), "{error}");
}

#[test]
fn the_address_of_a_database_is_a_secret_and_may_lie_in_a_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("url");
    let url = "postgres://anslut:hemligt@localhost/anslut";
    fs::write(&path, format!("{url}\n")).expect("a file");
    let path = path.to_str().expect("a path");
    let config = read(&format!("database.url_file = '{path}'"), &LEAST).expect("from the file");
    let Database::Postgres(known) = &config.database else { panic!("no PostgreSQL") };
    assert_eq!(known.expose_secret(), format!("{url}?sslmode=prefer"));
    assert!(!format!("{config:?}").contains("hemligt"));
}

#[test]
fn a_demo_stays_on_sqlite() {
    let refused = demo(&[("ANSLUT_DATABASE__URL", "postgres://anslut:hemligt@localhost/anslut")]);
    assert_eq!(refused.err().as_deref(), Some("database.url: must be sqlite://PATH in a demo"));
}

#[test]
fn a_value_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt;
    let mut pairs = variables(&LEAST);
    pairs.push(("ANSLUT_HTTP__LISTEN".into(), OsString::from_vec(vec![0xff])));
    let error = Config::read(None, pairs, Mode::Product, || Some([7; KEY_LENGTH])).err();
    assert_eq!(error.map(|e| e.to_string()).as_deref(), Some("http.listen: is not UTF-8 text"));
}

#[test]
fn a_file_that_is_no_toml_is_refused_without_showing_its_lines() {
    for toml in ["[mail]\nurl = smtp://u:hemligt@h", "[mail]\nurl = \"hemligt", "\n= hemligt"] {
        let error = read(toml, &LEAST).err();
        assert_eq!(error.as_deref(), Some("anslut.toml: line 2 is not valid TOML"), "{toml}");
    }
}

#[test]
fn a_named_file_must_be_there_and_the_usual_one_need_not() {
    let load = |file| {
        Config::load(file, variables(&LEAST), Mode::Product, || Some([7; KEY_LENGTH]))
            .map_err(|error| error.to_string())
    };
    assert!(load(None).is_ok());
    let error = load(Some(Path::new("/nowhere/anslut.toml"))).expect_err("an error");
    assert!(error.starts_with("/nowhere/anslut.toml: can't be read: "), "{error}");
}

#[test]
fn a_logo_is_told_by_its_content() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("logo");
    let take = |bytes: &[u8]| {
        fs::write(&path, bytes).expect("a file");
        with("ANSLUT_ORGANISATION__LOGO", path.to_str().expect("a path"))
            .map(|config| config.organisation.logo.map(|logo| logo.media_type))
    };
    assert_eq!(take(b"\x89PNG\r\n\x1a\n..."), Ok(Some("image/png")));
    assert_eq!(take(b"<?xml version='1.0'?>\n<svg/>"), Ok(Some("image/svg+xml")));
    for bytes in [&b""[..], b"GIF89a", b"<html><svg/></html>", b"\xff\xfe<svg/>"] {
        assert!(take(bytes).is_err());
    }
    let mut large = b"<svg>".to_vec();
    large.resize(100_001, b' ');
    assert!(take(&large).is_err_and(|error| error.contains("100 kB")));
    large.truncate(100_000);
    assert!(take(&large).is_ok());
}

#[test]
fn a_logo_for_dark_pages_is_beside_another() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("logo.svg");
    fs::write(&path, "<svg/>").expect("a file");
    let path = path.to_str().expect("a path");
    let dark = ("ANSLUT_ORGANISATION__LOGO_DARK", path);
    let error = read("", &[&LEAST[..], &[dark]].concat()).err();
    assert_eq!(error.as_deref(), Some("organisation.logo_dark: needs organisation.logo"));
    let both = [&LEAST[..], &[dark, ("ANSLUT_ORGANISATION__LOGO", path)]].concat();
    let organisation = read("", &both).expect("a configuration").organisation;
    assert!(organisation.logo.is_some() && organisation.logo_dark.is_some());
}

#[test]
fn a_demo_has_arms_unless_it_has_another_name_or_logo() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("logo.png");
    fs::write(&path, b"\x89PNG\r\n\x1a\n...").expect("a file");
    let url = format!("sqlite://{}/demo.db", dir.path().display());
    let logos = |more: &[(&str, &str)]| {
        let pairs = [&[("ANSLUT_DATABASE__URL", url.as_str())][..], more].concat();
        let organisation = demo(&pairs).expect("a configuration").organisation;
        [organisation.logo, organisation.logo_dark].map(|it| it.map(|logo| logo.media_type))
    };
    assert_eq!(logos(&[]), [Some("image/svg+xml"); 2]);
    assert_eq!(logos(&[("ANSLUT_ORGANISATION__NAME", "Mölndals stad")]), [None; 2]);
    let own = ("ANSLUT_ORGANISATION__LOGO", path.to_str().expect("a path"));
    assert_eq!(logos(&[own]), [Some("image/png"), None]);
    assert!(read("", &LEAST).expect("a configuration").organisation.logo.is_none());
}

#[test]
fn a_demo_needs_nothing_and_keeps_its_key_to_itself() {
    let dir = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite://{}/demo.db", dir.path().display());
    let pairs = [("ANSLUT_DATABASE__URL", url.as_str()), ("ANSLUT_HTTP__LISTEN", "[::1]:3100")];
    let config = demo(&pairs).expect("a configuration");
    assert_eq!(config.organisation.name, "Exempelkommunen");
    assert_eq!(config.organisation.phone.as_deref(), Some("+46300834000"));
    assert_eq!(config.http.public_url.as_str(), "http://[::1]:3100");
    assert!(config.mail.url.is_none());
    let bankid = config.bankid.expect("BankID");
    assert_eq!(bankid.url, "http://[::1]:3100/dev/bankid/rp/v6.0");
    assert!(bankid.certificates.is_none());
    assert_eq!(config.secrets.key.expose_secret(), &[7; KEY_LENGTH]);
    let key = dir.path().join("demo.db.key");
    assert_eq!(fs::metadata(&key).expect("a key file").permissions().mode() & 0o777, 0o600);

    let again = Config::read(None, variables(&pairs), Mode::Demo, || Some([8; KEY_LENGTH]));
    assert_eq!(again.expect("the same").secrets.key.expose_secret(), &[7; KEY_LENGTH]);

    fs::write(&key, "x").expect("a broken key file");
    assert!(demo(&pairs).is_err_and(|error| error.contains("demo.db.key: holds no key")));
}

#[test]
fn a_demo_is_for_the_machine_itself() {
    let key = ("ANSLUT_SECRETS__KEY", KEY);
    for (name, value) in [
        ("ANSLUT_HTTP__LISTEN", "0.0.0.0:3000"),
        ("ANSLUT_HTTP__LISTEN", "[::]:3000"),
        ("ANSLUT_HTTP__LISTEN", "192.0.2.1:3000"),
        ("ANSLUT_HTTP__PUBLIC_URL", "https://mote.kommun.example"),
    ] {
        let error = demo(&[key, (name, value)]).err();
        assert!(error.is_some_and(|e| e.ends_with("must be a loopback address in a demo")));
    }
    assert!(demo(&[key]).is_ok());
}

#[test]
fn debug_output_shows_no_secret() {
    let config = read(&whole(), &[]).expect("a configuration");
    let shown = format!("{config:?}");
    let key = config.bankid.and_then(|bankid| bankid.certificates).expect("a key").client_key;
    let second_line = key.expose_secret().lines().nth(1).expect("a line");
    assert!(!shown.contains(second_line), "{shown}");
    assert!(!shown.contains("hemligt") && !shown.contains("AAEC"), "{shown}");
    assert!(!shown.contains("0, 1, 2, 3"), "{shown}");
}

proptest! {
    #[test]
    fn a_key_that_is_not_documented_is_refused(name in "[A-Z_]{1,20}__[A-Z_]{1,20}") {
        let key = name.to_lowercase().replace("__", ".");
        prop_assume!(!known().contains(&key.strip_suffix("_file").unwrap_or(&key)));
        let error = with(&format!("ANSLUT_{name}"), "x").err();
        prop_assert_eq!(error, Some(format!("{key}: is no key of this program")));
    }

    #[test]
    fn no_value_is_ever_repeated_in_an_error(
        index in any::<prop::sample::Index>(),
        secret in "[A-Za-z0-9+/=:@#?&. -]{0,20}hemligt[A-Za-z0-9+/=:@#?&. -]{0,20}",
        as_text in any::<bool>(),
    ) {
        let known = known();
        let key = known[index.index(known.len())];
        let result = if as_text {
            with(&variable(key), &secret)
        } else {
            let least: Vec<_> =
                LEAST.into_iter().filter(|(name, _)| *name != variable(key)).collect();
            read(&format!("{key} = \"{secret}\""), &least)
        };
        if let Err(error) = result {
            prop_assert!(error.starts_with(key));
            prop_assert!(!error.contains("hemligt"), "{}", error);
        }
    }

    #[test]
    fn any_text_as_a_file_is_read_or_refused_in_one_line(toml in "\\PC{0,60}(\n\\PC{0,60}){0,4}") {
        if let Err(error) = read(&toml, &LEAST) {
            prop_assert!(!error.contains('\n'));
        }
    }

    #[test]
    fn any_value_for_any_key_is_taken_or_refused_in_one_line(
        index in any::<prop::sample::Index>(),
        value in any::<String>(),
    ) {
        let known = known();
        if let Err(error) = with(&variable(known[index.index(known.len())]), &value) {
            prop_assert!(!error.contains('\n'));
        }
    }
}

#[test]
fn figures_are_told_on_a_listener_of_their_own_or_not_at_all() {
    assert_eq!(read("", &LEAST).expect("a configuration").metrics.listen, None);
    let config = with("ANSLUT_METRICS__LISTEN", "127.0.0.1:9100").expect("a configuration");
    assert_eq!(config.metrics.listen, "127.0.0.1:9100".parse().ok());
    for (value, wrong) in [
        ("127.0.0.1:3000", "metrics.listen: must be another address than http.listen"),
        ("9100", "metrics.listen: must be an address and a port such as 127.0.0.1:9100"),
        ("", "metrics.listen: must be an address and a port such as 127.0.0.1:9100"),
    ] {
        assert_eq!(with("ANSLUT_METRICS__LISTEN", value).err().as_deref(), Some(wrong));
    }
    let demo = demo(&[("ANSLUT_METRICS__LISTEN", "0.0.0.0:9100")]);
    assert_eq!(demo.err().as_deref(), Some("metrics.listen: must be a loopback address in a demo"));
}

#[test]
fn built_in_rooms_are_offered_if_an_address_for_their_media_is_set() {
    assert!(read("", &LEAST).expect("a configuration").room.media.is_none());
    let config = with("ANSLUT_ROOM__LISTEN", "192.0.2.10:0").expect("a configuration");
    let room = config.room;
    let media = room.media.expect("built-in rooms");
    assert_eq!((media.listen.port(), room.people, media.advertise.len()), (0, 8, 0));
    assert_eq!(room.signal_url.as_str(), config.http.public_url.as_str());
    assert!(!room.server.is_empty(), "the name of the machine");
    assert_eq!(room.host, HostMethod::EmailCode);
    assert!(room.turn.is_none());
    let folder = tempfile::tempdir().expect("a directory");
    let url = format!("sqlite://{}/demo.db", folder.path().display());
    let demo = |more: &[(&str, &str)]| {
        let pairs = [&[("ANSLUT_DATABASE__URL", url.as_str())][..], more].concat();
        let media = demo(&pairs).expect("a configuration").room.media;
        media.expect("a demo has rooms").listen.to_string()
    };
    assert_eq!(demo(&[]), "127.0.0.1:7882");
    // Media may listen on the machine's own address, so that other browsers can take part.
    assert_eq!(demo(&[("ANSLUT_ROOM__LISTEN", "192.0.2.10:7882")]), "192.0.2.10:7882");
}

#[test]
fn a_room_that_can_t_be_used_is_refused_by_its_key() {
    let provider = "[[oidc]]\nid = 'freja'\nname = 'Freja'\nissuer = 'https://id.example'\n\
                    client_id = 'anslut'\nclient_secret = 'hemligt'\nacr = ['loa3']\n";
    let room = |lines: &str| {
        read(&format!("[room]\nlisten = '192.0.2.10:7882'\n{lines}\n{provider}"), &LEAST)
    };
    for (lines, key) in [
        ("people = 1", "room.people"),
        ("people = 17", "room.people"),
        ("people = -1", "room.people"),
        ("advertise = ['0.0.0.0:7882']", "room.advertise"),
        ("advertise = ['192.0.2.10:0']", "room.advertise"),
        ("advertise = ['turn.kommun.example:7882']", "room.advertise"),
        ("host = 'bankid'", "room.host"),
        ("host = 'siths'", "room.host"),
        ("host = ''", "room.host"),
        ("server = ''", "room.server"),
        ("server = 'möte'", "room.server"),
        ("server = 'a/b'", "room.server"),
        ("signal_url = 'wss://rum.kommun.example'", "room.signal_url"),
        ("signal_url = 'https://rum.kommun.example/a'", "room.signal_url"),
        ("signal_url = 'http://rum.kommun.example'", "room.signal_url"),
        ("turn.urls = ['https://turn.kommun.example']\nturn.secret = 'x'", "room.turn.urls"),
        ("turn.urls = ['turn:turn.kommun.example']", "room.turn.secret"),
        ("turn.urls = ['turn:turn.kommun.example']\nturn.secret = ' '", "room.turn.secret"),
        ("turn.secret = 'x'", "room.turn.secret"),
        ("turn = 'x'", "room.turn"),
    ] {
        let error = room(lines).expect_err(lines);
        assert!(error.starts_with(&format!("{key}: ")), "{lines}: {error}");
    }
    for listen in ["0.0.0.0:7882", "[::]:7882"] {
        let error = with("ANSLUT_ROOM__LISTEN", listen).expect_err(listen);
        assert!(error.starts_with("room.advertise: must be set"), "{error}");
    }
    for listen in ["", "7882", "video.kommun.example:7882"] {
        let error = with("ANSLUT_ROOM__LISTEN", listen).expect_err(listen);
        assert!(error.starts_with("room.listen: "), "{error}");
    }
    let config = room("host = 'freja'\npeople = 16").expect("a configuration");
    let room = config.room;
    assert_eq!((room.people, room.host), (16, HostMethod::Provider("freja".to_owned())));
}

#[test]
fn a_shortcoming_that_can_t_be_read_is_named_by_its_key() {
    for list in
        ["3", "[3]", "[{ reason = \"x\" }]", "[{ text = \"x\", cause = \"y\" }]", "[[\"x\"]]"]
    {
        let error = read(&format!("[statement]\nshortcomings = {list}"), &LEAST).expect_err(list);
        assert!(
            error.starts_with("statement.shortcomings: must be a list of texts, or"),
            "{error}"
        );
    }
    for list in ["[\"\"]", "[{ text = \" \" }]", "[{ text = \"x\", reason = \"\" }]"] {
        let error = read(&format!("[statement]\nshortcomings = {list}"), &LEAST).expect_err(list);
        assert_eq!(error, "statement.shortcomings: must not be empty", "{list}");
    }
}

#[test]
fn a_statement_that_contradicts_itself_is_refused() {
    let stated = |conformance: &str, shortcomings: &str| {
        let mut pairs = LEAST.to_vec();
        pairs.push(("ANSLUT_STATEMENT__CONFORMANCE", conformance));
        pairs.push(("ANSLUT_STATEMENT__SHORTCOMINGS", shortcomings));
        read("", &pairs).map(|config| config.statement.conformance)
    };
    let known = "Kartan saknar text.";
    for (conformance, shortcomings, wrong) in [
        ("full", known, "full contradicts statement.shortcomings, which lists some"),
        ("partial", "", "partial needs statement.shortcomings, which lists none"),
        ("partial", " , ", "partial needs statement.shortcomings, which lists none"),
    ] {
        let error = stated(conformance, shortcomings).expect_err(conformance);
        assert_eq!(error, format!("statement.conformance: {wrong}"));
    }
    assert_eq!(stated("full", ""), Ok(Conformance::Full));
    assert_eq!(stated("partial", known), Ok(Conformance::Partial));
    // Known shortcomings can be listed before all is tested.
    assert_eq!(stated("none", known), Ok(Conformance::None));
    assert_eq!(stated("none", ""), Ok(Conformance::None));
}

/// A secret of the least length.
const SECRET: &str = "hemligt-hemligt-hemligt-hemligt-";

/// An RSA key of 1024 bits.
const WEAK: &str = "\
-----BEGIN RSA PRIVATE KEY-----\n\
MIICXQIBAAKBgQC4RDE539OghVSCVX+X2YBPNrNzdK4bU3AuoDHdppOaSocIrxK4\n\
z6LPNC20V+kQJ8O8aVCU0dZt5VO/LU0oOK0OXgK4aQZRmFnPJHLyuSbDRQnf0sW8\n\
HFgggV5fF1eeL17BR1PiHJKkpdplkkH02mI852JPA9+Ud0Kb2+H0yTIIDQIDAQAB\n\
AoGBAICFH4hsMuDM3eqh04KH81RMpNEsWps4kRAUL3OXUW/V92T5Jye7uqSmkhIt\n\
FqNr+LubANcrnFG+F7FJ2XzqOtiRg0O6mzXmkNImxqdWOwlo71JCTnb0UTUZBxYV\n\
waR+q3aCh43v9+46PqLmiLZnIzI5mCtQkc2q818PzeEthl9BAkEA2lLHE3P9/RlO\n\
ZFh9T4mRhm6vOjrBl2/Q8t1NEN3qtJn7swh4WCVUbaRrU2scDb6fxXbWx1qISGzf\n\
kaukFBvG9QJBANgQ0yjLtOwkVAm+6W2WnDA0AqD8AzTxOAh7isSUxcqh4pcMt9/4\n\
m8fnfx3xpU8ZmRh/XP3GwGox1JnNMvjPnbkCQHwqB74wgYqoEcVP7jSF8JWb7VwY\n\
fnE5zoPRCDtHemwsBtHTR14aHOIeWEug5tuKRiNvascF3ewSvzOBgldNVOECQQC5\n\
TYSrgjlCJM3mJdNwZzDArnpqsnfVmeMic0HJ4oXXiQsZ3JB+B2sjAMkmVy4dLqj8\n\
N477Hs+6w82/shq7BOQRAkA6Fn+nFP6wK5kneFiYBL8OEq4n3dvOhwPc3qA8stav\n\
kb8R++kyTqfe4C9zaTfyPHuclT8MVTXe0UJuolc8gMR4\n\
-----END RSA PRIVATE KEY-----";

/// Reads the least configuration of Jitsi, changed by these pairs. An empty value leaves the key out.
fn with_jitsi(more: &[(&str, &str)]) -> Result<Config, String> {
    let mut keys =
        vec![("url", "https://meet.kommun.example"), ("app_id", "anslut"), ("key", SECRET)];
    keys.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    keys.extend(more.iter().filter(|(_, value)| !value.is_empty()));
    let named: Vec<_> =
        keys.iter().map(|(key, value)| (variable(&format!("jitsi.{key}")), *value)).collect();
    let mut pairs = LEAST.to_vec();
    pairs.extend(named.iter().map(|(name, value)| (name.as_str(), *value)));
    read("", &pairs)
}

#[test]
fn jitsi_is_offered_if_its_address_is_set() {
    assert!(read("", &LEAST).expect("a configuration").jitsi.is_none());
    let jitsi = with_jitsi(&[]).expect("a configuration").jitsi.expect("Jitsi");
    assert_eq!(
        (jitsi.url.as_str(), jitsi.audience.as_str()),
        ("https://meet.kommun.example", "jitsi")
    );
    assert_eq!((jitsi.algorithm, jitsi.key_id), (Algorithm::HS256, None));
    let signs = &[("key", ""), ("private_key", CLIENT_KEY), ("key_id", "1")];
    let jitsi = with_jitsi(signs).expect("a configuration").jitsi.expect("Jitsi");
    assert_eq!((jitsi.algorithm, jitsi.key_id.as_deref()), (Algorithm::RS256, Some("1")));
}

#[test]
fn the_subject_of_jitsi_s_tokens_is_the_tenant_or_the_host() {
    for (url, url_of, subject) in [
        ("https://meet.kommun.example", "https://meet.kommun.example", "meet.kommun.example"),
        ("https://Meet.Kommun.example/", "https://meet.kommun.example", "meet.kommun.example"),
        ("https://meet.example:8443", "https://meet.example:8443", "meet.example"),
        ("https://meet.example/Staden/", "https://meet.example/Staden", "staden"),
    ] {
        let jitsi = with_jitsi(&[("url", url)]).expect(url).jitsi.expect("Jitsi");
        assert_eq!((jitsi.url.as_str(), jitsi.subject.as_str()), (url_of, subject));
    }
}

#[test]
fn jitsi_without_tls_is_for_a_demo_on_the_machine_itself() {
    let url = "http://127.0.0.1:8443";
    let error = with_jitsi(&[("url", url)]).err();
    let wrong = "jitsi.url: would send tokens in clear: must begin with https://";
    assert_eq!(error.as_deref(), Some(wrong));
    let keys = [
        // Without one the demo would write its own into a file.
        ("ANSLUT_SECRETS__KEY", KEY),
        ("ANSLUT_JITSI__URL", url),
        ("ANSLUT_JITSI__APP_ID", "anslut"),
        ("ANSLUT_JITSI__KEY", SECRET),
    ];
    assert_eq!(demo(&keys).expect("a demo").jitsi.expect("Jitsi").url, url);
}

#[test]
fn jitsi_is_set_as_a_whole_and_with_one_key() {
    for (more, error) in [
        (&[("app_id", "")][..], "jitsi.app_id: must be set"),
        (&[("key", "")], "jitsi.key: must be set, or jitsi.private_key instead"),
        (
            &[("private_key", CLIENT_KEY), ("key_id", "1")],
            "jitsi.key: is set together with jitsi.private_key; set one",
        ),
        (&[("key", ""), ("private_key", CLIENT_KEY)], "jitsi.key_id: must be set"),
        (&[("key_id", "1")], "jitsi.key_id: belongs to a jitsi.private_key"),
    ] {
        assert_eq!(with_jitsi(more).err().as_deref(), Some(error));
    }
    for (key, value) in [
        ("app_id", "anslut"),
        ("key", SECRET),
        ("private_key", CLIENT_KEY),
        ("key_id", "1"),
        ("subject", "meet.jitsi"),
    ] {
        let error = with(&variable(&format!("jitsi.{key}")), value).err();
        assert_eq!(error, Some(format!("jitsi.{key}: is set without jitsi.url")));
    }
}
