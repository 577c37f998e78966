//! The check of a request's host: it is named once and unambiguously (RFC 9112, 3.2).
//!
//! Nothing here depends on the name, but a proxy in front may route by it. A request that the two could read
//! differently is refused.

use axum::http::{HeaderMap, HeaderValue, Request, Version, header, uri::Authority};

/// `true` if a request names its host correctly. HTTP/1.0 has no `Host`, and health checks still use that
/// version.
pub(super) fn is_named<B>(request: &Request<B>) -> bool {
    let written = match hosts(request.headers()) {
        // An empty host is well formed: it says that the address has no host (RFC 9110, 7.2).
        Ok(Some(host)) => host.is_empty() || is_host(host),
        Ok(None) => request.version() < Version::HTTP_11,
        Err(()) => false,
    };
    // A full address in the request line takes precedence over the header, and can't contain user
    // information.
    let uri = request.uri();
    let target = uri.authority().is_none_or(|authority| is_host(authority.as_str().as_bytes()));
    let scheme = uri.scheme_str().is_none_or(|scheme| matches!(scheme, "http" | "https"));
    written && target && scheme
}

/// Returns the only `Host`. Fails if there are several.
fn hosts(headers: &HeaderMap) -> Result<Option<&[u8]>, ()> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (host, None) => Ok(host.map(HeaderValue::as_bytes)),
        _ => Err(()),
    }
}

/// `true` for a name or an address, with or without a port. A comma would join two header lines.
fn is_host(host: &[u8]) -> bool {
    let Ok(authority) = Authority::try_from(host) else { return false };
    let name = authority.host();
    let port = &authority.as_str()[name.len().min(host.len())..];
    let port = port.strip_prefix(':').unwrap_or(port);
    let well_formed = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+;=%".contains(&byte)),
    };
    well_formed
        && !name.is_empty()
        && !host.contains(&b'@')
        && (port.is_empty() || (port.parse::<u16>().is_ok() && !port.starts_with('+')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(version: Version, target: &str, hosts: &[&str]) -> bool {
        let mut request =
            Request::builder().version(version).uri(target).body(()).expect("a request");
        for host in hosts {
            let host = HeaderValue::from_bytes(host.as_bytes()).expect("a value");
            request.headers_mut().append(header::HOST, host);
        }
        is_named(&request)
    }

    #[test]
    fn a_request_names_its_host_once() {
        let named = |hosts: &[&str]| named(Version::HTTP_11, "/m/x", hosts);
        for host in [
            "mote.kommun.example",
            "MOTE.kommun.example:443",
            "anslut_1:3000",
            "192.0.2.1",
            "192.0.2.1:80",
            "[2001:db8::1]",
            "[::ffff:192.0.2.1]:3000",
            "xn--mte-sna.se.",
            "x:",
        ] {
            assert!(named(&[host]), "{host}");
        }
        assert!(named(&[""]));
        assert!(!named(&[]));
        assert!(!named(&["x", "x"]));
        for host in [
            " ", ":80", "a b", "a,b", "a, b", "x:y", "x:80:80", "x:65536", "x:+80", "x:-1",
            "user@x", "@x", "http://x", "x/", "x?y", "x#y", "[::1", "::1", "[x]", "[]", "[::1]x",
            "möte.se", "x\ty", "x\\y", "x<y", "\"x\"",
        ] {
            assert!(!named(&[host]), "{host}");
        }
    }

    #[test]
    fn a_whole_address_in_the_request_line_can_be_read_too() {
        let named = |target: &str, hosts: &[&str]| named(Version::HTTP_11, target, hosts);
        assert!(named("http://mote.kommun.example/m/x", &["mote.kommun.example"]));
        assert!(named("https://other.example:8443/m/x", &["mote.kommun.example"]));
        assert!(named("*", &["x"]));
        assert!(!named("http://mote.kommun.example/m/x", &[]));
        assert!(!named("http://user@mote.kommun.example/m/x", &["mote.kommun.example"]));
        assert!(!named("ftp://mote.kommun.example/m/x", &["mote.kommun.example"]));
    }

    #[test]
    fn the_host_may_be_missing_where_it_was_not_known_yet() {
        assert!(named(Version::HTTP_10, "/readyz", &[]));
        assert!(named(Version::HTTP_10, "/readyz", &["x"]));
        assert!(!named(Version::HTTP_10, "/readyz", &["x", "x"]));
        assert!(!named(Version::HTTP_10, "/readyz", &["a b"]));
    }
}
