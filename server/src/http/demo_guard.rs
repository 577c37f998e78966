//! Middleware that keeps a demo on its own machine. It refuses other host names, which a foreign page could
//! have pointed here, and requests through a proxy.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// The port of the demo.
#[derive(Clone, Copy, Debug)]
pub struct Port(pub u16);

/// Middleware that answers 421 to other hosts, and 403 to requests that came through a proxy.
pub async fn refuse_others(State(port): State<Port>, request: Request, next: Next) -> Response {
    // A request line may name a host, which then takes precedence over the header.
    let named = request.uri().authority().is_none_or(|a| port.is_local(a.as_str().as_bytes()));
    if !named || !is_addressed_here(request.headers(), port) {
        return StatusCode::MISDIRECTED_REQUEST.into_response();
    }
    if request.headers().keys().any(is_of_a_proxy) {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
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
