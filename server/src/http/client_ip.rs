//! The client's IP address, read through the trusted proxies.

use axum::{
    extract::{ConnectInfo, OptionalFromRequestParts, Request},
    http::{HeaderMap, HeaderName, HeaderValue, request::Parts},
};
use ipnet::IpNet;
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The client's address. It is in the request's extensions if it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientIp(pub IpAddr);

impl<S: Sync> OptionalFromRequestParts<S> for ClientIp {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().copied())
    }
}

/// The trusted proxies.
#[derive(Clone)]
pub struct Proxies {
    trusted: Arc<[IpNet]>,
    /// `true` after the warning about a proxy's malformed header.
    told: Arc<AtomicBool>,
}

impl Proxies {
    /// Creates the set from the networks of trusted proxies.
    pub fn new(trusted: &[IpNet]) -> Self {
        Self { trusted: trusted.into(), told: Arc::default() }
    }

    /// Finds the client's address and puts it into the request's extensions.
    pub(super) fn find(&self, request: &mut Request) {
        if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
            match client_ip(peer.ip(), request.headers(), &self.trusted) {
                Some(ip) => drop(request.extensions_mut().insert(ClientIp(ip))),
                None => self.tell(),
            }
        }
    }

    /// Warns once. The log leaves the header's value out: it may be anything.
    fn tell(&self) {
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "a proxy of http.trusted_proxies writes what is no address into X-Forwarded-For: such clients \
                 can't use BankID, which must be told their address"
            );
        }
    }
}

/// `true` if an address is one of a trusted proxy. An IPv6 network that contains the IPv4-mapped addresses,
/// such as `::/0`, contains IPv4 addresses too.
pub fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|net| match (net, address) {
        (IpNet::V6(net), IpAddr::V4(address)) => net.contains(&address.to_ipv6_mapped()),
        _ => net.contains(&address),
    })
}

/// Follows the chain backwards from the peer, as long as the address that reports the next one is trusted.
/// `None` if a trusted proxy reports something other than an address. A trusted proxy that reports nothing is
/// the client itself.
fn client_ip(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Option<IpAddr> {
    let mut client = peer.to_canonical();
    let forwarded = headers.get_all(X_FORWARDED_FOR);
    let lines: Vec<&[u8]> = forwarded.iter().map(HeaderValue::as_bytes).collect();
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(|byte| *byte == b',')) {
        if !is_trusted(client, trusted) {
            break;
        }
        client = parse(hop)?;
    }
    Some(client)
}

/// Parses an address in every form that proxies write: with a port, in brackets or quotes, IPv4-mapped, or
/// with the zone of the proxy's network interface.
fn parse(hop: &[u8]) -> Option<IpAddr> {
    let hop = std::str::from_utf8(hop).ok()?.trim();
    let hop = hop.strip_prefix('"').map_or(Some(hop), |hop| hop.strip_suffix('"'))?.trim();
    let address = match hop.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            if !(port.is_empty() || port.strip_prefix(':').is_some_and(is_port)) {
                return None;
            }
            IpAddr::V6(ipv6(address)?)
        }
        None => match hop.parse().ok().or_else(|| ipv6(hop).map(IpAddr::V6)) {
            Some(address) => address,
            None => without_port(hop)?,
        },
    };
    let address = address.to_canonical();
    (!address.is_unspecified() && !address.is_multicast()).then_some(address)
}

/// Parses an IPv6 address. A zone is dropped: it means something to the proxy only.
fn ipv6(text: &str) -> Option<Ipv6Addr> {
    match text.split_once('%') {
        Some((address, zone)) => address.parse().ok().filter(|_| !zone.is_empty()),
        None => text.parse().ok(),
    }
}

/// Parses an address before a port. Some proxies append a port to an IPv6 address without brackets. Clients'
/// ports have five digits, and no part of such an address has.
fn without_port(hop: &str) -> Option<IpAddr> {
    let (address, port) = hop.rsplit_once(':').filter(|(_, port)| is_port(port))?;
    let address: IpAddr = address.parse().ok()?;
    (address.is_ipv4() || port.len() == 5).then_some(address)
}

fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs;
    use axum::body::Body;
    use proptest::prelude::*;
    use std::{io, sync::Mutex};

    fn by(trusted: &[&str], peer: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(line).expect("a value"));
        }
        let trusted: Vec<IpNet> =
            trusted.iter().map(|net| net.parse().expect("a network")).collect();
        let client = client_ip(peer.parse().expect("an address"), &headers, &trusted);
        client.map_or("unknown".to_owned(), |client| client.to_string())
    }

    fn through(peer: &str, forwarded: &[&str]) -> String {
        by(&["10.0.0.0/8", "fd00::/8"], peer, forwarded)
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        assert_eq!(through("192.0.2.1", &["203.0.113.9"]), "192.0.2.1");
        assert_eq!(through("192.0.2.1", &["unknown"]), "192.0.2.1");
        assert_eq!(through("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(through("::ffff:10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(through("fd00::1", &["[2001:db8::1]:4711"]), "2001:db8::1");
    }

    #[test]
    fn what_the_client_wrote_itself_is_not_believed() {
        assert_eq!(through("10.0.0.1", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(through("10.0.0.1", &["198.51.100.1", "203.0.113.9, 10.0.0.2"]), "203.0.113.9");
        assert_eq!(through("10.0.0.1", &["10.9.9.9, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(through("10.0.0.1", &["unknown, 203.0.113.9"]), "203.0.113.9");
    }

    #[test]
    fn an_address_is_understood_however_a_proxy_writes_it() {
        for (written, address) in [
            ("203.0.113.9", "203.0.113.9"),
            ("  203.0.113.9\t", "203.0.113.9"),
            ("203.0.113.9:51234", "203.0.113.9"),
            ("203.0.113.9:80", "203.0.113.9"),
            ("\"203.0.113.9\"", "203.0.113.9"),
            ("\"203.0.113.9:4711\"", "203.0.113.9"),
            ("2001:db8::7", "2001:db8::7"),
            ("2001:DB8:0:0:0:0:0:7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:443", "2001:db8::7"),
            ("\"[2001:db8::7]:443\"", "2001:db8::7"),
            ("2001:db8::7:51234", "2001:db8::7"),
            ("2001:db8:1:2:3:4:5:6:51234", "2001:db8:1:2:3:4:5:6"),
            ("::ffff:203.0.113.9", "203.0.113.9"),
            ("::FFFF:cb00:7109", "203.0.113.9"),
            ("[::ffff:203.0.113.9]", "203.0.113.9"),
            ("[::ffff:203.0.113.9]:443", "203.0.113.9"),
            ("::ffff:203.0.113.9:51234", "203.0.113.9"),
            ("fe80::1%eth0", "fe80::1"),
            ("[fe80::1%eth0]", "fe80::1"),
            ("[fe80::1%25eth0]:443", "fe80::1"),
        ] {
            assert_eq!(through("10.0.0.1", &[written]), address, "{written}");
            let chain = format!("{written}, 10.0.0.2");
            assert_eq!(through("10.0.0.1", &[&chain]), address, "{written}");
        }
    }

    #[test]
    fn a_proxy_in_a_chain_is_known_however_another_writes_it() {
        for proxy in ["[::ffff:10.0.0.2]:443", "::ffff:10.0.0.2", "10.0.0.2:80", "[fd00::2]"] {
            let chain = format!("203.0.113.9, {proxy}");
            assert_eq!(through("10.0.0.1", &[&chain]), "203.0.113.9", "{proxy}");
        }
    }

    #[test]
    fn a_chain_ends_at_the_first_one_of_it() {
        assert_eq!(through("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(through("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
    }

    #[test]
    fn nobody_takes_the_place_of_a_client_that_can_t_be_understood() {
        for written in [
            "",
            " ",
            ",",
            "203.0.113.9,",
            "unknown",
            "_hidden",
            "unix:",
            "localhost",
            "203.0.113.9.1",
            "203.0.113.256",
            "203.0.113.009",
            "203.0.113.9:",
            "203.0.113.9:x",
            "203.0.113.9:65536",
            "203.0.113.9:+80",
            "203.0.113.9 203.0.113.10",
            "203.0.113.9;203.0.113.10",
            "for=203.0.113.9",
            "[203.0.113.9]",
            "[2001:db8::7",
            "2001:db8::7]",
            "[2001:db8::7]443",
            "[2001:db8::7]:",
            "[2001:db8::7]:x",
            "[]",
            "fe80::1%",
            "\"203.0.113.9",
            "0.0.0.0",
            "::",
            "::ffff:0.0.0.0",
            "224.0.0.1",
        ] {
            assert_eq!(through("10.0.0.1", &[written]), "unknown", "{written}");
        }
        assert_eq!(through("10.0.0.1", &["203.0.113.9, unknown, 10.0.0.2"]), "unknown");
        assert_eq!(through("10.0.0.1", &["203.0.113.9", ""]), "unknown");
    }

    #[test]
    fn a_network_that_holds_the_mapped_addresses_holds_those_of_ipv4() {
        assert_eq!(by(&["::/0"], "10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(by(&["::/0"], "2001:db8::1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(by(&["::ffff:0:0/96"], "10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(by(&["::ffff:0:0/96"], "2001:db8::1", &["203.0.113.9"]), "2001:db8::1");
        assert_eq!(by(&["0.0.0.0/0"], "2001:db8::1", &["203.0.113.9"]), "2001:db8::1");
        assert_eq!(by(&["0.0.0.0/0"], "::ffff:10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
    }

    #[derive(Clone, Default)]
    struct Said(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Said {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_can_t_be_understood_is_told_once_and_not_repeated() {
        let said = Said::default();
        let writer = said.clone();
        let proxies = Proxies::new(&["10.0.0.0/8".parse().expect("a network")]);
        tracing::subscriber::with_default(logs::subscriber(false, move || writer.clone()), || {
            for written in ["203.0.113.9", "hemligt", "anna@example.org"] {
                let mut request = Request::new(Body::empty());
                let value = HeaderValue::from_static(written);
                request.headers_mut().insert(X_FORWARDED_FOR, value);
                let peer = ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711)));
                request.extensions_mut().insert(peer);
                proxies.find(&mut request);
            }
        });
        let said = String::from_utf8(said.0.lock().expect("a lock").clone()).expect("text");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("X-Forwarded-For") && said.contains("WARN"), "{said}");
        assert!(!said.contains("hemligt") && !said.contains("anna"), "{said}");
    }

    proptest! {
        #[test]
        fn nothing_in_the_header_takes_the_place_of_an_untrusted_peer(bytes in any::<Vec<u8>>()) {
            let mut headers = HeaderMap::new();
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                headers.append(X_FORWARDED_FOR, value);
            }
            let peer = IpAddr::from([192, 0, 2, 1]);
            prop_assert_eq!(client_ip(peer, &headers, &[]), Some(peer));
        }
    }
}
