//! `http.*`: the listener's address and the public address.

use super::{
    Error, Mode,
    keys::Keys,
    read::{list, parsed},
    reference::{Key, Section},
};
use crate::rules::loopback::is_loopback;
use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Deserializer};
use std::{
    fmt,
    net::{IpAddr, SocketAddr},
};
use url::Url;

pub(super) const SECTION: Section = Section {
    name: "http",
    about: "",
    keys: &[
        Key::new("http.listen", "127.0.0.1:3000", "address and port to listen on"),
        Key::required(
            "http.public_url",
            "https://mote.kommun.example",
            "start of every link: `https://` and the host, without a path. `http://` on loopback only",
        ),
        Key::optional(
            "http.trusted_proxies",
            "[]",
            "addresses or networks whose `X-Forwarded-For` and `X-Request-Id` are trusted. BankID receives the \
             client's address, so set this behind a proxy",
        ),
    ],
};

/// The addresses of the service.
#[derive(Debug)]
pub struct Http {
    /// The address that it listens on.
    pub listen: SocketAddr,
    /// The origin of every link. Request headers never decide it.
    pub public_url: Origin,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
}

/// An origin in the form of browsers: scheme, host, and the port if it isn't the scheme's default.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Origin(String);

impl TryFrom<String> for Origin {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        Self::parse(&text)
    }
}

impl Origin {
    /// Reads an origin: https, or http on a loopback host.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text.trim())
            .map_err(|_| "must be an address such as https://mote.kommun.example")?;
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        match url.scheme() {
            "https" | "http" if !bare => {
                Err("must be an origin only: no path, query, fragment or user")
            }
            "https" => Ok(()),
            "http" if is_loopback(&url) => Ok(()),
            "http" => Err("must begin with https:// (http:// is for loopback addresses only)"),
            _ => Err("must begin with https://"),
        }?;
        Ok(Self(url.origin().ascii_serialization()))
    }

    /// Returns the origin's text, without a final slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `true` if the scheme is https.
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// `true` if only the machine itself can reach it.
    pub fn is_loopback(&self) -> bool {
        Url::parse(&self.0).is_ok_and(|url| is_loopback(&url))
    }

    /// Returns the address of a path, which begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Deserialize)]
struct Set {
    #[serde(deserialize_with = "listen")]
    listen: SocketAddr,
    public_url: Option<Origin>,
    #[serde(default, deserialize_with = "networks")]
    trusted_proxies: Vec<IpNet>,
}

impl Http {
    /// Reads the section. A demo's public address is the one that it listens on, unless another is set.
    pub(super) fn read(keys: &mut Keys, mode: Mode) -> Result<Self, Error> {
        let demo = mode == Mode::Demo;
        let Set { listen, public_url, trusted_proxies } = keys.section(SECTION.name)?;
        let away = |key| Err(Error::key(key, "must be a loopback address in a demo"));
        if demo && !listen.ip().is_loopback() {
            return away("http.listen");
        }
        let here = || demo.then(|| Origin(format!("http://{listen}")));
        let public_url = public_url.or_else(here);
        let public_url = public_url.ok_or_else(|| Error::missing().below("http.public_url"))?;
        if demo && !public_url.is_loopback() {
            return away("http.public_url");
        }
        Ok(Self { listen, public_url, trusted_proxies })
    }
}

fn listen<'de, D: Deserializer<'de>>(value: D) -> Result<SocketAddr, D::Error> {
    let wrong = "must be an address and a port such as 127.0.0.1:3000";
    parsed(value, |text| text.trim().parse().map_err(|_| wrong))
}

fn networks<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<IpNet>, D::Error> {
    let wrong = "must list addresses or networks such as 10.0.0.0/8";
    list(value, |item| network(item.trim()).ok_or(wrong))
}

/// Reads an address or a network. An IPv4 address that is mapped to IPv6 is read as IPv4.
fn network(text: &str) -> Option<IpNet> {
    let network: IpNet = text.parse().or_else(|_| text.parse::<IpAddr>().map(IpNet::from)).ok()?;
    match network {
        IpNet::V6(mapped) if mapped.prefix_len() >= 96 => {
            let Some(address) = mapped.network().to_ipv4_mapped() else { return Some(network) };
            Ipv4Net::new(address, mapped.prefix_len() - 96).ok().map(IpNet::V4)
        }
        _ => Some(network.trunc()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (text, origin) in [
            ("https://Mote.Kommun.example/", "https://mote.kommun.example"),
            ("https://mote.kommun.example:443", "https://mote.kommun.example"),
            (" https://mote.kommun.example:8443 ", "https://mote.kommun.example:8443"),
            ("https://möte.se", "https://xn--mte-sna.se"),
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
            ("http://localhost:80", "http://localhost"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(Origin::parse(text).map(|o| o.0), Ok(origin.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_more_or_less_than_an_origin_is_refused() {
        for text in [
            "",
            "mote.kommun.example",
            "https://",
            "https://mote.kommun.example/anslut",
            "https://mote.kommun.example/?a",
            "https://mote.kommun.example/#a",
            "https://user@mote.kommun.example",
            "https://user:word@mote.kommun.example",
            "http://mote.kommun.example",
            "http://10.0.0.1",
            "http://localhost.example",
            "ftp://mote.kommun.example",
            "file:///etc",
            "data:,",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        assert_eq!(network("10.0.0.1"), "10.0.0.1/32".parse().ok());
        assert_eq!(network("fd00::/8"), "fd00::/8".parse().ok());
        assert_eq!(network("::/0"), "::/0".parse().ok());
        assert_eq!(network("10.1.2.3/8"), "10.0.0.0/8".parse().ok());
        assert_eq!(network("10.0.0.0/33"), None);
        assert_eq!(network("::/129"), None);
        assert_eq!(network("proxy.example"), None);
        assert_eq!(network(""), None);
    }

    #[test]
    fn a_mapped_network_is_the_one_of_ipv4() {
        for (written, meant) in [
            ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
            ("::ffff:10.1.2.3/104", "10.0.0.0/8"),
            ("::ffff:a00:0/104", "10.0.0.0/8"),
            ("::ffff:192.0.2.11", "192.0.2.11/32"),
            ("::ffff:192.0.2.11/128", "192.0.2.11/32"),
            ("::ffff:0:0/96", "0.0.0.0/0"),
            ("::ffff:0:0/95", "::fffe:0:0/95"),
            ("64:ff9b::/96", "64:ff9b::/96"),
        ] {
            assert_eq!(network(written), meant.parse().ok(), "{written}");
        }
    }
}
