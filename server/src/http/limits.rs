//! How much a request may carry, how long it may take, and that it always gets an answer.

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

/// What answers a request whose handling panicked.
type Excuse = fn(Box<dyn Any + Send>) -> Response;

/// The largest body: many times the longest form.
pub const LARGEST_BODY: usize = 64 * 1024;

/// The largest body where a whole document may be sent to be signed: the simulated BankID service.
const LARGEST_DOCUMENT: usize = 512 * 1024;

/// How long an answer may take.
const LONGEST: Duration = Duration::from_secs(30);

/// A layer that reads the body before its route does, so that what is too large or breaks off is
/// answered the same everywhere.
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

/// A layer that finds no call at an address with a NUL: no id of ours has one, and a text of PostgreSQL can't
/// even be compared with it.
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

/// A layer that gives up on what takes too long, a body that doesn't come to its end included.
pub fn time() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, LONGEST)
}

/// A layer that answers also where a route panics, by a mistake of ours.
pub fn panics() -> CatchPanicLayer<Excuse> {
    CatchPanicLayer::custom(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
