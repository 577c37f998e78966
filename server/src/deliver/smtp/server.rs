//! Which server to talk to, and how to get a connection to it.

use super::Misconfigured;
use crate::deliver::Trouble;
use lettre::transport::smtp::{
    self, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT,
    authentication::{Credentials, DEFAULT_MECHANISMS},
    client::{AsyncSmtpConnection, Certificate, TlsParameters},
    extension::ClientId,
};
use std::{error::Error, io, net::IpAddr, time::Duration};
use url::{Host, Url};

/// A mail server and how to talk to it.
pub(super) struct Server {
    host: String,
    port: u16,
    encryption: Encryption,
    tls: TlsParameters,
    hello: ClientId,
    credentials: Option<Credentials>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encryption {
    /// From the first byte.
    Wrapper,
    /// With STARTTLS or not at all.
    Required,
    /// With STARTTLS where the server offers it.
    Opportunistic,
    /// Never.
    None,
}

impl Server {
    /// How long to try one of the host's addresses before the next.
    const CONNECT: Duration = Duration::from_secs(10);

    pub(super) fn parse(url: &str) -> Result<Self, Misconfigured> {
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
        let tls = TlsParameters::new(host.clone())
            .map_err(|_| Misconfigured::Url("can't be used with encryption here"))?;
        Ok(Self { host, port, encryption, tls, hello, credentials })
    }

    pub(super) fn trust(&mut self, authorities: &[u8]) -> Result<(), Misconfigured> {
        let wrong = |_| Misconfigured::Authority("is not a certificate in PEM");
        let authorities = Certificate::from_pem(authorities).map_err(wrong)?;
        self.tls = TlsParameters::builder(self.host.clone())
            .add_root_certificate(authorities)
            .build()
            .map_err(wrong)?;
        Ok(())
    }

    /// Connects, encrypts and logs in. Whatever fails here says nothing about a letter.
    pub(super) async fn connect(&self) -> Result<AsyncSmtpConnection, Trouble> {
        let wrapper = (self.encryption == Encryption::Wrapper).then(|| self.tls.clone());
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            (self.host.as_str(), self.port),
            Some(Self::CONNECT),
            &self.hello,
            wrapper,
            None,
        )
        .await
        .map_err(|error| judge(&error, Trouble::Sender))?;
        match self.encryption {
            Encryption::Required if !connection.can_starttls() => return Err(Trouble::Encryption),
            Encryption::Required | Encryption::Opportunistic if connection.can_starttls() => {
                connection
                    .starttls(self.tls.clone(), &self.hello)
                    .await
                    .map_err(|error| judge(&error, |_| Trouble::Encryption))?;
            }
            _ => {}
        }
        if let Some(credentials) = &self.credentials {
            let login = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            login.map_err(|error| {
                if error.is_client() { Trouble::Login } else { judge(&error, Trouble::Credentials) }
            })?;
        }
        Ok(connection)
    }
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
        (user, Some(password)) => Ok(Some(Credentials::new(decoded(user)?, decoded(password)?))),
    }
}

fn hello(url: &Url) -> Result<ClientId, Misconfigured> {
    let name = url.path().trim_matches('/');
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    match name {
        "" => Ok(ClientId::default()),
        _ if name.chars().all(plain) => Ok(ClientId::Domain(name.to_owned())),
        _ => Err(Misconfigured::Url("has a path that is no host's name")),
    }
}

/// What a failure to connect means, given what a permanent answer means at this point.
fn judge(error: &smtp::Error, permanent: impl FnOnce(u16) -> Trouble) -> Trouble {
    match error.status().map(u16::from) {
        Some(code) if error.is_permanent() => permanent(code),
        Some(code) => Trouble::Later(code),
        None => match cause(error) {
            // How rustls says that it doesn't trust, or doesn't understand, the other side.
            Some(io::ErrorKind::InvalidData) => Trouble::Encryption,
            None
            | Some(
                io::ErrorKind::UnexpectedEof
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe,
            ) => Trouble::Broken,
            Some(_) => Trouble::Unreachable,
        },
    }
}

fn cause(error: &smtp::Error) -> Option<io::ErrorKind> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        source = inner.source();
    }
    None
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
