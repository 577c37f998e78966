//! The log of requests.
//!
//! A request is logged with its method, its route's template, its status and its duration. Its address,
//! query, headers and body are never logged: they hold tokens, codes and personal data.
//!
//! Each request has an id, which is in every line about it and in its response.

use super::client_ip::is_trusted;
use crate::{clock::Stopwatch, keys, metrics::Metrics};
use axum::{
    extract::{ConnectInfo, MatchedPath, Request},
    http::{HeaderName, HeaderValue, StatusCode},
    response::Response,
};
use ipnet::IpNet;
use std::{net::SocketAddr, sync::Arc};
use tracing::{Instrument, info, info_span, warn};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Length of an id that a proxy may set.
const PROXY_IDS: std::ops::RangeInclusive<usize> = 8..=64;

/// Names, counts and logs requests.
#[derive(Clone)]
pub struct Requests(Arc<Inner>);

struct Inner {
    trusted: Vec<IpNet>,
    metrics: Arc<Metrics>,
}

impl Requests {
    /// Creates the layer's state. Ids from these proxies are kept.
    pub fn new(trusted: &[IpNet], metrics: Arc<Metrics>) -> Self {
        Self(Arc::new(Inner { trusted: trusted.to_vec(), metrics }))
    }

    /// Returns the id that a trusted proxy set, or a new random one, which does not count requests. A
    /// client's own id is ignored: it would get into the log.
    fn id(&self, request: &Request) -> String {
        let trusted = &self.0.trusted;
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let by_proxy = peer.is_some_and(|peer| is_trusted(peer.0.ip(), trusted));
        let mut given = request.headers().get_all(X_REQUEST_ID).iter();
        let given = match (given.next(), given.next()) {
            (Some(given), None) if by_proxy => given.to_str().ok(),
            _ => None,
        };
        let plain = |id: &&str| {
            PROXY_IDS.contains(&id.len())
                && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        match given.filter(plain) {
            Some(given) => given.to_owned(),
            // Without randomness nothing is answered anyway.
            None => keys::hex(&keys::random::<16>().unwrap_or_default()),
        }
    }

    /// Logs and counts a request after its response, and adds the request's id to the response. It must run
    /// inside the routes, where the matched route is known.
    pub(super) async fn log<A: Future<Output = Response>>(
        &self,
        request: Request,
        answer: impl FnOnce(Request) -> A,
    ) -> Response {
        let id = self.id(&request);
        let route = request.extensions().get::<MatchedPath>().cloned();
        let route = route.as_ref().map_or("none", MatchedPath::as_str);
        let method = known_method(request.method().as_str());
        let began = Stopwatch::start();
        let within = info_span!("request", id, method, route);
        let mut response = answer(request).instrument(within).await;
        let (status, took) = (response.status().as_u16(), began.elapsed());
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        // A second span: recording into the first would format all its fields again for each value.
        info_span!("request", id, method, route, status, ms).in_scope(|| {
            if response.status() >= StatusCode::INTERNAL_SERVER_ERROR {
                warn!("request");
            } else {
                info!("request");
            }
        });
        self.0.metrics.answered(route, method, status, took);
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(X_REQUEST_ID, id);
        }
        response
    }
}

/// Returns the method's name. `other` for one that a client made up.
fn known_method(method: &str) -> &'static str {
    const KNOWN: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    KNOWN.into_iter().find(|known| *known == method).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::subscriber;
    use axum::{
        Router,
        body::Body,
        extract::State,
        middleware::{Next, from_fn_with_state},
        routing::get,
    };
    use std::{io, sync::Mutex};
    use tower::ServiceExt;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Lines {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().expect("a lock").clone()).expect("text")
        }
    }

    fn logged(terminal: bool, requests: Vec<Request>) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let router = Router::new()
            .route("/m/{token}", get(async || "hemligt svar"))
            .route("/broken", get(async || StatusCode::SERVICE_UNAVAILABLE))
            .layer(from_fn_with_state(
                layer(),
                async |State(requests): State<Requests>, request: Request, next: Next| {
                    requests.log(request, |request| next.run(request)).await
                },
            ));
        tracing::subscriber::with_default(subscriber(terminal, move || writer.clone()), || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(async {
                for request in requests {
                    router.clone().oneshot(request).await.expect("an answer");
                }
            });
            tracing::info!(target: "lettre", "hemligt@example.org");
        });
        lines.text()
    }

    fn layer() -> Requests {
        let proxies = ["10.0.0.0/8".parse().expect("a network")];
        Requests::new(&proxies, Arc::default())
    }

    fn given(peer: Option<&str>, ids: &[&str]) -> String {
        let mut request = ask("GET", "/m/x");
        if let Some(peer) = peer {
            let peer: SocketAddr = peer.parse().expect("an address");
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        for id in ids {
            let id = HeaderValue::from_bytes(id.as_bytes()).expect("a value");
            request.headers_mut().append(X_REQUEST_ID, id);
        }
        layer().id(&request)
    }

    #[test]
    fn the_id_that_a_proxy_of_ours_gives_is_taken_over() {
        let id = "6f1c8d52-0b7e-4f0a-9c55-1d2e3f405162";
        assert_eq!(given(Some("10.1.2.3:4711"), &[id]), id);
        assert_eq!(given(Some("[::ffff:10.1.2.3]:4711"), &[id]), id);
    }

    #[test]
    fn an_id_that_anybody_else_gives_or_that_is_none_is_not_taken_over() {
        let id = "6f1c8d52-0b7e";
        for peer in [None, Some("192.0.2.1:4711"), Some("[::1]:4711")] {
            assert_ne!(given(peer, &[id]), id);
        }
        let long = "a".repeat(65);
        for ids in [
            &["short-1"][..],
            &[&long],
            &["with space"],
            &["line\tline-line"],
            &["\"quoted-id\""],
            &["åäöåäöåäö"],
            &["anna@example.org"],
            &["{\"level\":\"x\"}"],
            &[id, id],
            &[""],
        ] {
            let made = given(Some("10.1.2.3:4711"), ids);
            assert!(!ids.contains(&made.as_str()), "{ids:?}");
            assert!(made.len() == 32 && made.bytes().all(|it| it.is_ascii_hexdigit()), "{made}");
        }
    }

    #[test]
    fn no_two_requests_have_the_same_id_in_whichever_process() {
        let (one, other) = (layer(), layer());
        let request = ask("GET", "/m/x");
        let ids: std::collections::HashSet<_> =
            [&one, &other, &one, &other].map(|it| it.id(&request)).into();
        assert_eq!(ids.len(), 4);
    }

    #[test]
    fn an_id_tells_nothing_of_the_requests_before() {
        let (layer, request) = (layer(), ask("GET", "/m/x"));
        let ids: Vec<_> = (0..64).map(|_| layer.id(&request)).collect();
        for place in 0..32 {
            let digits: std::collections::HashSet<_> =
                ids.iter().map(|id| id.as_bytes()[place]).collect();
            assert!(digits.len() > 1, "the {place}th digit stands still");
        }
        assert!(!ids.is_sorted(), "no count in any part of it");
    }

    fn ask(method: &str, uri: &str) -> Request {
        Request::builder()
            .method(method)
            .uri(uri)
            .header("cookie", "anslut=hemligt")
            .header("host", "hemligt.example")
            .body(Body::from("hemligt"))
            .expect("a request")
    }

    #[test]
    fn a_request_is_logged_by_its_route_and_nothing_that_it_carries() {
        for terminal in [true, false] {
            let text = logged(
                terminal,
                vec![
                    ask("GET", "/m/hemligt?kod=hemligt"),
                    ask("HEMLIGT", "/m/x"),
                    ask("GET", "/broken"),
                ],
            );
            assert_eq!(text.lines().count(), 3, "{text}");
            assert!(text.contains("/m/{token}"), "{text}");
            assert!(!text.to_lowercase().contains("hemligt"), "{text}");
        }
    }

    #[test]
    fn outside_a_terminal_each_line_is_json() {
        let text = logged(false, vec![ask("GET", "/m/x"), ask("GET", "/broken")]);
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines[0]["level"], "INFO");
        assert_eq!(lines[0]["span"]["status"], 200);
        assert_eq!(lines[0]["span"]["method"], "GET");
        assert!(lines[0]["span"]["ms"].is_u64());
        assert_eq!(lines[1]["level"], "WARN");
        assert_ne!(lines[0]["span"]["id"], lines[1]["span"]["id"]);
    }
}
