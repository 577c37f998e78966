//! The check that keeps a demo on its own machine. It refuses other host names, which a foreign page could
//! have pointed here, and requests through a proxy.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, StatusCode, header},
};

/// The port of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Port(pub u16);

/// Refuses other hosts with 421, and requests that came through a proxy with 403.
pub(super) fn refuse_others(request: &Request, port: Port) -> Result<(), StatusCode> {
    // A request line may name a host, which then takes precedence over the header.
    let named = request.uri().authority().is_none_or(|a| port.is_local(a.as_str().as_bytes()));
    if !named || !is_addressed_here(request.headers(), port) {
        return Err(StatusCode::MISDIRECTED_REQUEST);
    }
    if request.headers().keys().any(is_of_a_proxy) {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(())
}

fn is_addressed_here(headers: &HeaderMap, port: Port) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => port.is_local(host.as_bytes()),
        _ => false,
    }
}

impl Port {
    fn is_local(self, host: &[u8]) -> bool {
        ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
            let with_port = format!("{name}:{}", self.0);
            host.eq_ignore_ascii_case(with_port.as_bytes())
                // Browsers leave out the default port of http.
                || (self.0 == 80 && host.eq_ignore_ascii_case(name.as_bytes()))
        })
    }
}

fn is_of_a_proxy(name: &HeaderName) -> bool {
    let name = name.as_str();
    name == "forwarded" || name == "via" || name.starts_with("x-forwarded-")
}
