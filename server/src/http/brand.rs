//! The organisation's colour and logo for its pages.

use crate::{config::Organisation, state::LOGO};
use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};

/// The path of the style sheet with the colour.
const STYLE: &str = "/brand.css";

/// The `Cache-Control` of both: they change only with the configuration.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// An image may style itself, as many SVGs do, and do nothing else.
const PICTURE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// Returns the routes of the style sheet and the logo.
pub fn routes(organisation: &Organisation) -> Router {
    let css = organisation.accent.style_sheet();
    let style = get(async move || {
        let media = HeaderValue::from_static("text/css; charset=utf-8");
        ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, KEPT)], css).into_response()
    });
    let routes = Router::new().route(STYLE, style);
    let Some(logo) = &organisation.logo else { return routes };
    let (media, bytes) = (HeaderValue::from_static(logo.media_type), logo.bytes.clone());
    let logo = get(async move || {
        let headers = [
            (header::CONTENT_TYPE, media),
            (header::CACHE_CONTROL, KEPT),
            (header::CONTENT_SECURITY_POLICY, PICTURE_POLICY),
        ];
        (headers, bytes).into_response()
    });
    routes.route(LOGO, logo)
}
