//! Changes and cancellations of meetings, and new invitations of recipients and hosts.

use super::{
    Caller, Id,
    conditions::{self, Conditions},
    expect_json, expect_media, idempotency_key, is_id, json, known, merge_patch,
    object::Members,
    problem::ApiProblem,
    requests,
    responses::{Host, Meeting, Recipient},
};
use crate::{meetings::MeetingError, model, state::AppState};
use app::wire::Role;
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::Response,
};

/// The media types of a change. The first one is documented.
const PATCHES: [&str; 2] = ["application/merge-patch+json", "application/json"];

/// Changes a meeting
///
/// If anything is refused, nothing changes. If nothing changes, nobody is notified.
#[utoipa::path(
    patch,
    path = "/api/v1/meetings/{id}",
    operation_id = "changeMeeting",
    tag = "meetings",
    params(
        ("id" = String, Path, description = "The meeting's id."),
        (
            "If-Match" = Option<String>, Header,
            description = "An `ETag` of the meeting: it is changed only if no sender has changed it since.",
        ),
    ),
    request_body(content = requests::Change, content_type = "application/merge-patch+json"),
    responses(
        (
            status = 200, description = "The meeting as it is now.", body = Meeting,
            headers(("ETag" = String, description = "Which version it is.")),
        ),
        (status = 404, description = "There is no such meeting."),
        (
            status = 409,
            description = "The meeting was cancelled or is over, or the kind of room can't change since somebody has \
                joined.",
        ),
        (status = 412, description = "A sender has changed the meeting since."),
        (status = 422, description = "The body, or its result, is invalid."),
        (status = 429, description = "A recipient or host would get one new invitation too many."),
    ),
)]
pub(super) async fn change(
    State(state): State<AppState>,
    id: Id,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiProblem> {
    let id = known(id)?;
    expect_media(&headers, &PATCHES)?;
    let patch = json(&body)?;
    let offered = state.settings.offered;
    let read = move |booked: &_, now| {
        merge_patch::change(patch, booked, now, offered).map_err(ApiProblem::invalid)
    };
    let conditions = Conditions::of(&headers);
    let booked = state.change(&id, conditions.expected(), read).await?;
    Ok(conditions::answer(&booked))
}

/// Cancels a meeting
///
/// All recipients are notified. The meeting can still be read. A repeat changes nothing.
#[utoipa::path(
    delete,
    path = "/api/v1/meetings/{id}",
    operation_id = "cancelMeeting",
    tag = "meetings",
    params(
        ("id" = String, Path, description = "The meeting's id."),
        (
            "If-Match" = Option<String>, Header,
            description = "An `ETag` of the meeting: it is cancelled only if no sender has changed it since.",
        ),
    ),
    responses(
        (status = 204, description = "The meeting is cancelled."),
        (status = 404, description = "There is no such meeting."),
        (status = 409, description = "The meeting is over."),
        (status = 412, description = "A sender has changed the meeting since."),
    ),
)]
pub(super) async fn cancel(
    State(state): State<AppState>,
    id: Id,
    headers: HeaderMap,
) -> Result<StatusCode, ApiProblem> {
    let conditions = Conditions::of(&headers);
    state.cancel(&known(id)?, conditions.expected()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a new invitation
///
/// It has another link and new counts. The old link stops working, and what was proven with it is void. At
/// most ten in 24 hours, including those from corrections.
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
                invites once. Each token has keys of its own.",
        ),
        (
            "If-Match" = Option<String>, Header,
            description = "An `ETag` of the meeting: the invitation is sent only if no sender has changed it since.",
        ),
    ),
    responses(
        (status = 202, description = "The invitation is on its way.", body = Recipient),
        (status = 400, description = "The Idempotency-Key is invalid, or the body is not JSON."),
        (status = 404, description = "There is no such meeting or recipient."),
        (status = 409, description = "The meeting was cancelled or is over, or the recipient was removed."),
        (status = 412, description = "A sender has changed the meeting since."),
        (status = 422, description = "The key was used with another request, or there is a body."),
        (status = 429, description = "The recipient has reached the limit of a day."),
    ),
)]
pub(super) async fn invite_again(
    state: State<AppState>,
    caller: Caller,
    ids: Ids,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Recipient>), ApiProblem> {
    let (meeting, invitation) =
        invite_anew(state, caller, (ids, Role::Guest), headers, body).await?;
    Ok((StatusCode::ACCEPTED, Json(Recipient::of(&meeting, &invitation))))
}

/// Sends a new invitation to a host
///
/// It has another link and new counts. The old link stops working, and what was proven with it is void. At
/// most ten in 24 hours, including those from corrections.
#[utoipa::path(
    post,
    path = "/api/v1/meetings/{id}/hosts/{hid}/invitation",
    operation_id = "inviteHostAgain",
    tag = "meetings",
    params(
        ("id" = String, Path, description = "The meeting's id."),
        ("hid" = String, Path, description = "The host's id."),
        (
            "Idempotency-Key" = Option<String>, Header,
            description = "A text of your choice, of at most 255 characters. The same key for the same host \
                invites once. Each token has keys of its own.",
        ),
        (
            "If-Match" = Option<String>, Header,
            description = "An `ETag` of the meeting: the invitation is sent only if no sender has changed it since.",
        ),
    ),
    responses(
        (status = 202, description = "The invitation is on its way.", body = Host),
        (status = 400, description = "The Idempotency-Key is invalid, or the body is not JSON."),
        (status = 404, description = "There is no such meeting or host."),
        (status = 409, description = "The meeting was cancelled or is over, or the host was removed."),
        (status = 412, description = "A sender has changed the meeting since."),
        (status = 422, description = "The key was used with another request, or there is a body."),
        (status = 429, description = "The host has reached the limit of a day."),
    ),
)]
pub(super) async fn invite_host_again(
    state: State<AppState>,
    caller: Caller,
    ids: Ids,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Host>), ApiProblem> {
    let (meeting, invitation) =
        invite_anew(state, caller, (ids, Role::Host), headers, body).await?;
    Ok((StatusCode::ACCEPTED, Json(Host::of(&meeting, &invitation))))
}

/// The ids of a meeting and of somebody invited to it, which may be malformed text.
type Ids = Result<Path<(String, String)>, PathRejection>;

async fn invite_anew(
    State(state): State<AppState>,
    Caller(token): Caller,
    (ids, role): (Ids, Role),
    headers: HeaderMap,
    body: Bytes,
) -> Result<(model::Meeting, model::Invitation), ApiProblem> {
    let key = idempotency_key(&headers)?;
    expect_nothing(&headers, &body)?;
    let ids = ids.ok().map(|Path(ids)| ids).filter(|(id, person)| is_id(id) && is_id(person));
    let (id, person) = ids.ok_or(MeetingError::NotInvited(role))?;
    let conditions = Conditions::of(&headers);
    let invited =
        state.invite_again((&id, role, &person), (&token, key), conditions.expected()).await?;
    Ok(invited)
}

/// Refuses a body other than none or an empty object.
fn expect_nothing(headers: &HeaderMap, body: &[u8]) -> Result<(), ApiProblem> {
    if body.is_empty() {
        return Ok(());
    }
    expect_json(headers)?;
    let mut wrong = Vec::new();
    Members::of(String::new(), json(body)?, &mut wrong).end();
    if wrong.is_empty() { Ok(()) } else { Err(ApiProblem::invalid(wrong)) }
}
