//! The CSRF check: refuses writes from other sites.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, StatusCode, header},
};
use std::sync::Arc;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The path of the REST interface. Browsers never add its bearer tokens to a request unasked.
const REST: &str = "/api/v1";

/// The origin that counts as ours.
#[derive(Clone, Debug)]
pub enum OwnOrigin {
    /// The configured origin.
    Fixed {
        /// The origin of the pages.
        pages: Arc<str>,
        /// `true` if the signalling of built-in rooms has another one. Browsers then say that it is another site's.
        signals_elsewhere: bool,
    },
    /// The origin that the request is addressed to. For a demo, which has several names and whose guard
    /// refuses all others.
    AsAddressed,
}

/// Refuses writes from another site's page, and web sockets that do not come from our own pages.
pub(super) fn reject_cross_origin(request: &Request, ours: &OwnOrigin) -> Result<(), StatusCode> {
    let headers = request.headers();
    let origin = origin(headers, ours);
    let allowed = if is_web_socket(headers) {
        let elsewhere = matches!(ours, OwnOrigin::Fixed { signals_elsewhere: true, .. });
        origin == Origin::Ours && (elsewhere || is_own_site(headers))
    } else if request.method().is_safe() || is_rest(request.uri().path()) {
        true
    } else {
        origin != Origin::Foreign && is_own_site(headers)
    };
    if allowed { Ok(()) } else { Err(StatusCode::FORBIDDEN) }
}

#[derive(Clone, Copy, PartialEq)]
enum Origin {
    Missing,
    Ours,
    Foreign,
}

fn origin(headers: &HeaderMap, ours: &OwnOrigin) -> Origin {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return if headers.contains_key(header::ORIGIN) {
            Origin::Foreign
        } else {
            Origin::Missing
        };
    };
    let same = match ours {
        OwnOrigin::Fixed { pages, .. } => origin.as_bytes() == pages.as_bytes(),
        OwnOrigin::AsAddressed => headers.get(header::HOST).is_some_and(|host| {
            let origin = origin.as_bytes().strip_prefix(b"http://");
            origin.is_some_and(|origin| origin.eq_ignore_ascii_case(host.as_bytes()))
        }),
    };
    if same { Origin::Ours } else { Origin::Foreign }
}

/// `true` if `Sec-Fetch-Site` is absent, or names our own page or the person as the source.
fn is_own_site(headers: &HeaderMap) -> bool {
    let mut sites = headers.get_all(SEC_FETCH_SITE).iter();
    match (sites.next(), sites.next()) {
        (None, _) => true,
        (Some(site), None) => matches!(site.as_bytes(), b"same-origin" | b"none"),
        (Some(_), Some(_)) => false,
    }
}

/// `true` if the request opens a web socket. HTTP/1 asks for one with `Upgrade`.
fn is_web_socket(headers: &HeaderMap) -> bool {
    headers.get_all(header::UPGRADE).iter().any(|upgrade| {
        upgrade
            .as_bytes()
            .split(|byte| *byte == b',')
            .any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"websocket"))
    })
}

fn is_rest(path: &str) -> bool {
    path.strip_prefix(REST).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    #[test]
    fn signalling_elsewhere_is_asked_from_another_site_but_from_our_origin() {
        const OURS: &str = "https://mote.kommun.example";
        for (method, origin, upgrade, elsewhere, allowed) in [
            ("GET", OURS, true, true, true),
            ("GET", OURS, true, false, false),
            ("GET", "https://evil.example", true, true, false),
            ("GET", "null", true, true, false),
            ("POST", OURS, false, true, false),
        ] {
            let mut request = Request::builder()
                .method(method)
                .uri("/room/mote1/signal")
                .header(header::ORIGIN, origin)
                .header(SEC_FETCH_SITE, "cross-site");
            if upgrade {
                request = request.header(header::UPGRADE, "websocket");
            }
            let request = request.body(Body::empty()).expect("a request");
            let ours = OwnOrigin::Fixed { pages: OURS.into(), signals_elsewhere: elsewhere };
            let passed = reject_cross_origin(&request, &ours).is_ok();
            assert_eq!(passed, allowed, "{method} {origin} {upgrade} {elsewhere}");
        }
    }
}
