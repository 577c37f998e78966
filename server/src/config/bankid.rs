//! `bankid.*`: identification with BankID.

use super::{
    Error, Http, Mode,
    http::is_loopback,
    keys::{Keys, Value},
    read,
};
use crate::http_client::{HttpClient, TlsConfigError, Trust};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub(super) const KEYS: [&str; 7] = [
    "bankid.url",
    "bankid.client_cert",
    "bankid.client_key",
    "bankid.ca",
    "bankid.ask_for_number",
    "bankid.keep_number",
    "bankid.same_address",
];

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

impl BankId {
    /// Reads the section. `None` if no address is set.
    pub(super) fn take(keys: &mut Keys, http: &Http, mode: Mode) -> Result<Option<Self>, Error> {
        let url = keys.take("bankid.url", url)?;
        let certificates = Certificates::take(keys)?;
        let ask_for_number = keys.take_or("bankid.ask_for_number", false, read::yes_or_no)?;
        let keep_number = keys.take_or("bankid.keep_number", false, read::yes_or_no)?;
        let same_address = keys.take_or("bankid.same_address", false, read::yes_or_no)?;
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
    fn take(keys: &mut Keys) -> Result<Option<Self>, Error> {
        let client_cert = keys.take("bankid.client_cert", certificates)?;
        let client_key = keys.take("bankid.client_key", private_key)?;
        let ca = keys.take("bankid.ca", certificates)?;
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

fn url(value: Value) -> Result<String, String> {
    let url = Url::parse(read::text(value)?.trim())
        .map_err(|_| "must be an address such as https://appapi2.bankid.com/rp/v6.0")?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err("must begin with https:// (http:// is for loopback addresses only)".into());
        }
        _ => return Err("must begin with https://".into()),
    }
    let more = url.query().is_some()
        || url.fragment().is_some()
        || !url.username().is_empty()
        || url.password().is_some();
    if more {
        return Err("must have no query, fragment or user".into());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn certificates(value: Value) -> Result<String, String> {
    let text = read::text(value)?;
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    match all {
        Ok(all) if !all.is_empty() => Ok(text),
        _ => Err("must be a certificate in PEM".into()),
    }
}

fn private_key(value: Value) -> Result<SecretString, String> {
    let text = SecretString::from(read::text(value)?);
    PrivateKeyDer::from_pem_slice(text.expose_secret().as_bytes())
        .map_err(|_| "must be a private key in PEM that is not encrypted")?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        url(Value::Text(text.to_owned()))
    }

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
            assert_eq!(read(text).as_deref(), Ok(root), "{text}");
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
            assert!(read(text).is_err(), "{text}");
        }
    }
}
