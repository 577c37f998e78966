//! Meetings are changed and called off, and recipients invited anew.

use super::{
    Id,
    answers::{Meeting, Recipient},
    expect_json, expect_media, idempotency_key, is_id, json, known,
    members::Members,
    patching,
    problem::ApiProblem,
    requests,
};
use crate::desk::{Desk, changes::Refusal};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
};

/// What a change may call itself.
const PATCHES: [&str; 2] = ["application/json", "application/merge-patch+json"];

/// Changes a meeting
///
/// Where anything is refused nothing is changed, and where nothing changes nobody is told.
#[utoipa::path(
    patch,
    path = "/api/v1/meetings/{id}",
    operation_id = "changeMeeting",
    tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id.")),
    request_body(content(
        (requests::Change = "application/merge-patch+json"),
        (requests::Change = "application/json"),
    )),
    responses(
        (status = 200, description = "The meeting as it is now.", body = Meeting),
        (status = 404, description = "There is no such meeting."),
        (status = 409, description = "The meeting was called off, or is over."),
        (status = 422, description = "The body, or what would come of it, can't be accepted."),
        (status = 429, description = "A recipient would get one new invitation too many."),
    ),
)]
pub(super) async fn change(
    State(desk): State<Desk>,
    id: Id,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Meeting>, ApiProblem> {
    let id = known(id)?;
    expect_media(&headers, &PATCHES)?;
    let patch = json(&body)?;
    let offered = desk.settings.offered;
    let read = |booked: &_, now| {
        patching::change(patch, booked, now, offered).map_err(ApiProblem::invalid)
    };
    let booked = desk.change(&id, read).await??;
    Ok(Json(Meeting::from(&booked)))
}

/// Calls a meeting off
///
/// All who were invited are told. It can still be read. To call it off again changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/meetings/{id}",
    operation_id = "cancelMeeting",
    tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id.")),
    responses(
        (status = 204, description = "The meeting is called off."),
        (status = 404, description = "There is no such meeting."),
        (status = 409, description = "The meeting is over."),
    ),
)]
pub(super) async fn cancel(State(desk): State<Desk>, id: Id) -> Result<StatusCode, ApiProblem> {
    desk.cancel(&known(id)?).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a new invitation
///
/// It has another link and nothing counted against it; the old link is dead, and so is what was proven by it. Ten
/// times in 24 hours at most, those from corrections included.
#[utoipa::path(
    post,
    path = "/api/v1/meetings/{id}/recipients/{rid}/invitation",
    operation_id = "inviteAgain",
    tag = "meetings",
    params(
        ("id" = String, Path, description = "The meeting's id."),
        ("rid" = String, Path, description = "The recipient's id."),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "A text of your choice, of at most 255 characters. The same key for the same recipient \
                invites once.",
        ),
    ),
    responses(
        (status = 202, description = "The invitation is on its way.", body = Recipient),
        (status = 400, description = "The Idempotency-Key is none, or the body is no JSON."),
        (status = 404, description = "There is no such meeting or recipient."),
        (status = 409, description = "The meeting was called off or is over, or the recipient was taken off it."),
        (status = 422, description = "The key came with another request, or there is a body."),
        (status = 429, description = "The recipient has got as many as one may in a day."),
    ),
)]
pub(super) async fn invite_again(
    State(desk): State<Desk>,
    ids: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Recipient>), ApiProblem> {
    let key = idempotency_key(&headers)?;
    expect_nothing(&headers, &body)?;
    let ids = ids.ok().map(|Path(ids)| ids).filter(|(id, rid)| is_id(id) && is_id(rid));
    let (id, rid) = ids.ok_or(Refusal::NoRecipient)?;
    let (meeting, invitation) = desk.invite_again(&id, &rid, key).await??;
    Ok((StatusCode::ACCEPTED, Json(Recipient::of(&meeting, &invitation))))
}

/// Refuses a body that says anything.
fn expect_nothing(headers: &HeaderMap, body: &[u8]) -> Result<(), ApiProblem> {
    if body.is_empty() {
        return Ok(());
    }
    expect_json(headers)?;
    let mut wrong = Vec::new();
    Members::of(String::new(), json(body)?, &mut wrong).end();
    if wrong.is_empty() { Ok(()) } else { Err(ApiProblem::invalid(wrong)) }
}
