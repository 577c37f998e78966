use axum::http::Request;
use tower::ServiceExt as _;

use super::*;
#[cfg(feature = "embed")]
use app::wire::Language;

static FIXTURE: [Asset; 2] = [
    Asset {
        path: "/app-0123456789abcdef.js",
        content_type: "text/javascript; charset=utf-8",
        hashed: true,
        forms: &[
            Form { coding: Coding::Brotli, etag: "\"1-br\"", bytes: b"br" },
            Form { coding: Coding::Gzip, etag: "\"1-gz\"", bytes: b"gzip" },
            Form { coding: Coding::Identity, etag: "\"1\"", bytes: b"identity" },
        ],
    },
    Asset {
        path: "/robots.txt",
        content_type: "text/plain; charset=utf-8",
        hashed: false,
        forms: &[Form { coding: Coding::Identity, etag: "\"2\"", bytes: b"User-agent: *" }],
    },
];

async fn ask(method: &str, path: &str, headers: &[(HeaderName, &str)]) -> (HeaderMap, u16, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Body::empty()).unwrap();
    let response = routes_of::<()>(&FIXTURE).oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    (parts.headers, parts.status.as_u16(), String::from_utf8(body.to_vec()).unwrap())
}

async fn form_for(accepted: &str) -> String {
    let (headers, status, body) = ask("GET", FIXTURE[0].path, &[(ACCEPT_ENCODING, accepted)]).await;
    assert_eq!(status, 200);
    assert_eq!(headers[VARY], "accept-encoding");
    let coding = headers.get(CONTENT_ENCODING).map_or("identity", |value| value.to_str().unwrap());
    assert_eq!(coding, body);
    body
}

#[tokio::test]
async fn the_smallest_form_that_the_reader_takes_is_sent() {
    assert_eq!(form_for("gzip, deflate, br, zstd").await, "br");
    assert_eq!(form_for("gzip").await, "gzip");
    assert_eq!(form_for("GZIP;Q=0.5").await, "gzip");
    assert_eq!(form_for("*").await, "br");
    assert_eq!(form_for("").await, "identity");
    assert_eq!(form_for("deflate, zstd").await, "identity");
}

#[tokio::test]
async fn weights_are_obeyed() {
    assert_eq!(form_for("br;q=0.1, gzip;q=0.2").await, "gzip");
    assert_eq!(form_for("br;q=0, *;q=0.1").await, "gzip");
    assert_eq!(form_for("br ; q=0, gzip ; q=0.000").await, "identity");
    assert_eq!(form_for("identity, br;q=0.9").await, "identity");
    assert_eq!(form_for("br;q=2, gzip;q=0.001").await, "gzip");
    assert_eq!(form_for("br;q=high, gzip;q=0.3").await, "gzip");
}

#[tokio::test]
async fn a_reader_that_takes_nothing_gets_the_plain_form() {
    assert_eq!(form_for("identity;q=0, *;q=0").await, "identity");
}

#[tokio::test]
async fn names_with_a_digest_are_kept_for_good_and_others_for_an_hour() {
    let (headers, ..) = ask("GET", FIXTURE[0].path, &[]).await;
    assert_eq!(headers[CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(headers[CONTENT_TYPE], "text/javascript; charset=utf-8");
    let (headers, _, body) = ask("GET", "/robots.txt", &[(ACCEPT_ENCODING, "br")]).await;
    assert_eq!(headers[CACHE_CONTROL], "public, max-age=3600");
    assert_eq!(headers[CONTENT_TYPE], "text/plain; charset=utf-8");
    assert_eq!(body, "User-agent: *");
}

#[tokio::test]
async fn a_reader_that_has_the_form_already_gets_no_body() {
    for known in ["\"2\"", "W/\"2\"", "\"1\", \"2\"", "*"] {
        let (headers, status, body) = ask("GET", "/robots.txt", &[(IF_NONE_MATCH, known)]).await;
        assert_eq!((status, body.as_str()), (304, ""), "{known}");
        assert_eq!(headers[ETAG], "\"2\"");
        assert_eq!(headers[CACHE_CONTROL], "public, max-age=3600");
    }
    let (_, status, _) = ask("GET", "/robots.txt", &[(IF_NONE_MATCH, "\"3\"")]).await;
    assert_eq!(status, 200);
    let other_form = [(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, "\"1-gz\"")];
    let (_, status, _) = ask("GET", FIXTURE[0].path, &other_form).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn head_says_what_get_would_and_other_methods_are_refused() {
    let (headers, status, body) = ask("HEAD", "/robots.txt", &[]).await;
    assert_eq!((status, body.as_str()), (200, ""));
    assert_eq!(headers["content-length"], "13");
    let (_, status, _) = ask("POST", "/robots.txt", &[]).await;
    assert_eq!(status, 405);
    let (_, status, _) = ask("GET", "/other.txt", &[]).await;
    assert_eq!(status, 404);
}

#[test]
fn the_tags_come_style_first_and_script_last_each_with_the_nonce() {
    let index = r#"<!doctype html><html lang=sv><head><meta charset=utf-8><title>Anslut</title>
        <link href=/a.css integrity=sha384-x rel=stylesheet><script nonce={{nonce}} type=module>if (1 < 2) go()</script>
        <link nonce="{{nonce}}" href=/a.js rel=modulepreload></head><body><script>no()</script></body></html>"#;
    assert_eq!(
        pieces(index).join("n0+/=="),
        "<link href=/a.css integrity=sha384-x rel=stylesheet>\
         <link nonce=\"n0+/==\" href=/a.js rel=modulepreload>\
         <script nonce=\"n0+/==\" type=module>if (1 < 2) go()</script>"
    );
}

#[test]
fn a_page_without_a_bundle_has_no_tags() {
    assert_eq!(pieces("").join("nonce"), "");
}

#[cfg(feature = "embed")]
#[test]
fn every_address_in_the_tags_is_served() {
    let bundles = Language::ALL
        .map(|it| [(Name::Wizard(it), 3), (Name::Room(it), 4), (Name::RoomAtLiveKit(it), 5)]);
    for (bundle, files) in bundles.into_iter().flatten() {
        let tags = head("nonce", Some(bundle));
        assert!(tags.contains("nonce=\"nonce\"") && !tags.contains(NONCE), "{tags}");
        let referred: Vec<_> =
            BUNDLE.assets.iter().filter(|asset| tags.contains(asset.path)).collect();
        assert_eq!(referred.len(), files, "styles, script and WebAssembly: {tags}");
        for asset in referred {
            assert!(asset.hashed, "{}", asset.path);
            assert_eq!(asset.forms.len(), 3, "{} was not compressed", asset.path);
        }
    }
}

#[cfg(feature = "embed")]
#[test]
fn each_language_has_its_own_bundle_and_all_share_the_style() {
    let [swedish, english] =
        Language::ALL.map(|language| head("nonce", Some(Name::Wizard(language))));
    assert_ne!(swedish, english);
    let style = head("nonce", None);
    assert!(style.starts_with("<link") && !style.contains("<script"), "{style}");
    assert_eq!(style.matches('<').count(), 1, "{style}");
    assert!(swedish.starts_with(&style) && english.starts_with(&style), "{style}");
}
