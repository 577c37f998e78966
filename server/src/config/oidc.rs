//! `[[oidc]]`: the providers of OpenID Connect that people can identify with. One table each, in
//! the file only.

use super::{
    Error,
    http::is_loopback,
    keys::{Keys, Value},
    read,
};
use crate::rules::assurance::Level;
use rustls::{
    SignatureAlgorithm,
    crypto::ring::sign::any_supported_type,
    pki_types::{PrivateKeyDer, pem::PemObject},
};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashSet;
use toml::Value as Toml;
use url::Url;

pub(super) const NAME: &str = "oidc";

pub(super) const KEYS: [&str; 15] = [
    "id",
    "name",
    "issuer",
    "client_id",
    "client_secret",
    "private_key",
    "key_id",
    AS_IT_STANDS,
    "claims.personal_number",
    "claims.coordination_number",
    "claims.name",
    "claims.given_name",
    "claims.family_name",
    "scopes",
    "request_object",
];

/// The key that may be a table with names that are not ours.
pub(super) const AS_IT_STANDS: &str = "acr";

/// The longest value of the protocol that is taken, in characters.
const LONGEST: usize = 300;

/// What the keys of a provider's table begin with.
pub(super) fn place(index: usize) -> String {
    format!("{NAME}[{index}]")
}

/// A provider of OpenID Connect.
#[derive(Clone, Debug)]
pub struct OidcProvider {
    /// Its name in addresses and in the store.
    pub id: String,
    /// Its name on the button.
    pub name: String,
    /// Its issuer identifier, to the letter.
    pub issuer: String,
    /// Who we are to it.
    pub client_id: String,
    /// How we show that it is us.
    pub authentication: ClientAuthentication,
    /// Its names for how sure it is of who somebody is, with the level that each gives here.
    pub acr: Vec<(String, Level)>,
    /// Its names for what it says of somebody.
    pub claims: ClaimNames,
    /// The scopes that are asked for.
    pub scopes: Vec<String>,
    /// Whether what we ask for is signed.
    pub request_object: bool,
}

/// How we show a provider that it is us.
#[derive(Clone, Debug)]
pub enum ClientAuthentication {
    /// With a shared secret (`client_secret_basic`).
    Secret(SecretString),
    /// With a signature (`private_key_jwt`).
    Key {
        /// An RSA or EC key in PEM.
        pem: SecretString,
        /// Its name at the provider.
        id: Option<String>,
    },
}

/// A provider's names for what it says of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimNames {
    /// The personal identity number.
    pub personal_number: String,
    /// The coordination number, for those who have no personal identity number.
    pub coordination_number: String,
    /// The whole name.
    pub name: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
}

impl Default for ClaimNames {
    fn default() -> Self {
        Self {
            personal_number: "https://id.oidc.se/claim/personalIdentityNumber".into(),
            coordination_number: "https://id.oidc.se/claim/coordinationNumber".into(),
            name: "name".into(),
            given_name: "given_name".into(),
            family_name: "family_name".into(),
        }
    }
}

/// The scope without which it is no OpenID Connect.
const OPENID: &str = "openid";

fn default_scopes() -> Vec<String> {
    [
        OPENID,
        "https://id.oidc.se/scope/naturalPersonInfo",
        "https://id.oidc.se/scope/naturalPersonNumber",
    ]
    .map(str::to_owned)
    .into()
}

/// Takes every provider.
pub(super) fn take(keys: &mut Keys) -> Result<Vec<OidcProvider>, Error> {
    let mut ids = HashSet::new();
    let tables = keys.take_providers().into_iter().enumerate();
    tables
        .map(|(index, mut keys)| {
            let place = place(index);
            let provider = provider(&place, &mut keys)?;
            if ids.insert(provider.id.clone()) {
                Ok(provider)
            } else {
                Err(Error::key(&format!("{place}.id"), "is another provider's too"))
            }
        })
        .collect()
}

fn provider(place: &str, keys: &mut Keys) -> Result<OidcProvider, Error> {
    let key = |name: &str| format!("{place}.{name}");
    let line = |value| read::line(value, LONGEST);
    let id = keys.take_required(&key("id"), None, id)?;
    let name = keys.take_required(&key("name"), None, |value| read::line(value, 60))?;
    let issuer = keys.take_required(&key("issuer"), None, issuer)?;
    let client_id = keys.take_required(&key("client_id"), None, line)?;
    let secret = keys.take(&key("client_secret"), secret)?;
    let private = keys.take(&key("private_key"), private_key)?;
    let key_id = keys.take(&key("key_id"), line)?;
    let authentication = match (secret, private) {
        (Some(secret), None) if key_id.is_none() => Ok(ClientAuthentication::Secret(secret)),
        (Some(_), None) => Err(Error::key(&key("key_id"), "belongs to a private_key")),
        (None, Some(pem)) => Ok(ClientAuthentication::Key { pem, id: key_id }),
        (Some(_), Some(_)) => {
            Err(Error::key(&key("client_secret"), "is set together with private_key; set one"))
        }
        (None, None) => {
            Err(Error::key(&key("client_secret"), "must be set, or private_key instead"))
        }
    }?;
    let request_object = keys.take_or(&key("request_object"), false, flag)?;
    if request_object && matches!(authentication, ClientAuthentication::Secret(_)) {
        return Err(Error::key(&key("request_object"), "needs a private_key to sign with"));
    }
    let acr = keys.take_required(&key(AS_IT_STANDS), None, levels)?;
    let mut claim = |name: &str, default| keys.take_or(&key(name), default, line);
    let d = ClaimNames::default();
    let claims = ClaimNames {
        personal_number: claim("claims.personal_number", d.personal_number)?,
        coordination_number: claim("claims.coordination_number", d.coordination_number)?,
        name: claim("claims.name", d.name)?,
        given_name: claim("claims.given_name", d.given_name)?,
        family_name: claim("claims.family_name", d.family_name)?,
    };
    let scopes = keys.take(&key("scopes"), scopes)?.unwrap_or_else(default_scopes);
    Ok(OidcProvider {
        id,
        name,
        issuer,
        client_id,
        authentication,
        acr,
        claims,
        scopes,
        request_object,
    })
}

fn id(value: Value) -> Result<String, String> {
    let id = read::line(value, 32)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !id.chars().all(plain) || id.starts_with('-') || id.ends_with('-') {
        return Err("must be made of a to z, 0 to 9 and - within, such as freja".into());
    }
    if id.starts_with("bankid") {
        return Err("must not begin with bankid, which is a way of its own".into());
    }
    Ok(id)
}

fn issuer(value: Value) -> Result<String, String> {
    let text = read::line(value, LONGEST)?;
    let url = Url::parse(&text).map_err(|_| "must be an address such as https://id.example")?;
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return Err("must begin with https:// (http:// is for loopback addresses only)".into());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must have no query and no fragment".into());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must name no user".into());
    }
    Ok(text)
}

fn secret(value: Value) -> Result<SecretString, String> {
    let secret = SecretString::from(read::text(value)?);
    if secret.expose_secret().trim().is_empty() {
        return Err("must not be empty".into());
    }
    Ok(secret)
}

fn private_key(value: Value) -> Result<SecretString, String> {
    let pem = SecretString::from(read::text(value)?);
    PrivateKeyDer::from_pem_slice(pem.expose_secret().as_bytes())
        .ok()
        .and_then(|der| any_supported_type(&der).ok())
        .filter(|key| {
            matches!(key.algorithm(), SignatureAlgorithm::RSA | SignatureAlgorithm::ECDSA)
        })
        .ok_or("must be an RSA key of 2048 bits or more, or a P-256 or P-384 key, in PEM")?;
    Ok(pem)
}

fn flag(value: Value) -> Result<bool, String> {
    let flag = if let Value::Toml(value) = value { value.as_bool() } else { None };
    flag.ok_or_else(|| "must be true or false".into())
}

fn levels(value: Value) -> Result<Vec<(String, Level)>, String> {
    let levels: Option<Vec<_>> = match value {
        Value::Toml(Toml::Array(names)) => {
            let names = names.into_iter();
            names.map(|name| Some((name.as_str()?.to_owned(), Level::Loa3))).collect()
        }
        Value::Toml(Toml::Table(levels)) => {
            let levels = levels.into_iter();
            levels.map(|(name, level)| Some((name, level.as_str()?.parse().ok()?))).collect()
        }
        _ => None,
    };
    // The names may be sent with spaces between.
    let word = |name: &str| {
        !name.is_empty() && name.len() <= LONGEST && name.chars().all(|c| c.is_ascii_graphic())
    };
    let mut seen = HashSet::new();
    levels
        .filter(|levels| !levels.is_empty())
        .filter(|levels| levels.iter().all(|(name, _)| word(name) && seen.insert(name.clone())))
        .ok_or_else(|| {
            "must list the values that give loa3, or be a table of values with \"loa2\" or \
             \"loa3\" for each"
                .into()
        })
}

fn scopes(value: Value) -> Result<Vec<String>, String> {
    let mut scopes = read::list(value)?;
    let good = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
    if scopes.iter().any(|scope| scope.is_empty() || !scope.chars().all(good)) {
        return Err("must list scopes without spaces".into());
    }
    if !scopes.iter().any(|scope| scope == OPENID) {
        scopes.insert(0, OPENID.into());
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;
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
        Keys::gather(Some((Path::new("anslut.toml"), toml)), [], &[])
            .and_then(|mut keys| take(&mut keys))
            .map_err(|error| error.to_string())
    }

    /// The least with one key set otherwise, or left out.
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
        assert_eq!(
            provider.acr,
            [("http://id.elegnamnden.se/loa/1.0/loa3".to_owned(), Level::Loa3)]
        );
        assert_eq!(provider.claims, ClaimNames::default());
        assert_eq!(provider.scopes, default_scopes());
        assert!(!provider.request_object);
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
[oidc.acr]
"http://id.sambi.se/loa/loa3" = "loa3"
"http://id.sambi.se/loa/loa2" = "loa2"
[oidc.claims]
personal_number = "pnr"
coordination_number = "samnr"
name = "namn"
given_name = "tilltalsnamn"
family_name = "efternamn"
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
        // Names with other letters than ASCII's can't be sent.
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
    fn the_example_names_every_key_with_its_default() {
        let example = include_str!("../../../anslut.example.toml");
        let (_, example) = example.split_once("# [[oidc]]\n").expect("the part");
        let lines = example.lines().map_while(|line| line.strip_prefix("# "));
        let lines: Vec<_> = lines.filter(|line| !line.contains("/etc/anslut/")).collect();
        let text = lines.join("\n");
        let all = read(&format!("[[oidc]]\nclient_secret = 'x'\n{text}")).expect("the example");
        let [provider] = &all[..] else { panic!("one provider") };
        assert_eq!(provider.claims, ClaimNames::default());
        assert_eq!(provider.scopes, default_scopes());
        assert!(!provider.request_object);
        for key in KEYS {
            let named = |line: &str| {
                let line = line.trim_start_matches("# ");
                [format!("{key} = "), format!("{key}_file = ")].iter().any(|k| line.starts_with(k))
            };
            assert!(example.lines().any(named), "{key}");
        }
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
            (
                "[[oidc]]\n'claims.name' = 'x'",
                "oidc[0].\\\"claims.name\\\": is no key of this program",
            ),
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
            let error = Keys::gather(None, [(name.into(), "x".into())], &[]).err();
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
            (
                "id",
                &["''", "'Freja'", "'fre ja'", "'-a'", "'a-'", "'bankid'", "'bankid-x'", "1"][..],
            ),
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
    fn there_is_one_way_to_show_that_it_is_us() {
        let key = format!("private_key = '''{}'''", pem());
        let both = with("", &key).expect_err("an error");
        assert_eq!(both, "oidc[0].client_secret: is set together with private_key; set one");
        assert!(with("client_secret", &key).is_ok());
        assert!(
            with("client_secret", &format!("{key}\nkey_id = 'a'\nrequest_object = true")).is_ok()
        );
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
}
