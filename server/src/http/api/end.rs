//! The end of a meeting in a built-in room.

use super::{Id, known, problem::ApiProblem};
use crate::state::AppState;
use axum::{extract::State, http::StatusCode};

/// Ends a meeting
///
/// In a built-in room: everybody inside is shown out within a second, and nobody comes in again. Nobody is notified.
/// A repeat changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/meetings/{id}/end",
    operation_id = "endMeeting",
    tag = "meetings",
    params(("id" = String, Path, description = "The meeting's id.")),
    responses(
        (status = 204, description = "The meeting has ended."),
        (status = 404, description = "There is no such meeting."),
        (
            status = 409,
            description = "The meeting was cancelled, its room is another service's, or its room has not opened yet.",
        ),
    ),
)]
pub(super) async fn end(State(state): State<AppState>, id: Id) -> Result<StatusCode, ApiProblem> {
    state.end_meeting(&known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}
