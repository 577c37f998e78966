//! The mail server's settings, and connections to it.

use super::{
    Misconfigured,
    talk::{Credentials, Talk, Tls, Wire},
};
use crate::messages::Trouble;
use std::{net::IpAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::{
    TlsConnector,
    rustls::{
        ClientConfig, RootCertStore,
        crypto::ring,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    },
};
use url::{Host, Url};

/// Ports where servers accept mail: from other servers, from clients (RFC 6409), and from clients that
/// encrypt from the first byte (RFC 8314).
const SMTP_PORT: u16 = 25;
const SUBMISSION_PORT: u16 = 587;
const SUBMISSIONS_PORT: u16 = 465;

/// A mail server and the settings of connections to it.
pub(crate) struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    tls: Tls,
    hello: String,
    credentials: Option<Credentials>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encryption {
    /// From the first byte.
    Wrapper,
    /// With STARTTLS or not at all.
    Required,
    /// With STARTTLS if the server offers it.
    Opportunistic,
    /// Never.
    None,
}

impl Server {
    /// Maximum time to try one of the host's addresses before the next.
    const CONNECT: Duration = Duration::from_secs(10);

    pub(crate) fn parse(url: &str) -> Result<Self, Misconfigured> {
        let url = Url::parse(url).map_err(|_| Misconfigured::Url("is not a URL"))?;
        let host = match url.host() {
            Some(Host::Domain(name)) if !name.is_empty() && !name.contains('%') => name.to_owned(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Ipv6(ip)) => ip.to_string(),
            _ => return Err(Misconfigured::Url("names no host")),
        };
        let here = host.eq_ignore_ascii_case("localhost")
            || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let encryption = encryption(&url, here)?;
        let credentials = credentials(&url)?;
        let sure = matches!(encryption, Encryption::Wrapper | Encryption::Required);
        if credentials.is_some() && !sure && !here {
            return Err(Misconfigured::Url("would send the password in clear: give tls=required"));
        }
        let port = url.port().unwrap_or(match encryption {
            Encryption::Wrapper => SUBMISSIONS_PORT,
            Encryption::Required | Encryption::Opportunistic => SUBMISSION_PORT,
            Encryption::None => SMTP_PORT,
        });
        let hello = hello(&url)?;
        let unusable = || Misconfigured::Url("can't be used with encryption here");
        let name = ServerName::try_from(host.clone()).map_err(|_| unusable())?;
        let connector = connector(Vec::new()).ok_or_else(unusable)?;
        let tls = Tls { connector, name };
        Ok(Self { host, port, encryption, tls, hello, credentials })
    }

    pub(crate) fn trust(&mut self, authorities: &[u8]) -> Result<(), Misconfigured> {
        let wrong = || Misconfigured::Authority("is not a certificate in PEM");
        let authorities = CertificateDer::pem_slice_iter(authorities)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| wrong())?;
        if authorities.is_empty() {
            return Err(wrong());
        }
        self.tls.connector = connector(authorities).ok_or_else(wrong)?;
        Ok(())
    }

    /// Connects, encrypts and logs in. A failure here says nothing about a message.
    pub(crate) async fn connect(&self) -> Result<Talk, Trouble> {
        let mut wire = self.reach().await?;
        if self.encryption == Encryption::Wrapper {
            wire = self.tls.wrap(wire).await?;
        }
        let mut talk = Talk::open(wire, &self.hello).await?;
        match self.encryption {
            Encryption::Required if !talk.can_encrypt() => return Err(Trouble::Encryption),
            Encryption::Required | Encryption::Opportunistic if talk.can_encrypt() => {
                talk = talk.encrypt(&self.tls, &self.hello).await?;
            }
            _ => {}
        }
        if let Some(credentials) = &self.credentials {
            talk.log_in(credentials).await?;
        }
        Ok(talk)
    }

    /// Connects to the first of the host's addresses that answers.
    async fn reach(&self) -> Result<Box<dyn Wire>, Trouble> {
        let found = lookup_host((self.host.as_str(), self.port)).await;
        for address in found.map_err(|_| Trouble::Unreachable)? {
            if let Ok(Ok(socket)) = timeout(Self::CONNECT, TcpStream::connect(address)).await {
                // Small writes would otherwise wait for one another.
                socket.set_nodelay(true).ok();
                return Ok(Box::new(socket));
            }
        }
        Err(Trouble::Unreachable)
    }
}

/// Returns a TLS connector that trusts the system's authorities and these.
fn connector(authorities: Vec<CertificateDer<'static>>) -> Option<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for authority in authorities {
        roots.add(authority).ok()?;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .ok()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Some(TlsConnector::from(Arc::new(config)))
}

fn encryption(url: &Url, here: bool) -> Result<Encryption, Misconfigured> {
    let mut tls = None;
    for (name, value) in url.query_pairs() {
        if name != "tls" || tls.is_some() {
            return Err(Misconfigured::Url("has a parameter other than one tls"));
        }
        tls = Some(value);
    }
    match (url.scheme(), tls.as_deref()) {
        ("smtps", None) => Ok(Encryption::Wrapper),
        ("smtps", Some(_)) => Err(Misconfigured::Url("needs no tls with smtps")),
        ("smtp", Some("required")) => Ok(Encryption::Required),
        ("smtp", Some("opportunistic")) => Ok(Encryption::Opportunistic),
        ("smtp", Some("none")) => Ok(Encryption::None),
        ("smtp", Some(_)) => {
            Err(Misconfigured::Url("has a tls other than required, opportunistic or none"))
        }
        ("smtp", None) if here => Ok(Encryption::None),
        ("smtp", None) => Ok(Encryption::Required),
        _ => Err(Misconfigured::Url("begins with neither smtp:// nor smtps://")),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, Misconfigured> {
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| Misconfigured::Url("has a user or password that is not UTF-8"))
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) => Err(Misconfigured::Url("has a password without a user")),
        (_, None) => Err(Misconfigured::Url("has a user without a password")),
        (user, Some(password)) => {
            Ok(Some(Credentials { user: decoded(user)?, password: decoded(password)?.into() }))
        }
    }
}

fn hello(url: &Url) -> Result<String, Misconfigured> {
    let name = url.path().trim_matches('/');
    let plain = |name: &str| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))
    };
    match name {
        "" => {
            let own = hostname::get().ok().and_then(|name| name.into_string().ok());
            // A machine without a usable name gives an address (RFC 5321, 4.1.3).
            Ok(own.filter(|name| plain(name)).unwrap_or_else(|| "[127.0.0.1]".to_owned()))
        }
        _ if plain(name) => Ok(name.to_owned()),
        _ => Err(Misconfigured::Url("has a path that is no host's name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> (String, u16, Encryption) {
        let server = Server::parse(url).expect(url);
        (server.host, server.port, server.encryption)
    }

    #[test]
    fn other_machines_are_talked_to_in_clear_only_when_told_so() {
        use Encryption::{None, Opportunistic, Required, Wrapper};
        for (url, host, port, encryption) in [
            ("smtps://mail.example", "mail.example", 465, Wrapper),
            ("smtps://u:p@mail.example:4650", "mail.example", 4650, Wrapper),
            ("smtp://u:p@mail.example", "mail.example", 587, Required),
            ("smtp://mail.example:25", "mail.example", 25, Required),
            ("smtp://u:p@mail.example?tls=required", "mail.example", 587, Required),
            ("smtp://mail.example?tls=opportunistic", "mail.example", 587, Opportunistic),
            ("smtp://mail.example?tls=none", "mail.example", 25, None),
            ("smtp://localhost", "localhost", 25, None),
            ("smtp://127.0.0.1:1025", "127.0.0.1", 1025, None),
            ("smtp://u:p@[::1]:1025/mote.example", "::1", 1025, None),
            ("smtp://[2001:db8::1]", "2001:db8::1", 587, Required),
        ] {
            assert!(parsed(url) == (host.to_owned(), port, encryption), "{url}");
        }
    }

    #[test]
    fn a_malformed_url_is_refused_without_repeating_it() {
        for url in [
            "",
            "mail.example",
            "smtp:",
            "smtp://",
            "http://mail.example",
            "smtp://mail.example:99999",
            "smtp://ex%20ample",
            "smtp://mail.example?tls=maybe",
            "smtp://mail.example?tls=none&tls=required",
            "smtp://mail.example?timeout=3",
            "smtps://mail.example?tls=none",
            "smtp://user@mail.example",
            "smtp://:secret@mail.example",
            "smtp://user:secret%ff@mail.example",
            "smtp://user:secret@mail.example?tls=none",
            "smtp://user:secret@mail.example?tls=opportunistic",
            "smtp://mail.example/a%0d%0ab",
        ] {
            let error = Server::parse(url).err().expect(url).to_string();
            assert!(error.starts_with("mail.url "), "{error}");
            assert!(!error.contains("secret") && !error.contains("mail.example"), "{error}");
        }
    }
}
