use super::{headers::Nonce, *};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::{ConnectInfo, Request},
    http::{StatusCode, header},
    response::Response,
    routing::{get, post},
};
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;
use proptest::prelude::*;
use std::{
    collections::HashSet,
    convert::Infallible,
    ffi::OsString,
    future::pending,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
};
use tower::ServiceExt;

const ORIGIN: &str = "https://mote.kommun.example";
const DEMO_HOST: &str = "127.0.0.1:3000";

fn config(mode: Mode) -> Config {
    let environment = [
        ("ANSLUT_ORGANISATION__NAME", "Exempelkommunen"),
        ("ANSLUT_MAIL__URL", "smtp://localhost"),
        ("ANSLUT_MAIL__FROM", "mote@kommun.example"),
        ("ANSLUT_HTTP__TRUSTED_PROXIES", "10.0.0.0/8"),
        ("ANSLUT_SECRETS__KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        (
            "ANSLUT_HTTP__PUBLIC_URL",
            match mode {
                Mode::Product => ORIGIN,
                Mode::Demo => "http://127.0.0.1:3000",
            },
        ),
    ];
    let environment = environment.map(|(name, value)| (OsString::from(name), value.into()));
    Config::load(None, environment, mode, || None).expect("a configuration")
}

static LAST_NONCE: AtomicU8 = AtomicU8::new(0);

fn service(mode: Mode) -> Router {
    let routes = Router::new()
        .route(
            "/m/{token}",
            get(async |Extension(nonce): Extension<Nonce>| nonce.as_str().to_owned()),
        )
        .route("/kept", get(async || [(header::CACHE_CONTROL, "max-age=1")]))
        .route("/slow", get(pending::<()>))
        .route("/wrong", get(async || -> () { panic!("hemligt") }))
        .route("/ip", get(async |Extension(ip): Extension<client_ip::ClientIp>| ip.0.to_string()))
        .route("/do/code", post(async |body: Bytes| body.len().to_string()))
        .route("/do/code", axum::routing::delete(async || ()))
        .route("/api/v1/meetings", post(async || ()))
        .route("/api/v10", post(async || ()));
    with_middleware(
        routes,
        &config(mode),
        request_log::Requests::new(&[], Arc::default()),
        || Some([LAST_NONCE.fetch_add(1, Ordering::Relaxed); 16]),
        None,
    )
}

async fn send(mode: Mode, request: Request) -> Response {
    service(mode).oneshot(request).await.expect("an answer")
}

fn ask(method: &str, path: &str, headers: &[(&str, &str)]) -> Request {
    let request = Request::builder().method(method).uri(path);
    headers
        .iter()
        .fold(request, |request, (name, value)| request.header(*name, *value))
        .body(Body::empty())
        .expect("a request")
}

async fn status(mode: Mode, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
    send(mode, ask(method, path, headers)).await.status().as_u16()
}

async fn text(response: Response) -> String {
    let body = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8(body.to_vec()).expect("text")
}

#[tokio::test]
async fn a_write_from_our_own_page_or_from_no_browser_passes() {
    for headers in [
        &[][..],
        &[("origin", ORIGIN)],
        &[("origin", ORIGIN), ("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
    ] {
        assert_eq!(status(Mode::Product, "POST", "/do/code", headers).await, 200, "{headers:?}");
    }
}

#[tokio::test]
async fn a_write_from_another_page_is_refused() {
    for headers in [
        &[("origin", "https://evil.example")][..],
        &[("origin", "null")],
        &[("origin", "")],
        &[("origin", "http://mote.kommun.example")],
        &[("origin", "https://mote.kommun.example:8443")],
        &[("origin", "https://mote.kommun.example/")],
        &[("origin", "https://mote.kommun.example.evil.example")],
        &[("origin", "https://sub.mote.kommun.example")],
        &[("origin", ORIGIN), ("origin", ORIGIN)],
        &[("origin", ORIGIN), ("origin", "https://evil.example")],
        &[("origin", "https://mote.kommun.example, https://evil.example")],
        &[("origin", ORIGIN), ("sec-fetch-site", "same-site")],
        &[("origin", ORIGIN), ("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "")],
        &[("sec-fetch-site", "Same-Origin")],
        &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.example"), ("host", "evil.example")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
    ] {
        for method in ["POST", "DELETE"] {
            let got = status(Mode::Product, method, "/do/code", headers).await;
            assert_eq!(got, 403, "{method} {headers:?}");
        }
    }
}

#[tokio::test]
async fn reading_is_free_and_so_is_the_rest_interface() {
    let foreign = [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")];
    for method in ["GET", "HEAD"] {
        assert_eq!(status(Mode::Product, method, "/m/x", &foreign).await, 200);
    }
    assert_eq!(status(Mode::Product, "POST", "/api/v1/meetings", &foreign).await, 200);
    assert_eq!(status(Mode::Product, "POST", "/api/v10", &foreign).await, 403);
}

#[tokio::test]
async fn a_web_socket_needs_our_origin() {
    let upgrade = |more: &[(&'static str, &'static str)]| {
        let mut headers = vec![("connection", "upgrade")];
        headers.extend(more);
        headers
    };
    for (headers, expected) in [
        (upgrade(&[("upgrade", "websocket"), ("origin", ORIGIN)]), 200),
        (upgrade(&[("upgrade", "websocket")]), 403),
        (upgrade(&[("upgrade", "WebSocket"), ("origin", "null")]), 403),
        (upgrade(&[("upgrade", "h2c, websocket"), ("origin", "https://evil.example")]), 403),
        (
            upgrade(&[
                ("upgrade", "websocket"),
                ("origin", ORIGIN),
                ("sec-fetch-site", "cross-site"),
            ]),
            403,
        ),
        (upgrade(&[("upgrade", "h2c")]), 200),
    ] {
        assert_eq!(status(Mode::Product, "GET", "/m/x", &headers).await, expected, "{headers:?}");
    }
}

#[tokio::test]
async fn in_a_demo_our_origin_is_the_one_that_was_asked() {
    for (host, origin, expected) in [
        (DEMO_HOST, "http://127.0.0.1:3000", 200),
        ("localhost:3000", "http://localhost:3000", 200),
        ("[::1]:3000", "http://[::1]:3000", 200),
        (DEMO_HOST, "http://localhost:3000", 403),
        (DEMO_HOST, "https://127.0.0.1:3000", 403),
        (DEMO_HOST, "http://127.0.0.1:4000", 403),
        (DEMO_HOST, "null", 403),
    ] {
        let headers = [("host", host), ("origin", origin)];
        assert_eq!(status(Mode::Demo, "POST", "/do/code", &headers).await, expected, "{headers:?}");
    }
}

#[tokio::test]
async fn a_demo_answers_to_its_own_names_only() {
    for (headers, expected) in [
        (&[("host", DEMO_HOST)][..], 200),
        (&[("host", "LocalHost:3000")], 200),
        (&[("host", "[::1]:3000")], 200),
        (&[], 421),
        (&[("host", "")], 421),
        (&[("host", "127.0.0.1")], 421),
        (&[("host", "127.0.0.1:3001")], 421),
        (&[("host", "localhost.:3000")], 421),
        (&[("host", "127.0.0.2:3000")], 421),
        (&[("host", "evil.example:3000")], 421),
        (&[("host", "user@127.0.0.1:3000")], 421),
        (&[("host", DEMO_HOST), ("host", DEMO_HOST)], 421),
        (&[("host", DEMO_HOST), ("host", "evil.example")], 421),
        (&[("host", DEMO_HOST), ("forwarded", "for=192.0.2.1")], 403),
        (&[("host", DEMO_HOST), ("via", "1.1 proxy")], 403),
        (&[("host", DEMO_HOST), ("x-forwarded-for", "")], 403),
        (&[("host", DEMO_HOST), ("X-Forwarded-Anything", "x")], 403),
        (&[("host", "evil.example"), ("via", "1.1 proxy")], 421),
    ] {
        for path in ["/m/x", "/kept"] {
            assert_eq!(status(Mode::Demo, "GET", path, headers).await, expected, "{headers:?}");
        }
    }
    let headers = [("host", DEMO_HOST)];
    assert_eq!(status(Mode::Demo, "GET", "http://evil.example/m/x", &headers).await, 421);
    assert_eq!(status(Mode::Demo, "GET", "http://127.0.0.1:3000/m/x", &headers).await, 200);
}

#[tokio::test]
async fn the_product_is_not_held_to_loopback() {
    let headers = [("host", "mote.kommun.example"), ("x-forwarded-for", "192.0.2.1")];
    assert_eq!(status(Mode::Product, "GET", "/m/x", &headers).await, 200);
}

#[tokio::test]
async fn every_answer_carries_the_headers() {
    let foreign = [("origin", "null")];
    for (request, expected) in [
        (ask("GET", "/m/x", &[]), 200),
        (ask("GET", "/nowhere", &[]), 404),
        (ask("PUT", "/m/x", &[]), 405),
        (ask("POST", "/do/code", &foreign), 403),
    ] {
        let response = send(Mode::Product, request).await;
        assert_eq!(response.status().as_u16(), expected);
        for (name, value) in [
            ("strict-transport-security", "max-age=63072000"),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(response.headers()[name], value, "{name} of {expected}");
        }
        let permissions = response.headers()["permissions-policy"].to_str().expect("text");
        assert!(permissions.contains("camera=()") && !permissions.contains("  "));
        assert!(response.headers().contains_key("content-security-policy"));
    }
}

#[tokio::test]
async fn a_page_is_allowed_its_own_scripts_by_a_nonce_used_once() {
    let mut seen = HashSet::new();
    for _ in 0..3 {
        let response = send(Mode::Product, ask("GET", "/m/x", &[])).await;
        let policy = response.headers()["content-security-policy"].to_str().expect("text");
        let policy = policy.to_owned();
        let nonce = text(response).await;
        assert_eq!(
            policy,
            format!(
                "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
                 style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; \
                 form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
            )
        );
        assert_eq!(nonce.len(), 22);
        assert!(seen.insert(nonce));
    }
}

#[tokio::test]
async fn without_a_nonce_no_page_is_shown() {
    let service = with_middleware(
        Router::new(),
        &config(Mode::Product),
        request_log::Requests::new(&[], Arc::default()),
        || None,
        None,
    );
    let response = service.oneshot(ask("GET", "/", &[])).await.expect("an answer");
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_route_keeps_the_headers_that_it_sets() {
    let response = send(Mode::Product, ask("GET", "/kept", &[])).await;
    let values: Vec<_> = response.headers().get_all("cache-control").iter().collect();
    assert_eq!(values, ["max-age=1"]);
}

#[tokio::test]
async fn https_is_not_promised_on_loopback() {
    let response = send(Mode::Demo, ask("GET", "/m/x", &[("host", DEMO_HOST)])).await;
    assert!(!response.headers().contains_key("strict-transport-security"));
}

fn pieces(pieces: usize, size: usize) -> Body {
    let frames =
        (0..pieces).map(move |_| Ok::<_, Infallible>(Frame::data(Bytes::from(vec![b'x'; size]))));
    Body::new(StreamBody::new(stream::iter(frames)))
}

#[tokio::test]
async fn a_body_is_bounded_whether_it_says_its_size_or_not() {
    let post = |body: Body| {
        let request = Request::builder().method("POST").uri("/do/code");
        send(Mode::Product, request.body(body).expect("a request"))
    };
    let whole = post(Body::from(vec![b'x'; limits::LARGEST_BODY])).await;
    assert_eq!(text(whole).await, "65536");
    assert_eq!(text(post(pieces(64, 1024)).await).await, "65536");
    for body in [Body::from(vec![b'x'; limits::LARGEST_BODY + 1]), pieces(65, 1024)] {
        assert_eq!(post(body).await.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request() {
    let frames = [Ok(Frame::data(Bytes::from_static(b"x"))), Err(std::io::Error::other("gone"))];
    let body = Body::new(StreamBody::new(stream::iter(frames)));
    let request = Request::builder().method("POST").uri("/do/code").body(body).expect("a request");
    assert_eq!(send(Mode::Product, request).await.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test(start_paused = true)]
async fn what_takes_too_long_is_given_up() {
    let response = send(Mode::Product, ask("GET", "/slow", &[])).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["cache-control"], "no-store");
}

#[tokio::test]
async fn a_mistake_of_ours_still_gets_an_answer() {
    let response = send(Mode::Product, ask("GET", "/wrong", &[])).await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(text(response).await, "");
}

#[tokio::test]
async fn the_client_is_seen_through_our_proxy() {
    let mut request = ask("GET", "/ip", &[("x-forwarded-for", "203.0.113.9")]);
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 4711))));
    assert_eq!(text(send(Mode::Product, request).await).await, "203.0.113.9");
}

#[tokio::test(start_paused = true)]
async fn readiness_is_the_databases_and_health_is_the_processs() {
    async fn at(router: Router, path: &str) -> u16 {
        router.oneshot(ask("GET", path, &[])).await.expect("an answer").status().as_u16()
    }
    assert_eq!(at(health::routes(async || Ok(())), "/readyz").await, 200);
    assert_eq!(at(health::routes(async || Err("database")), "/readyz").await, 503);
    assert_eq!(at(health::routes(pending::<Result<(), &str>>), "/readyz").await, 503);
    assert_eq!(at(health::routes(async || Err("database")), "/healthz").await, 200);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_write_passes_with_an_origin_that_is_not_ours(origin in "(https?://)?[a-z.:/0-9]{0,40}") {
        prop_assume!(origin != ORIGIN);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let headers = [("origin", origin.as_str())];
        let got = runtime.block_on(status(Mode::Product, "POST", "/do/code", &headers));
        prop_assert_eq!(got, 403);
    }
}

mod crowded;
mod refused;
mod socket;
