//! The demo's room: the page on which its walks end, in place of a video service.

use super::start;
use askama::Template;
use axum::{Router, response::Response, routing::get};

/// The page's path.
pub(super) const PATH: &str = "/dev/room";

pub(super) fn routes() -> Router {
    Router::new().route(PATH, get(page))
}

#[derive(Template)]
#[template(path = "demo/room.html")]
struct Page;

async fn page() -> Response {
    start::rendered(&Page)
}
