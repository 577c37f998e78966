use super::*;
use crate::config::{Mode, reference};
use secrecy::ExposeSecret;
use std::{fs, path::Path};

const LEAST: &str = r#"
[[oidc]]
id = "freja"
name = "Freja"
issuer = "https://id.example/oidc"
client_id = "anslut"
client_secret = "hemligt"
acr = ["http://id.elegnamnden.se/loa/1.0/loa3"]
"#;

fn read(toml: &str) -> Result<Vec<OidcProvider>, String> {
    Keys::gather(Some((Path::new("anslut.toml"), toml)), [], Mode::Product)
        .and_then(|mut keys| super::read(&mut keys))
        .map_err(|error| error.to_string())
}

/// The names by default, for the tests of claims.
impl Default for ClaimNames {
    fn default() -> Self {
        read(LEAST).expect("a provider").remove(0).claims
    }
}

/// Reads the least configuration with one key changed or left out.
fn with(key: &str, line: &str) -> Result<Vec<OidcProvider>, String> {
    let lines = LEAST.lines().filter(|line| !line.starts_with(&format!("{key} = ")));
    read(&lines.chain([line]).collect::<Vec<_>>().join("\n"))
}

fn pem() -> String {
    rcgen::KeyPair::generate().expect("a key").serialize_pem()
}

#[test]
fn what_is_required_is_enough_and_the_rest_has_defaults() {
    let all = read(LEAST).expect("a provider");
    let [provider] = &all[..] else { panic!("one provider") };
    assert_eq!(provider.id, "freja");
    assert_eq!(provider.issuer, "https://id.example/oidc");
    assert_eq!(provider.acr, [("http://id.elegnamnden.se/loa/1.0/loa3".to_owned(), Level::Loa3)]);
    assert_eq!(provider.claims.personal_number, "https://id.oidc.se/claim/personalIdentityNumber");
    assert_eq!(provider.claims.given_name, "given_name");
    assert_eq!((provider.scopes[0].as_str(), provider.scopes.len()), (OPENID, 3));
    assert!(!provider.request_object);
    assert_eq!((provider.without_acr, provider.without_auth_time), (None, false));
    assert!(read("").expect("none").is_empty());
    assert!(read("oidc = []").expect("none").is_empty());
}

#[test]
fn every_key_can_be_set() {
    let toml = format!(
        r#"
[[oidc]]
id = "siths-2"
name = "SITHS"
issuer = "http://127.0.0.1:4000"
client_id = "anslut"
private_key = """{}"""
key_id = "1"
scopes = ["profile"]
request_object = true
without_acr = "loa2"
without_auth_time = true
[oidc.acr]
"http://id.sambi.se/loa/loa3" = "loa3"
"http://id.sambi.se/loa/loa2" = "loa2"
[oidc.claims]
personal_number = "pnr"
coordination_number = "samnr"
name = "namn"
given_name = "tilltalsnamn"
family_name = "efternamn"
email = "epost"
verified_email = "tjanstepost"
[[oidc]]
id = "annan"
name = "Annan"
issuer = "https://id.example"
client_id = "anslut"
client_secret = "hemligt"
acr."hög" = "loa3"
claims.name = "namn"
"#,
        pem()
    );
    // Values outside ASCII can't be sent.
    assert_eq!(read(&toml).err().map(|e| e.starts_with("oidc[1].acr: ")), Some(true));
    let all = read(&toml.replace("hög", "high")).expect("two providers");
    let [first, second] = &all[..] else { panic!("two providers") };
    assert!(matches!(
        &first.authentication,
        ClientAuthentication::Key { id: Some(id), .. } if id == "1"
    ));
    assert_eq!(first.acr.len(), 2);
    assert!(first.acr.contains(&("http://id.sambi.se/loa/loa2".into(), Level::Loa2)));
    assert_eq!(first.scopes, ["openid", "profile"]);
    assert!(first.request_object);
    assert_eq!((first.without_acr, first.without_auth_time), (Some(Level::Loa2), true));
    let names = ["pnr", "samnr", "namn", "tilltalsnamn", "efternamn"].map(str::to_owned);
    let c = first.claims.clone();
    assert_eq!(
        [c.personal_number, c.coordination_number, c.name, c.given_name, c.family_name],
        names
    );
    assert_eq!(second.claims.name, "namn");
    assert_eq!(second.claims.given_name, "given_name");
}

#[test]
fn the_example_can_be_read() {
    let example = reference::example();
    let (_, example) = example.split_once("# [[oidc]]\n").expect("the part");
    let lines = example.lines().map_while(|line| line.strip_prefix("# "));
    let lines: Vec<_> = lines.filter(|line| !line.contains("/etc/anslut/")).collect();
    let shown = read(&format!("[[oidc]]\nclient_secret = 'x'\n{}", lines.join("\n")));
    let plain = read(LEAST).expect("a provider");
    let (Ok([shown]), [plain]) = (shown.as_deref(), &plain[..]) else {
        panic!("one provider each")
    };
    assert_eq!((&shown.claims, &shown.scopes), (&plain.claims, &plain.scopes));
    assert!(!shown.request_object && !shown.without_auth_time);
}

#[test]
fn a_missing_required_key_is_named() {
    for key in ["id", "name", "issuer", "client_id", "acr"] {
        assert_eq!(with(key, "").err(), Some(format!("oidc[0].{key}: must be set")));
    }
    let error = with("client_secret", "").err();
    let expected = "oidc[0].client_secret: must be set, or private_key instead";
    assert_eq!(error.as_deref(), Some(expected));
}

#[test]
fn an_unknown_key_is_refused_by_its_name_before_a_missing_one() {
    for (toml, error) in [
        ("[[oidc]]\nfoo = 'hemligt'", "oidc[0].foo: is no key of this program"),
        ("[[oidc]]\nclaims.foo = 'x'", "oidc[0].claims.foo: is no key of this program"),
        ("[[oidc]]\nname.x = 'x'", "oidc[0].name.x: is no key of this program"),
        ("[[oidc]]\n'claims.name' = 'x'", "oidc[0].\\\"claims.name\\\": is no key of this program"),
        ("[[oidc]]\nclaims = 'x'", "oidc[0].claims: is no key of this program"),
        ("[[oidc]]\n'a\nb' = 'x'", "anslut.toml: line 2 is not valid TOML"),
        ("[[oidc]]\n[[oidc]]\nx = 1", "oidc[1].x: is no key of this program"),
        ("[oidc]\nid = 'x'", "oidc: must be tables, each below a line [[oidc]]"),
        ("oidc = ['x']", "oidc: must be tables, each below a line [[oidc]]"),
        ("oidc = 'x'", "oidc: must be tables, each below a line [[oidc]]"),
    ] {
        assert_eq!(read(toml).err().as_deref(), Some(error), "{toml}");
    }
}

#[test]
fn the_environment_sets_no_provider() {
    for (name, key) in [("ANSLUT_OIDC__ID", "oidc.id"), ("ANSLUT_OIDC[0]__ID", "oidc[0].id")] {
        let error = Keys::gather(None, [(name.into(), "x".into())], Mode::Product).err();
        let expected = format!("{key}: is no key of this program");
        assert_eq!(error.map(|e| e.to_string()), Some(expected));
    }
}

#[test]
fn a_malformed_value_is_refused_in_one_line_that_names_its_key() {
    let long = format!("'{}'", "x".repeat(301));
    let ed25519 = "'''-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n\
        -----END PRIVATE KEY-----'''";
    for (key, values) in [
        ("id", &["''", "'Freja'", "'fre ja'", "'-a'", "'a-'", "'bankid'", "'bankid-x'", "1"][..]),
        ("id", &["'123456789012345678901234567890123'", "'å'", "'a/b'"]),
        ("name", &["''", "' '", "'a\tb'", "true"]),
        ("name", &["'1234567890123456789012345678901234567890123456789012345678901'"]),
        ("issuer", &["''", "'id.example'", "'http://id.example'", "'ftp://id.example'", "1"]),
        ("issuer", &["'https://u:p@id.example'", "'https://id.example?a'", "'https://a.b#c'"]),
        ("client_id", &["''", "1", &long]),
        ("client_secret", &["''", "' '", "1"]),
        ("acr", &["[]", "{}", "''", "'loa3'", "[1]", "['']", "['a b']", "['a', 'a']", "['å']"]),
        ("acr", &["{ a = 'loa4' }", "{ a = 3 }", "{ a = { b = 'loa3' } }", "{ a = ['loa3'] }"]),
        ("scopes", &["'openid'", "['a b']", "['']", "['\"']", "[1]"]),
        ("request_object", &["'true'", "1", "true"]),
        ("without_acr", &["''", "'loa1'", "'loa4'", "'LOA3'", "3", "true", "['loa3']"]),
        ("without_auth_time", &["'true'", "1", "''"]),
        ("key_id", &["'1'", "''", "1"]),
        ("private_key", &["''", "'x'", "1", ed25519]),
        ("claims.name", &["''", "1", &long]),
    ] {
        for value in values {
            let error = with(key, &format!("{key} = {value}")).err();
            let error = error.unwrap_or_else(|| panic!("{key} takes {value}"));
            assert!(error.starts_with(&format!("oidc[0].{key}: ")), "{key} {value}: {error}");
            assert!(!error.contains('\n') && !error.contains("hemligt"), "{error}");
        }
    }
}

#[test]
fn a_provider_that_never_says_how_sure_it_is_needs_no_values() {
    let all = with("acr", "without_acr = 'loa3'").expect("a provider");
    let [provider] = &all[..] else { panic!("one provider") };
    assert!(provider.acr.is_empty());
    assert_eq!(provider.levels().collect::<Vec<_>>(), [Level::Loa3]);
    let error = with("acr", "acr = []\nwithout_acr = 'loa3'").err();
    assert!(error.is_some_and(|error| error.starts_with("oidc[0].acr: ")));
}

#[test]
fn there_is_one_way_to_show_that_it_is_us() {
    let key = format!("private_key = '''{}'''", pem());
    let both = with("", &key).expect_err("an error");
    assert_eq!(both, "oidc[0].client_secret: is set together with private_key; set one");
    assert!(with("client_secret", &key).is_ok());
    assert!(with("client_secret", &format!("{key}\nkey_id = 'a'\nrequest_object = true")).is_ok());
}

#[test]
fn no_two_providers_have_the_same_id() {
    let error = read(&format!("{LEAST}{LEAST}")).err();
    assert_eq!(error.as_deref(), Some("oidc[1].id: is another provider's too"));
}

#[test]
fn a_secret_can_lie_in_a_file_of_its_own() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("secret");
    fs::write(&path, "hemligare\n").expect("a file");
    let line = format!("client_secret_file = '{}'", path.display());
    let all = with("client_secret", &line).expect("a provider");
    let [OidcProvider { authentication: ClientAuthentication::Secret(secret), .. }] = &all[..]
    else {
        panic!("a secret")
    };
    assert_eq!(secret.expose_secret(), "hemligare");
    let error = with("", &line).err();
    let expected =
        "oidc[0].client_secret: is set together with oidc[0].client_secret_file; set one";
    assert_eq!(error.as_deref(), Some(expected));
    fs::write(&path, pem()).expect("a file");
    let line = format!("private_key_file = '{}'", path.display());
    assert!(with("client_secret", &line).is_ok());
    let error = with("client_secret", "private_key_file = '/nowhere/key'").err();
    assert!(error.is_some_and(|e| e.starts_with("oidc[0].private_key_file: can't be read: ")));
}

#[test]
fn debug_output_shows_no_secret() {
    let shown = format!("{:?}", read(LEAST).expect("a provider"));
    assert!(!shown.contains("hemligt"), "{shown}");
    let key = format!("private_key = '''{}'''", pem());
    let shown = format!("{:?}", with("client_secret", &key).expect("a provider"));
    assert!(!shown.contains("BEGIN"), "{shown}");
}
