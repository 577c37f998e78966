//! The organisation's colour and logo, as its pages load them.

use crate::config::{Accent, Organisation};
use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};

/// Where the colour is.
const STYLE: &str = "/brand.css";

/// Where the logo is.
pub const LOGO: &str = "/brand/logo";

/// How long browsers keep them: they change only with the configuration.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The colour that messages have when the organisation has named none: the pages' own.
const MAIL_ACCENT: [u8; 3] = [0x0b, 0x5d, 0x6e];

/// The routes of what the organisation has configured.
pub fn routes(organisation: &Organisation) -> Router {
    let css = organisation.accent.as_ref().map(css).unwrap_or_default();
    let style = get(async move || {
        let media = HeaderValue::from_static("text/css; charset=utf-8");
        ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, KEPT)], css).into_response()
    });
    let routes = Router::new().route(STYLE, style);
    let Some(logo) = &organisation.logo else { return routes };
    let (media, bytes) = (HeaderValue::from_static(logo.media_type), logo.bytes.clone());
    let logo = get(async move || {
        ([(header::CONTENT_TYPE, media), (header::CACHE_CONTROL, KEPT)], bytes).into_response()
    });
    routes.route(LOGO, logo)
}

fn css(accent: &Accent) -> String {
    let Accent { light, dark } = accent;
    let shade = |colour: &str, on: &str| format!("--accent:{colour};--on-accent:{on}");
    let (light, dark) = (shade(&light.colour, light.on), shade(&dark.colour, dark.on));
    format!(":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}")
}

/// The organisation's colour as messages take it.
pub fn mail_accent(organisation: &Organisation) -> [u8; 3] {
    let colour = organisation.accent.as_ref().and_then(|accent| {
        let digits = accent.light.colour.strip_prefix('#')?;
        u32::from_str_radix(digits, 16).ok()
    });
    colour.map_or(MAIL_ACCENT, |colour| {
        let [_, red, green, blue] = colour.to_be_bytes();
        [red, green, blue]
    })
}
