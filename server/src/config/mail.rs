//! `mail.*`: the mail server and the `From` address.

use super::{Error, Mode, keys::Keys, read};
use app::fields::EmailAddress;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

pub(super) const KEYS: [&str; 3] = ["mail.url", "mail.from", "mail.connections"];

/// Default number of connections. Common mail servers accept more from one client.
const CONNECTIONS: u32 = 16;

/// The settings of mail.
#[derive(Debug)]
pub struct Mail {
    /// The mail server as `smtp://` or `smtps://`, with credentials and `?tls=` if needed. `None` in a demo,
    /// which keeps its messages.
    pub url: Option<SecretString>,
    /// The `From` address. The name beside it is the organisation's.
    pub from: EmailAddress,
    /// Maximum number of messages that are delivered at a time, each over a separate connection.
    pub connections: u32,
}

impl Mail {
    pub(super) fn take(keys: &mut Keys, mode: Mode) -> Result<Self, Error> {
        let url = |value| {
            let text = SecretString::from(read::text(value)?);
            check(text.expose_secret().trim())?;
            Ok(SecretString::from(text.expose_secret().trim()))
        };
        let (url, from) = match mode {
            Mode::Product => (Some(keys.take_required("mail.url", None, url)?), None),
            Mode::Demo => {
                keys.take("mail.url", url)?;
                (None, EmailAddress::parse("no-reply@kommun.example").ok())
            }
        };
        Ok(Self {
            url,
            from: keys.take_required("mail.from", from, read::email)?,
            connections: keys.take_or("mail.connections", CONNECTIONS, read::whole(1..=64))?,
        })
    }
}

fn check(text: &str) -> Result<(), &'static str> {
    let url = Url::parse(text)
        .map_err(|_| "must be an address such as smtps://user:password@mail.kommun.example")?;
    let implicit = match url.scheme() {
        "smtps" => true,
        "smtp" => false,
        _ => return Err("must begin with smtp:// or smtps://"),
    };
    if url.host_str().is_none_or(str::is_empty) {
        return Err("names no mail server");
    }
    if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
        return Err("must have nothing after the mail server but ?tls=");
    }
    let encrypted = match (url.query(), implicit) {
        (None, implicit) => implicit,
        (Some("tls=required"), false) => true,
        (Some("tls=opportunistic" | "tls=none"), false) => false,
        (Some(_), true) => return Err("must have nothing after the mail server with smtps://"),
        (Some(_), false) => {
            return Err("must have nothing after the mail server but ?tls=required, \
                        ?tls=opportunistic or ?tls=none");
        }
    };
    if url.username().is_empty() != url.password().is_none() {
        return Err("must have both a user and a password, or neither");
    }
    if url.password().is_some() && !encrypted && !is_loopback(&url) {
        return Err("would send the password in clear: use smtps:// or ?tls=required");
    }
    Ok(())
}

/// `true` if only the machine itself has this address. The URL standard parses IP addresses only for the
/// web's schemes. For others it leaves them as names.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_server_is_taken_with_its_tls_and_credentials() {
        for text in [
            "smtps://user:pass%40word@mail.kommun.example",
            "smtps://mail.kommun.example:465",
            "smtp://user:word@mail.kommun.example:587?tls=required",
            "smtp://mail.kommun.example?tls=opportunistic",
            "smtp://mail.kommun.example?tls=none",
            "smtp://mail.kommun.example",
            "smtp://user:word@127.0.0.1:2525",
            "smtp://user:word@[::1]:2525",
            "smtp://localhost:2525/",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_password_never_leaves_in_clear() {
        for text in [
            "smtp://user:word@mail.kommun.example",
            "smtp://user:word@mail.kommun.example?tls=opportunistic",
            "smtp://user:word@mail.kommun.example?tls=none",
            "smtp://user:word@localhost.example",
        ] {
            assert!(check(text).is_err_and(|wrong| wrong.contains("in clear")), "{text}");
        }
    }

    #[test]
    fn what_is_no_mail_server_is_refused() {
        for text in [
            "",
            "mail.kommun.example",
            "https://mail.kommun.example",
            "smtp:",
            "smtp://",
            "smtp:///",
            "smtp://user:word@",
            "smtps://mail.kommun.example?tls=required",
            "smtp://mail.kommun.example?tls=maybe",
            "smtp://mail.kommun.example/path",
            "smtp://mail.kommun.example#a",
            "smtps://user@mail.kommun.example",
            "smtps://:word@mail.kommun.example",
            "smtps://mail.kommun.example:99999",
        ] {
            assert!(check(text).is_err(), "{text}");
        }
    }
}
