//! `bankid.*`: identification with BankID.

use super::{
    Error, Http, Mode,
    keys::Keys,
    read::parsed,
    reference::{Key, Section},
};
use crate::{
    http_client::{HttpClient, TlsConfigError, Trust},
    rules::loopback::is_loopback,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use url::Url;

/// The words for keys without which BankID can't be called.
const WITH_HTTPS: &str = "must be set with an `https://` address";

pub(super) const SECTION: Section = Section {
    name: "bankid",
    about: "Make PEM of BankID's P12 file: `openssl pkcs12 -in FILE -nokeys` prints the certificate, and \
            `openssl pkcs12 -in FILE -nocerts -nodes` the key.",
    keys: &[
        Key::optional(
            "bankid.url",
            "https://appapi2.bankid.com/rp/v6.0",
            "root of BankID's relying-party API, `https://appapi2.bankid.com/rp/v6.0`, or \
             `https://appapi2.test.bankid.com/rp/v6.0` for tests. If it is set, BankID is offered. `http://` on \
             loopback only",
        ),
        Key::optional(
            "bankid.client_cert",
            "/etc/anslut/bankid-cert.pem",
            "the relying party's certificate, in PEM",
        )
        .or(WITH_HTTPS)
        .in_file(),
        Key::optional(
            "bankid.client_key",
            "/etc/anslut/bankid-key.pem",
            "its unencrypted key, in PEM",
        )
        .or(WITH_HTTPS)
        .in_file(),
        Key::optional(
            "bankid.ca",
            "/etc/anslut/bankid-ca.pem",
            "BankID's root certificate in PEM. No other root is trusted for BankID",
        )
        .or(WITH_HTTPS)
        .in_file(),
        Key::new(
            "bankid.ask_for_number",
            "false",
            "`true` sends BankID the sender's number for the recipient, so that nobody else can identify. The \
             number is then stored encrypted from the booking on",
        ),
        Key::new(
            "bankid.keep_number",
            "false",
            "`true` stores the number of a recipient who has identified, encrypted, beside its keyed hash. If \
             BankID is offered, this includes numbers from other providers",
        ),
        Key::new(
            "bankid.same_address",
            "false",
            "`true` rejects a person whose app on the same device has another IP address than the browser. \
             Otherwise an event records it",
        ),
    ],
};

/// The simulator's path in a demo.
const SIMULATOR: &str = "/dev/bankid/rp/v6.0";

/// The settings of BankID.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a decision of its own")]
pub struct BankId {
    /// The root of the relying-party API, without a slash at its end.
    pub url: String,
    /// `true` if `url` is the demo's simulator, where a page plays the phone.
    pub simulated: bool,
    /// The certificates. `None` is possible over http on the machine itself.
    pub certificates: Option<Certificates>,
    /// `true` if BankID receives the number that the sender gave, so that nobody else can identify.
    pub ask_for_number: bool,
    /// `true` if the number of a recipient who has identified is kept for the sender.
    pub keep_number: bool,
    /// `true` if the app on this device must have the same IP address as the browser.
    pub same_address: bool,
}

/// The relying party's identity, and the root that it trusts, all in PEM.
#[derive(Debug)]
pub struct Certificates {
    /// The relying party's certificate, with its chain.
    pub client_cert: String,
    /// The certificate's private key.
    pub client_key: SecretString,
    /// The only trusted root.
    pub ca: String,
}

#[derive(Deserialize)]
struct Set {
    #[serde(default, deserialize_with = "url")]
    url: Option<String>,
    #[serde(default, deserialize_with = "certificates")]
    client_cert: Option<String>,
    #[serde(default, deserialize_with = "private_key")]
    client_key: Option<SecretString>,
    #[serde(default, deserialize_with = "certificates")]
    ca: Option<String>,
    ask_for_number: bool,
    keep_number: bool,
    same_address: bool,
}

impl BankId {
    /// Reads the section. `None` if no address is set.
    pub(super) fn read(keys: &mut Keys, http: &Http, mode: Mode) -> Result<Option<Self>, Error> {
        let set: Set = keys.section(SECTION.name)?;
        let Set { url, ask_for_number, keep_number, same_address, .. } = set;
        let certificates = Certificates::new(set.client_cert, set.client_key, set.ca)?;
        let simulator = || {
            let here = mode == Mode::Demo && !http.public_url.is_https();
            here.then(|| http.public_url.join(SIMULATOR))
        };
        let simulated = url.is_none();
        let Some(url) = url.or_else(simulator) else {
            return match certificates {
                Some(_) => Err(Error::key("bankid.url", "must be set with the certificates")),
                None => Ok(None),
            };
        };
        if url.starts_with("https:") && certificates.is_none() {
            return Err(Error::key("bankid.client_cert", "must be set with an https address"));
        }
        Ok(Some(Self { url, simulated, certificates, ask_for_number, keep_number, same_address }))
    }
}

impl Certificates {
    fn new(
        client_cert: Option<String>,
        client_key: Option<SecretString>,
        ca: Option<String>,
    ) -> Result<Option<Self>, Error> {
        let together = "must be set together with the other certificates";
        let (client_cert, client_key, ca) = match (client_cert, client_key, ca) {
            (None, None, None) => return Ok(None),
            (Some(client_cert), Some(client_key), Some(ca)) => (client_cert, client_key, ca),
            (None, ..) => return Err(Error::key("bankid.client_cert", together)),
            (_, None, _) => return Err(Error::key("bankid.client_key", together)),
            (.., None) => return Err(Error::key("bankid.ca", together)),
        };
        let trust = Trust {
            roots: Some(ca.as_bytes()),
            identity: Some((client_cert.as_bytes(), client_key.expose_secret().as_bytes())),
        };
        match HttpClient::new(&trust) {
            Ok(_) => Ok(Some(Self { client_cert, client_key, ca })),
            Err(wrong @ (TlsConfigError::Roots | TlsConfigError::Tls)) => {
                Err(Error::key("bankid.ca", wrong.to_string()))
            }
            Err(TlsConfigError::Identity) => {
                Err(Error::key("bankid.client_key", "is not the key of bankid.client_cert"))
            }
        }
    }
}

fn url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    parsed(value, root).map(Some)
}

fn root(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text.trim())
        .map_err(|_| "must be an address such as https://appapi2.bankid.com/rp/v6.0")?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err("must begin with https:// (http:// is for loopback addresses only)");
        }
        _ => return Err("must begin with https://"),
    }
    let more = url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some();
    if more {
        return Err("must have no query, fragment or user");
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn certificates<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    parsed(value, |text| {
        let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
        match all {
            Ok(all) if !all.is_empty() => Ok(Some(text.to_owned())),
            _ => Err("must be a certificate in PEM"),
        }
    })
}

fn private_key<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    parsed(value, |text| {
        PrivateKeyDer::from_pem_slice(text.as_bytes())
            .map(|_| Some(text.into()))
            .map_err(|_| "must be a private key in PEM that is not encrypted")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_root_that_calls_are_put_behind() {
        for (text, root) in [
            ("https://appapi2.bankid.com/rp/v6.0", "https://appapi2.bankid.com/rp/v6.0"),
            (" https://appapi2.bankid.com/rp/v6.0/ ", "https://appapi2.bankid.com/rp/v6.0"),
            ("https://appapi2.bankid.com", "https://appapi2.bankid.com"),
            ("http://127.0.0.1:3000/rp", "http://127.0.0.1:3000/rp"),
            ("http://localhost:3000/rp//", "http://localhost:3000/rp"),
            ("http://[::1]/rp", "http://[::1]/rp"),
        ] {
            assert_eq!(super::root(text).as_deref(), Ok(root), "{text}");
        }
    }

    #[test]
    fn what_is_more_or_less_than_a_root_is_refused() {
        for text in [
            "",
            "appapi2.bankid.com/rp/v6.0",
            "http://appapi2.bankid.com/rp/v6.0",
            "http://localhost.example/rp",
            "ftp://appapi2.bankid.com/rp",
            "https://",
            "https://user@appapi2.bankid.com/rp",
            "https://user:word@appapi2.bankid.com/rp",
            "https://:word@appapi2.bankid.com/rp",
            "https://appapi2.bankid.com/rp?x",
            "https://appapi2.bankid.com/rp#x",
        ] {
            assert!(root(text).is_err(), "{text}");
        }
    }
}
