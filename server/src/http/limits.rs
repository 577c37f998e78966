//! Limits on a request's size and duration, and a response for every request.

use super::{
    api,
    bodies::{Bodies, Held, Unread},
};
use axum::{
    body::{Body, HttpBody},
    extract::Request,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::time::timeout;

/// The maximum size of a body. In bytes. More than twice the longest form that is taken.
pub const LARGEST_BODY: usize = 64 * 1024;

/// The maximum size of a document for the simulated BankID service to sign. In bytes.
const LARGEST_DOCUMENT: usize = 512 * 1024;

/// The time limit of a response.
const LONGEST: Duration = Duration::from_secs(30);

/// Reads the body before its route does. A body that is too large or breaks off then gets the same answer
/// everywhere. The body's memory is reserved until [`Held`] is dropped.
///
/// # Errors
/// Fails with the answer to a body that can't be read.
pub(super) async fn read_body(
    request: Request,
    bodies: &Bodies,
) -> Result<(Request, Option<Held>), Response> {
    if request.body().is_end_stream() {
        return Ok((request, None));
    }
    let (parts, body) = request.into_parts();
    let largest = largest(parts.uri.path());
    if body.size_hint().lower() > largest as u64 {
        return Err(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    }
    match bodies.read(body, largest).await {
        Ok((body, held)) => Ok((Request::from_parts(parts, Body::from(body)), Some(held))),
        Err(Unread::TooLarge) => Err(StatusCode::PAYLOAD_TOO_LARGE.into_response()),
        Err(Unread::BrokenOff) => Err(StatusCode::BAD_REQUEST.into_response()),
        Err(Unread::TooMany) => {
            let later = [(header::RETRY_AFTER, api::RETRY_AFTER.to_string())];
            Err((StatusCode::SERVICE_UNAVAILABLE, later).into_response())
        }
    }
}

/// Refuses the API's addresses with a NUL. None of our ids contains one, and PostgreSQL can't compare a text
/// with it.
pub(super) fn refuse_nul(path: &str) -> Result<(), StatusCode> {
    if api::is_at(path) && path.contains("%00") { Err(StatusCode::NOT_FOUND) } else { Ok(()) }
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

/// Answers for a route that panics, or that takes too long, also because a body does not end.
pub(super) async fn within_limits(answer: impl Future<Output = Response>) -> Response {
    match timeout(LONGEST, AssertUnwindSafe(answer).catch_unwind()).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}
