//! The log: lines for people in a terminal, JSON lines elsewhere.
//!
//! What is logged of a request is its method, the template of its route, its status and its time.
//! Never its address, query, headers or body: they hold tokens, codes and personal data.

use crate::clock::Stopwatch;
use axum::{
    extract::{MatchedPath, Request},
    http::StatusCode,
    middleware::Next,
    response::Response,
};
use std::{
    io::{self, IsTerminal},
    panic,
    sync::atomic::{AtomicU64, Ordering},
};
use tracing::{Instrument, Subscriber, field, info, info_span, warn};
use tracing_subscriber::{
    Layer, Registry,
    filter::{LevelFilter, Targets},
    fmt::{self, MakeWriter},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Begins the log on standard error. Its level can't be set: libraries say more than may be kept
/// when they are asked to say more.
pub fn start() {
    let terminal = io::stderr().is_terminal();
    // A log that is there already stays: tests begin theirs.
    subscriber(terminal, io::stderr).try_init().ok();
    // Where it happened tells an operator enough; its text could hold anything.
    panic::set_hook(Box::new(|panicked| {
        let place = panicked.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
}

/// The log on any writer.
pub fn subscriber<W>(terminal: bool, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let ours = Targets::new()
        .with_target("server", LevelFilter::INFO)
        .with_target("app", LevelFilter::INFO)
        .with_target("anslut", LevelFilter::INFO)
        .with_default(LevelFilter::OFF);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = if terminal {
        Box::new(fmt::layer().with_target(false).with_writer(writer))
    } else {
        Box::new(
            fmt::layer()
                .json()
                .flatten_event(true)
                .with_current_span(true)
                .with_span_list(false)
                .with_writer(writer),
        )
    };
    tracing_subscriber::registry().with(lines.with_filter(ours))
}

/// Numbers requests, so that lines of one can be told from those of another.
static REQUESTS: AtomicU64 = AtomicU64::new(1);

/// A layer that logs each request once it is answered. Must lie inside the routes, where the
/// matched route is known.
pub async fn request(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let span = info_span!(
        "request",
        id = REQUESTS.fetch_add(1, Ordering::Relaxed),
        method = known_method(request.method().as_str()),
        route,
        status = field::Empty,
        ms = field::Empty,
    );
    let began = Stopwatch::start();
    async move {
        let response = next.run(request).await;
        let span = tracing::Span::current();
        span.record("status", response.status().as_u16());
        span.record("ms", u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        if response.status() >= StatusCode::INTERNAL_SERVER_ERROR {
            warn!("answered");
        } else {
            info!("answered");
        }
        response
    }
    .instrument(span)
    .await
}

/// The method's name; anything that a client made up is left out.
fn known_method(method: &str) -> &str {
    match method {
        "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" => method,
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use std::sync::{Arc, Mutex};
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
            .layer(middleware::from_fn(request));
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
