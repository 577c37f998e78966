//! Limits on a request's size and duration, and a response for every request.

use super::{
    api,
    bodies::{Bodies, Unread},
};
use axum::{
    body::{Body, HttpBody},
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use std::{any::Any, time::Duration};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

/// The handler that answers for a panicked route.
type Excuse = fn(Box<dyn Any + Send>) -> Response;

/// The maximum size of a body. In bytes. Many times the longest form.
pub const LARGEST_BODY: usize = 64 * 1024;

/// The maximum size of a document for the simulated BankID service to sign. In bytes.
const LARGEST_DOCUMENT: usize = 512 * 1024;

/// The time limit of a response.
const LONGEST: Duration = Duration::from_secs(30);

/// Middleware that reads the body before its route does. A body that is too large or breaks off then gets the
/// same answer everywhere.
pub async fn body(State(bodies): State<Bodies>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let largest = largest(parts.uri.path());
    if body.size_hint().lower() > largest as u64 {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    }
    match bodies.read(body, largest).await {
        Ok((body, _held)) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(Unread::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        Err(Unread::BrokenOff) => StatusCode::BAD_REQUEST.into_response(),
        Err(Unread::TooMany) => {
            let later = [(header::RETRY_AFTER, api::RETRY_AFTER.to_string())];
            (StatusCode::SERVICE_UNAVAILABLE, later).into_response()
        }
    }
}

/// Middleware that answers 404 to the API's addresses with a NUL. None of our ids contains one, and
/// PostgreSQL can't compare a text with it.
pub async fn path(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if api::is_at(path) && path.contains("%00") {
        return StatusCode::NOT_FOUND.into_response();
    }
    next.run(request).await
}

fn largest(path: &str) -> usize {
    let is_at = |root: &str| {
        path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let demo = cfg!(feature = "demo");
    match () {
        () if demo && path.starts_with("/dev/bankid/rp/") => LARGEST_DOCUMENT,
        () if is_at(api::ROOT) || (demo && is_at("/dev/meetings")) => api::LARGEST,
        () => LARGEST_BODY,
    }
}

/// Middleware that ends slow requests, including those whose body does not end.
pub fn time() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST)
}

/// Middleware that answers for a route that panics.
pub fn panics() -> CatchPanicLayer<Excuse> {
    CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
