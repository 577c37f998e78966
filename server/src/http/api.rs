//! The REST API for senders and their systems.

mod members;
mod person;
pub mod problem;
mod reading;
mod strict;

use crate::{
    desk::{
        Desk, Offered,
        booking::{Booked, KeyTaken, Once, status},
    },
    metrics::Refusal,
    rules::phone,
    store::records::{Event, Meeting},
};
use app::gate::Unavailable;
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};
use jiff::tz::TimeZone;
use problem::{ApiProblem, Invalid};
use serde_json::{Value, json};
use strict::Strict;

/// Seconds after which it is worth asking again where the service can't do something just now.
pub const RETRY_AFTER: &str = "5";

/// Where the API is.
pub const ROOT: &str = "/api/v1";

/// Whether a path is one that systems rather than people ask for.
pub fn is_at(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/dev/")
}

/// The API's routes, each of which asks for a token.
pub fn routes(desk: &Desk) -> Router {
    Router::new()
        .nest(ROOT, meetings(ROOT))
        .route(ROOT, any(nothing))
        .route(&format!("{ROOT}/"), any(nothing))
        .route(&format!("{ROOT}/{{*rest}}"), any(nothing))
        .layer(from_fn_with_state(desk.clone(), authorise))
        .with_state(desk.clone())
}

/// The routes about meetings, below `root`.
pub fn meetings(root: &'static str) -> Router<Desk> {
    Router::new()
        .route("/meetings", post(move |desk, headers, body| book(root, desk, headers, body)))
        .route("/meetings/{id}", get(read))
        .route("/meetings/{id}/events", get(events))
        .method_not_allowed_fallback(not_allowed)
}

/// Answers for an address of the API that nothing is at.
async fn nothing() -> ApiProblem {
    ApiProblem::new(StatusCode::NOT_FOUND, "There is nothing at this address.")
}

async fn not_allowed() -> ApiProblem {
    ApiProblem::new(StatusCode::METHOD_NOT_ALLOWED, "This can't be done at this address.")
}

/// Lets pass who brings one token that we have given out.
async fn authorise(
    State(desk): State<Desk>,
    request: Request,
    next: Next,
) -> Result<Response, Response> {
    let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
    let token = match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok().and_then(bearer),
        _ => None,
    };
    let known = match token {
        Some(token) => desk.knows_token(token).await.map_err(|fault| unavailable(fault.log()))?,
        None => false,
    };
    if known {
        return Ok(next.run(request).await);
    }
    desk.metrics.refused(Refusal::Token);
    let problem = ApiProblem::new(StatusCode::UNAUTHORIZED, "A valid bearer token is needed.");
    Err(([(header::WWW_AUTHENTICATE, "Bearer")], problem).into_response())
}

/// The token of a `Bearer` credential (RFC 6750); the scheme's case does not matter.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim()).filter(|token| !token.is_empty())
}

/// Answers that the service can't do it just now.
pub fn unavailable(_: Unavailable) -> Response {
    let detail = "The service can't do this just now. Nothing was changed.";
    ([(header::RETRY_AFTER, RETRY_AFTER)], ApiProblem::new(StatusCode::SERVICE_UNAVAILABLE, detail))
        .into_response()
}

async fn book(
    root: &str,
    State(desk): State<Desk>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    let key = idempotency_key(&headers).map_err(IntoResponse::into_response)?;
    let once = key.map(|key| Once { key, body: &body });
    let booking = parse(&headers, &body, &desk).map_err(IntoResponse::into_response);
    let booking = match (booking, &once) {
        (Ok(booking), _) => booking,
        // A repeated booking is answered as before, also when its meeting has passed meanwhile.
        (Err(refusal), Some(once)) => {
            let known = desk.booked_once(*once).await.map_err(|fault| unavailable(fault.log()))?;
            return known.map(|booked| created(root, &booked)).ok_or(refusal);
        }
        (Err(refusal), None) => return Err(refusal),
    };
    let booked = desk.book(&booking, once).await.map_err(|fault| unavailable(fault.log()))?;
    booked.map(|booked| created(root, &booked)).map_err(|KeyTaken| {
        let detail = "This Idempotency-Key came with another body before.";
        ApiProblem::new(StatusCode::UNPROCESSABLE_ENTITY, detail).into_response()
    })
}

fn created(root: &str, booked: &Booked) -> Response {
    let location = format!("{root}/meetings/{}", booked.meeting.id);
    (StatusCode::CREATED, [(header::LOCATION, location)], Json(meeting(booked))).into_response()
}

/// The one `Idempotency-Key` of a request, of a bearable length.
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

fn parse(
    headers: &HeaderMap,
    body: &[u8],
    desk: &Desk,
) -> Result<crate::desk::booking::Booking, ApiProblem> {
    expect_json(headers)?;
    read_booking(body, desk.clock.now(), desk.settings.offered)
}

/// Refuses a body that does not say that it is JSON: a foreign page can't say so unasked.
pub fn expect_json(headers: &HeaderMap) -> Result<(), ApiProblem> {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|value| value.trim().to_ascii_lowercase());
    if media.as_deref() == Some("application/json") {
        return Ok(());
    }
    let detail = "The body must be application/json.";
    Err(ApiProblem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail))
}

/// Reads a booking from its JSON, or says what is wrong with it.
pub fn read_booking(
    body: &[u8],
    now: crate::clock::Time,
    offered: Offered,
) -> Result<crate::desk::booking::Booking, ApiProblem> {
    let Strict(value) = serde_json::from_slice(body).map_err(|fault| {
        // The reader's own words may repeat what was sent, so only the place is told.
        let detail = format!(
            "The body is no JSON, or names a member twice: line {}, column {}.",
            fault.line(),
            fault.column()
        );
        ApiProblem::new(StatusCode::BAD_REQUEST, detail)
    })?;
    reading::booking(value, now, offered).map_err(ApiProblem::invalid)
}

/// A meeting's id in the address, which may be no text at all.
type Id = Result<Path<String>, PathRejection>;

async fn read(State(desk): State<Desk>, id: Id) -> Result<Response, Response> {
    let Ok(Path(id)) = id else { return Err(no_meeting()) };
    match desk.booked(&id).await.map_err(|fault| unavailable(fault.log()))? {
        Some(booked) => Ok(Json(meeting(&booked)).into_response()),
        None => Err(no_meeting()),
    }
}

async fn events(State(desk): State<Desk>, id: Id) -> Result<Response, Response> {
    let Ok(Path(id)) = id else { return Err(no_meeting()) };
    match desk.events(&id).await.map_err(|fault| unavailable(fault.log()))? {
        Some(events) => Ok(Json(events.iter().map(event).collect::<Vec<Value>>()).into_response()),
        None => Err(no_meeting()),
    }
}

fn no_meeting() -> Response {
    ApiProblem::new(StatusCode::NOT_FOUND, "There is no such meeting.").into_response()
}

/// A meeting as the API shows it: never a link, a token or a code.
pub fn meeting(booked: &Booked) -> Value {
    let Booked { meeting, invitations } = booked;
    let recipients: Vec<Value> = invitations
        .iter()
        .map(|invitation| {
            json!({
                "id": invitation.id,
                "status": status(meeting, invitation),
                "name": invitation.name,
                "email": invitation.email,
                "phone": invitation.phone,
                "assurance": invitation.assurance,
                "method": invitation.method,
                "language": invitation.language,
                "allow_e_id": invitation.allow_e_id,
            })
        })
        .collect();
    json!({
        "id": meeting.id,
        "title": meeting.title,
        "description": meeting.description,
        "starts_at": local(meeting, meeting.starts_at),
        "ends_at": local(meeting, meeting.ends_at),
        "time_zone": meeting.time_zone,
        "organiser": {
            "name": meeting.organiser_name,
            "email": meeting.organiser_email,
            "phone": meeting.organiser_phone,
        },
        "room": { "kind": meeting.room_kind, "url": meeting.room_url },
        "recipients": recipients,
    })
}

/// A point in time with the offset of the meeting's zone (RFC 3339).
fn local(meeting: &Meeting, time: crate::clock::Time) -> String {
    let zone = TimeZone::get(&meeting.time_zone).unwrap_or(TimeZone::UTC);
    let at = time.timestamp();
    at.display_with_offset(zone.to_offset(at)).to_string()
}

fn event(event: &Event) -> Value {
    json!({
        "id": event.number,
        "at": event.at.timestamp().to_string(),
        "kind": event.kind,
        "recipient": event.invitation_id,
        "assurance": event.level,
        "method": event.how,
        "who": event.who,
        "identity_matched": event.identity_matched,
    })
}

/// A single error at one place, for those who build on the API's problems.
pub fn wrong(pointer: &str, detail: &str) -> ApiProblem {
    ApiProblem::invalid(vec![Invalid::new(pointer.to_owned(), detail)])
}
