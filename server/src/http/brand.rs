//! The organisation's colour and logos for its pages.

use crate::{
    config::{Logo, Organisation},
    state::{LOGO, LOGO_DARK},
};
use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::{MethodRouter, get},
};

/// The path of the style sheet with the colour.
const STYLE: &str = "/brand.css";

/// The `Cache-Control` of all: they change only with the configuration.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// An image may style itself, as many SVGs do, and do nothing else.
const PICTURE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// Returns the routes of the style sheet and the logos.
pub fn routes(organisation: &Organisation) -> Router {
    let css = organisation.accent.style_sheet();
    let style = get(async move || {
        let media = HeaderValue::from_static("text/css; charset=utf-8");
        ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, KEPT)], css).into_response()
    });
    [(LOGO, &organisation.logo), (LOGO_DARK, &organisation.logo_dark)]
        .into_iter()
        .filter_map(|(path, logo)| Some((path, logo.as_ref()?)))
        .fold(Router::new().route(STYLE, style), |routes, (path, logo)| {
            routes.route(path, picture(logo))
        })
}

fn picture(logo: &Logo) -> MethodRouter {
    let (media, bytes) = (HeaderValue::from_static(logo.media_type), logo.bytes.clone());
    get(async move || {
        let headers = [
            (header::CONTENT_TYPE, media),
            (header::CACHE_CONTROL, KEPT),
            (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
        ];
        (headers, bytes).into_response()
    })
}
