//! The REST API for senders and their systems.

mod booking;
mod bounds;
mod conditions;
mod end;
mod hosts;
mod list;
mod merge_patch;
mod moments;
mod object;
pub mod openapi;
mod person;
pub mod problem;
pub mod requests;
pub mod responses;
mod unique_keys;
mod update;
mod values;

use self::{
    responses::{Event, Meeting},
    unique_keys::Strict,
};
use crate::{
    clock::Time,
    meetings::{
        MeetingError,
        create::{Booked, Booking, IdempotentRequest},
    },
    metrics,
    state::{AppState, Offered},
};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{FromRequestParts, Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, patch, post},
};
use conditions::Conditions;
use problem::{ApiProblem, Invalid};
use serde_json::Value;
use std::convert::Infallible;

pub use bounds::LARGEST;

/// The `Retry-After` of a temporary failure. In seconds.
pub const RETRY_AFTER: u32 = 5;

/// The path of the API.
pub const ROOT: &str = "/api/v1";

/// `true` if the path is for systems rather than people.
pub fn is_at(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/dev/")
}

/// Returns the API's routes. Each one requires a token, except the API's description.
pub fn routes(state: &AppState) -> Router {
    let calls = Router::new()
        .nest(ROOT, calls())
        .route(ROOT, any(nothing))
        .route(&format!("{ROOT}/"), any(nothing))
        .route(&format!("{ROOT}/{{*rest}}"), any(nothing))
        .layer(from_fn_with_state(state.clone(), authorise))
        .with_state(state.clone());
    Router::new()
        .route(openapi::PATH, get(openapi::description))
        .method_not_allowed_fallback(not_allowed)
        .merge(calls)
}

/// Returns the routes that require a token.
fn calls() -> Router<AppState> {
    bookings(ROOT)
        .route("/meetings", get(list::list))
        .route("/meetings/{id}", patch(update::change).delete(update::cancel))
        .route("/meetings/{id}/end", post(end::end))
        .route("/meetings/{id}/recipients/{rid}/invitation", post(update::invite_again))
        .route("/meetings/{id}/hosts/{hid}/invitation", post(update::invite_host_again))
        .method_not_allowed_fallback(not_allowed)
}

/// Returns the routes below `root` about meetings, which need no token in a demo.
pub fn meetings(root: &'static str) -> Router<AppState> {
    bookings(root).method_not_allowed_fallback(not_allowed)
}

fn bookings(root: &'static str) -> Router<AppState> {
    Router::new()
        .route(
            "/meetings",
            post(move |state, by, headers, body| book(root, state, by, headers, body)),
        )
        .route("/meetings/{id}", get(read))
        .route("/meetings/{id}/events", get(events))
}

/// Returns 404 for an unknown address of the API.
async fn nothing() -> ApiProblem {
    ApiProblem::new(StatusCode::NOT_FOUND, "There is nothing at this address.")
}

async fn not_allowed() -> ApiProblem {
    ApiProblem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed for this resource.")
}

/// The id of the caller's token. Empty in a demo, where some calls need none.
#[derive(Clone)]
struct Caller(String);

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| Self(String::new())))
    }
}

/// Admits a request with exactly one valid token.
async fn authorise(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Response> {
    let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
    let token = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(bearer),
        _ => None,
    };
    let known = match token {
        Some(token) => state
            .knows_token(token)
            .await
            .map_err(|fault| ApiProblem::from(fault).into_response())?,
        None => None,
    };
    if let Some(id) = known {
        request.extensions_mut().insert(Caller(id));
        return Ok(next.run(request).await);
    }
    state.metrics.refused(metrics::Refusal::Token);
    let problem = ApiProblem::new(StatusCode::UNAUTHORIZED, "A valid bearer token is needed.");
    Err(([(header::WWW_AUTHENTICATE, "Bearer")], problem).into_response())
}

/// Returns the token of a `Bearer` credential (RFC 6750). The scheme's case does not matter.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// Books a meeting
///
/// Its invitations are then on their way.
#[utoipa::path(
    post,
    path = "/api/v1/meetings",
    operation_id = "bookMeeting",
    tag = "meetings",
    params((
        "Idempotency-Key" = Option<String>, Header,
        description = "A text of your choice, of at most 255 characters. The same key with the same body books \
            once and is answered alike; with another body it is refused. Each token has keys of its own.",
    )),
    request_body = requests::Booking,
    responses(
        (
            status = 201, description = "The meeting is booked.", body = Meeting,
            headers(
                ("Location" = String, description = "Where it can be read."),
                ("ETag" = String, description = "Which version it is."),
            ),
        ),
        (status = 422, description = "The body is invalid, or the key was used with another."),
    ),
)]
async fn book(
    root: &str,
    State(state): State<AppState>,
    Caller(token): Caller,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiProblem> {
    let key = idempotency_key(&headers)?;
    let once = key.map(|key| IdempotentRequest { token, key: key.to_owned(), body: body.clone() });
    let booking = match (parse(&headers, &body, &state), &once) {
        (Ok(booking), _) => booking,
        // A repeated booking gets the first answer, even if its meeting has passed since.
        (Err(refusal), Some(once)) => {
            let known = state.booked_once(once).await?;
            return known.map(|booked| created(root, &booked)).ok_or(refusal);
        }
        (Err(refusal), None) => return Err(refusal),
    };
    Ok(created(root, &state.book(&booking, once).await?))
}

fn created(root: &str, booked: &Booked) -> Response {
    let location = format!("{root}/meetings/{}", booked.meeting.id);
    (StatusCode::CREATED, [(header::LOCATION, location)], conditions::answer(booked))
        .into_response()
}

/// Returns the one `Idempotency-Key` of a request, within its length limit.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, ApiProblem> {
    let mut values = headers.get_all("idempotency-key").iter();
    let (value, more) = (values.next(), values.next());
    let bad = || {
        let detail = "Idempotency-Key must be one visible text of at most 255 characters.";
        ApiProblem::new(StatusCode::BAD_REQUEST, detail)
    };
    match (value, more) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let key = value.to_str().map_err(|_| bad())?;
            if (1..=255).contains(&key.len()) { Ok(Some(key)) } else { Err(bad()) }
        }
        (Some(_), Some(_)) => Err(bad()),
    }
}

fn parse(headers: &HeaderMap, body: &[u8], state: &AppState) -> Result<Booking, ApiProblem> {
    expect_json(headers)?;
    read_booking(body, state.clock.now(), state.settings.offered)
}

/// Refuses a body that is not declared as JSON. Another site's page can't declare it without a preflight.
pub fn expect_json(headers: &HeaderMap) -> Result<(), ApiProblem> {
    expect_media(headers, &["application/json"])
}

/// Refuses a body that is not declared as one of these media types.
fn expect_media(headers: &HeaderMap, kinds: &[&str]) -> Result<(), ApiProblem> {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    if media.is_some_and(|media| kinds.contains(&media.as_str())) {
        return Ok(());
    }
    let detail = format!("The body must be {}.", kinds.join(" or "));
    Err(ApiProblem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

/// Reads a booking from JSON, or returns every error in it.
pub fn read_booking(body: &[u8], now: Time, offered: Offered) -> Result<Booking, ApiProblem> {
    booking::booking(json(body)?, now, offered).map_err(ApiProblem::invalid)
}

/// Parses JSON without duplicate members.
pub fn json(body: &[u8]) -> Result<Value, ApiProblem> {
    let Strict(value) = serde_json::from_slice(unmarked(body)).map_err(|fault| {
        // The parser's own message may quote the body, so only the position is reported.
        let detail = format!(
            "The body is no JSON, or names a member twice: line {}, column {}.",
            fault.line(),
            fault.column()
        );
        ApiProblem::new(StatusCode::BAD_REQUEST, detail)
    })?;
    Ok(value)
}

/// Strips the byte order mark that some libraries put before JSON (RFC 8259, 8.1).
pub fn unmarked(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}

/// A meeting's id in the address, which may be malformed text.
type Id = Result<Path<String>, PathRejection>;

/// Returns the id if it has the form of ours.
fn known(id: Id) -> Result<String, ApiProblem> {
    let id = id.ok().map(|Path(id)| id).filter(|id| is_id(id));
    id.ok_or_else(|| MeetingError::NoMeeting.into())
}

/// `true` if a text has the form of our ids.
fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Reads a meeting
#[utoipa::path(
    get,
    path = "/api/v1/meetings/{id}",
    operation_id = "readMeeting",
    tag = "meetings",
    params(
        ("id" = String, Path, description = "The meeting's id."),
        (
            "If-None-Match" = Option<String>, Header,
            description = "An `ETag` of the meeting: it is answered only if anything is new, statuses included.",
        ),
    ),
    responses(
        (
            status = 200, description = "The meeting as it is.", body = Meeting,
            headers(("ETag" = String, description = "Which version it is.")),
        ),
        (status = 304, description = "Nothing is new since."),
        (status = 404, description = "There is no such meeting."),
    ),
)]
async fn read(
    State(state): State<AppState>,
    id: Id,
    headers: HeaderMap,
) -> Result<Response, ApiProblem> {
    let booked = state.booked(&known(id)?).await?.ok_or(MeetingError::NoMeeting)?;
    Conditions::of(&headers).answer(&booked)
}

/// Lists the events of a meeting
///
/// In order. They include who identified, how and when.
#[utoipa::path(
    get,
    path = "/api/v1/meetings/{id}/events",
    operation_id = "readEvents",
    tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id.")),
    responses(
        (status = 200, description = "What happened, the oldest first.", body = Vec<Event>),
        (status = 404, description = "There is no such meeting."),
    ),
)]
async fn events(State(state): State<AppState>, id: Id) -> Result<Json<Vec<Event>>, ApiProblem> {
    let log = state.events(&known(id)?).await?.ok_or(MeetingError::NoMeeting)?;
    Ok(Json(Event::all(log)))
}

/// Returns a problem with one error at one pointer.
pub fn wrong(pointer: &str, detail: &str) -> ApiProblem {
    ApiProblem::invalid(vec![Invalid::new(pointer.to_owned(), detail)])
}
