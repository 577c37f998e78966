//! A room in another service, reached by its address.

use crate::rules::{assurance::Admitted, loopback::is_loopback};
use serde::{Deserialize, Serialize};
use url::Url;

/// A room in another service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its address: https. In a demo also http on a loopback address.
    pub url: String,
}

/// The addresses that senders may give to a room.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// https only.
    #[default]
    Https,
    /// Also http on a loopback address. For a demo, whose own room is there.
    Loopback,
}

impl Link {
    /// The name of the kind.
    pub const KIND: &str = "link";

    /// Reads an address that a browser can be redirected to.
    ///
    /// # Errors
    /// Returns what is wrong with it. The text does not repeat the address.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, String> {
        let wrong = match reach {
            Reach::Https => "must be an https address",
            Reach::Loopback => "must be an https address, or http on a loopback address",
        };
        let url = Url::parse(text).map_err(|_| wrong.to_owned())?;
        let secure = match url.scheme() {
            "https" => url.host().is_some(),
            "http" => reach == Reach::Loopback && is_loopback(&url),
            _ => false,
        };
        let plain = url.username().is_empty() && url.password().is_none();
        if secure && plain { Ok(Self { url: url.into() }) } else { Err(wrong.to_owned()) }
    }

    /// Returns the address that leads an admitted visitor in.
    pub fn address(&self, _: &Admitted) -> &str {
        &self.url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn http_is_for_loopback_addresses_in_a_demo() {
        for url in ["http://127.0.0.1:3000/dev/room", "http://localhost/x", "http://[::1]:80/"] {
            assert!(Link::parse(url, Reach::Loopback).is_ok(), "{url}");
            assert_eq!(Link::parse(url, Reach::Https), Err("must be an https address".to_owned()));
        }
    }

    #[test]
    fn other_addresses_are_refused_in_a_demo_too() {
        for url in [
            "",
            "x",
            "http://video.example/rum",
            "http://localhost.video.example/",
            "http://127.0.0.1.video.example/",
            "http://0.0.0.0:3000/",
            "http://anna:hemligt@127.0.0.1/",
            "http://127.0.0.1@video.example/",
            "ftp://127.0.0.1/",
            "javascript:alert(1)",
            "https://anna@video.example/",
        ] {
            for reach in [Reach::Https, Reach::Loopback] {
                let wrong = Link::parse(url, reach).expect_err(url);
                assert!(!wrong.contains("video"), "{wrong}");
            }
        }
        for reach in [Reach::Https, Reach::Loopback] {
            assert!(Link::parse("https://video.example/rum", reach).is_ok());
        }
    }
}
