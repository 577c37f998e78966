//! The web bundles in the program (feature `embed`): style, scripts, WebAssembly, icons. There is one bundle for each
//! language, and another one for the built-in room. A page loads the one in its language.
//!
//! Every file was compressed once, when the bundle was built. A request only chooses the form that its client
//! accepts. A file whose name holds a digest of its content never changes, so browsers keep it for good. The
//! others (icons, `robots.txt`) are revalidated and answered with 304.
//!
//! Without `embed` there is nothing to serve and [`head`] is empty. The pages then work as plain HTML, which
//! is all that most tests need.

use std::sync::LazyLock;

use app::{Bundle as Name, accept};
use axum::{
    Router,
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, Response, StatusCode,
        header::{
            ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH,
            VARY,
        },
    },
    routing::get,
};

/// The placeholder in the bundle's page for each response's own nonce (see `Trunk.toml`).
const NONCE: &str = "{{nonce}}";

/// The `Cache-Control` of names with a digest: the content of such an address never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// The `Cache-Control` of all other names.
const FOR_AN_HOUR: &str = "public, max-age=3600";

#[cfg(feature = "embed")]
include!(concat!(env!("OUT_DIR"), "/bundle.rs"));

#[cfg(not(feature = "embed"))]
static BUNDLE: Bundle = Bundle { indexes: &[], assets: &[] };

/// The output of Trunk.
struct Bundle {
    /// Trunk's page for each bundle, by the bundle's name, for the tags in its head.
    indexes: &'static [(&'static str, &'static str)],
    assets: &'static [Asset],
}

/// One file.
struct Asset {
    path: &'static str,
    content_type: &'static str,
    hashed: bool,
    /// The same content in each coding, best first. The last one is always [`Coding::Identity`].
    forms: &'static [Form],
}

/// A file's content in one coding.
struct Form {
    coding: Coding,
    etag: &'static str,
    bytes: &'static [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(any(feature = "embed", test)), expect(dead_code, reason = "no file, no coding"))]
enum Coding {
    Brotli,
    Gzip,
    Identity,
}

impl Coding {
    const fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

/// Returns the routes of the bundle's files.
pub fn routes<S>() -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    routes_of(BUNDLE.assets)
}

/// Returns the head's tags: the style sheet and, for a page with scripts, what loads its bundle. `nonce` must hold nothing that HTML takes for markup.
pub fn head(nonce: &str, bundle: Option<Name>) -> String {
    /// The text between the nonces, for each bundle.
    static PIECES: LazyLock<Vec<(&str, Vec<String>)>> = LazyLock::new(|| {
        BUNDLE.indexes.iter().map(|(name, index)| (*name, pieces(index))).collect()
    });
    let name = bundle.map(Name::name);
    let pieces = PIECES.iter().find(|it| name.as_deref() == Some(it.0));
    let tags = pieces.map_or_else(style, |(_, pieces)| pieces.join(nonce));
    match bundle {
        Some(Name::RoomAtLiveKit(_)) => [livekit(), tags].concat(),
        _ => tags,
    }
}

/// Returns the tag of the script that speaks to LiveKit. It runs before the room's.
fn livekit() -> String {
    let script = BUNDLE.assets.iter().find(|asset| asset.path.starts_with("/livekit-"));
    let tag = |asset: &Asset| format!(r#"<script type="module" src="{}"></script>"#, asset.path);
    script.map(tag).unwrap_or_default()
}

/// Returns the tag of the style sheet alone.
fn style() -> String {
    BUNDLE.indexes.first().map(|(_, index)| style_of(index)).unwrap_or_default()
}

fn routes_of<S>(assets: &'static [Asset]) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    assets.iter().fold(Router::new(), |router, asset| {
        router.route(
            asset.path,
            get(move |headers: HeaderMap| async move { answer(asset, &headers) }),
        )
    })
}

fn answer(asset: &'static Asset, request: &HeaderMap) -> Response<Body> {
    let Some(form) = choose(asset.forms, request) else {
        return with_status(StatusCode::NOT_FOUND, Body::empty());
    };
    let fresh = knows(request, form.etag);
    let mut response = if fresh {
        with_status(StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        with_status(StatusCode::OK, Body::from(form.bytes))
    };
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CACHE_CONTROL, if asset.hashed { FOR_GOOD } else { FOR_AN_HOUR });
    set(ETAG, form.etag);
    set(VARY, "accept-encoding");
    if !fresh {
        set(CONTENT_TYPE, asset.content_type);
        if form.coding != Coding::Identity {
            set(CONTENT_ENCODING, form.coding.name());
        }
    }
    response
}

fn with_status(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}

/// Returns the client's preferred form, and of two equal ones the smaller. A client that accepts none gets
/// the plain one: a page is better than a refusal.
fn choose<'a>(forms: &'a [Form], request: &HeaderMap) -> Option<&'a Form> {
    let wishes = accept::wishes(request, &ACCEPT_ENCODING);
    let weight = |coding: Coding| {
        let said =
            |name: &str| wishes.iter().find(|wish| wish.0 == name).map(|wish| wish.1.unwrap_or(0));
        said(coding.name()).or_else(|| said("*").filter(|_| coding != Coding::Identity))
    };
    let mut best: Option<(&Form, u16)> = None;
    for form in forms {
        // Plain content needs no permission, but comes last if the header does not name it.
        let weight = weight(form.coding).unwrap_or(0);
        if weight > best.map_or(0, |(_, best)| best) {
            best = Some((form, weight));
        }
    }
    best.map(|(form, _)| form).or_else(|| forms.last())
}

/// `true` if the client says that it has this very form.
fn knows(request: &HeaderMap, etag: &str) -> bool {
    request
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}

/// Returns the tags of [`head`], split at the nonces.
fn pieces(index: &str) -> Vec<String> {
    // Minified, the attribute has lost its quotes. A nonce may hold characters that only quotes allow.
    tags(index)
        .replace("nonce={{nonce}}", "nonce=\"{{nonce}}\"")
        .split(NONCE)
        .map(str::to_owned)
        .collect()
}

/// Returns the style sheets in the head of Trunk's page.
fn style_of(index: &str) -> String {
    let [styles, ..] = tags_by_kind(index);
    styles
}

/// Returns the links and scripts in the head of Trunk's page. Style sheets come first, because they delay the
/// first paint. Scripts come last, when the files that they load are already on their way.
fn tags(index: &str) -> String {
    tags_by_kind(index).concat()
}

/// Returns the style sheets, the other links, and the scripts.
fn tags_by_kind(index: &str) -> [String; 3] {
    let head = index.split("</head>").next().unwrap_or_default();
    let (mut styles, mut links, mut scripts) = (String::new(), String::new(), String::new());
    let mut rest = head;
    while let Some(start) = rest.find('<') {
        rest = rest.get(start..).unwrap_or_default();
        let (end, kind) = if rest.starts_with("<link") {
            (">", &mut links)
        } else if rest.starts_with("<script") {
            ("</script>", &mut scripts)
        } else {
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        let Some(length) = rest.find(end).map(|at| at + end.len()) else { break };
        let (tag, after) = rest.split_at(length);
        if tag.contains("stylesheet") { &mut styles } else { kind }.push_str(tag);
        rest = after;
    }
    [styles, links, scripts]
}

#[cfg(test)]
mod tests;
