//! `mail.*`: the mail server and the `From` address.

use super::{
    Error, Mode,
    keys::Keys,
    read::{email, parsed},
    reference::{Key, Section},
};
use crate::rules::{bounds::whole, loopback::is_loopback};
use app::fields::EmailAddress;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};
use url::Url;

pub(super) const SECTION: Section = Section {
    name: "mail",
    about: "",
    keys: &[
        Key::required(
            "mail.url",
            "/etc/anslut/mail-url",
            "`smtps://user:password@host` (port 465) or `smtp://user:password@host?tls=required` (STARTTLS, port \
             587). `tls=opportunistic` encrypts if the server offers it, and `tls=none` never does. Both reject a \
             password for another machine. Without `tls`, `smtp://` requires encryption to other machines and uses \
             none on loopback. Characters such as `@` and `:` in the password are written `%40` and `%3A`",
        )
        .in_file(),
        Key::required(
            "mail.from",
            "mote@kommun.example",
            "sender's address. Its display name is the organisation's. A domain with å, ä or ö is sent in its \
             `xn--` form. Such letters before the `@` need a mail server that offers SMTPUTF8. If it does not, \
             `anslut doctor` reports it and mail waits",
        ),
        // Common mail servers accept more connections from one client.
        Key::new(
            "mail.connections",
            "16",
            "messages delivered at a time, each over its own connection, 1 to 64. One in four is reserved for \
             codes. Lower it if the mail server allows fewer: Exchange Online allows 3 from one mailbox, and 30 \
             mails a minute. With several servers, their sum counts",
        ),
    ],
};

/// The settings of mail.
#[derive(Debug, Deserialize)]
pub struct Mail {
    /// The mail server as `smtp://` or `smtps://`, with credentials and `?tls=` if needed. `None` in a demo,
    /// which keeps its messages.
    #[serde(deserialize_with = "url")]
    pub url: Option<SecretString>,
    /// The `From` address. The name beside it is the organisation's.
    #[serde(deserialize_with = "email")]
    pub from: EmailAddress,
    /// Maximum number of messages that are delivered at a time, each over a separate connection.
    #[serde(deserialize_with = "whole::<_, _, 1, 64>")]
    pub connections: u32,
}

impl Mail {
    /// Reads the section.
    pub(super) fn read(keys: &mut Keys, mode: Mode) -> Result<Self, Error> {
        let mail: Self = keys.section(SECTION.name)?;
        Ok(match mode {
            Mode::Product => mail,
            Mode::Demo => Self { url: None, ..mail },
        })
    }
}

fn url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<SecretString>, D::Error> {
    parsed(value, |text| check(text.trim()).map(|()| Some(text.trim().into())))
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
