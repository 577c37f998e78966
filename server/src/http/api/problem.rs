//! Errors of the API, as problem details (RFC 9457).

use super::RETRY_AFTER;
use crate::{meetings::MeetingError, state::InternalError, store::StoreError};
use app::wire::Role;
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

/// An error in a request's body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Invalid {
    /// The place, as a JSON pointer (RFC 6901).
    #[schema(example = "/recipients/0/email")]
    pub pointer: String,
    /// The fault.
    pub detail: String,
}

impl Invalid {
    /// Creates the error at a pointer.
    pub fn new(pointer: String, detail: impl Into<String>) -> Self {
        Self { pointer, detail: detail.into() }
    }
}

/// Problem details (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "about:blank", "title": "Unprocessable Entity", "status": 422,
    "detail": "The body is invalid; each error points to one place.",
    "errors": [{ "pointer": "/recipients/0/email", "detail": "must be an e-mail address" }]
}))]
pub struct ApiProblem {
    /// The kind of problem: `about:blank`. The status says what it is.
    r#type: &'static str,
    /// The meaning of the status.
    title: &'static str,
    /// The status of the response.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The fault in English, for developers of calling systems.
    detail: String,
    /// Every error in the body. With 422 only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Invalid>,
    /// Time until a retry, in seconds.
    #[serde(skip)]
    wait: Option<u32>,
}

impl ApiProblem {
    /// Creates a problem of a status.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            r#type: "about:blank",
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            wait: None,
        }
    }

    /// Creates the problem of a body that can be parsed but not accepted.
    pub fn invalid(errors: Vec<Invalid>) -> Self {
        let detail = "The body is invalid; each error points to one place.";
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail) }
    }

    /// Adds the time until a retry, in seconds.
    #[must_use]
    pub fn wait(self, seconds: u32) -> Self {
        Self { wait: Some(seconds), ..self }
    }
}

impl From<InternalError> for ApiProblem {
    /// Logs the fault. The problem says only that the call can't be served now.
    fn from(fault: InternalError) -> Self {
        fault.log();
        let detail = "The service can't do this now. Read the current state before you retry.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail).wait(RETRY_AFTER)
    }
}

impl From<StoreError> for ApiProblem {
    fn from(error: StoreError) -> Self {
        InternalError::from(error).into()
    }
}

impl From<MeetingError> for ApiProblem {
    fn from(error: MeetingError) -> Self {
        let (status, detail) = match error {
            MeetingError::Internal(error) => return error.into(),
            MeetingError::NoMeeting => (StatusCode::NOT_FOUND, "There is no such meeting."),
            MeetingError::NotInvited(Role::Guest) => {
                (StatusCode::NOT_FOUND, "The meeting has no such recipient.")
            }
            MeetingError::NotInvited(Role::Host) => {
                (StatusCode::NOT_FOUND, "The meeting has no such host.")
            }
            MeetingError::Cancelled => (StatusCode::CONFLICT, "The meeting was cancelled."),
            MeetingError::Withdrawn(Role::Guest) => {
                (StatusCode::CONFLICT, "The recipient was removed from the meeting.")
            }
            MeetingError::Withdrawn(Role::Host) => {
                (StatusCode::CONFLICT, "The host was removed from the meeting.")
            }
            MeetingError::Entered => {
                let detail = "Somebody has joined: the kind of room can't change any more.";
                (StatusCode::CONFLICT, detail)
            }
            MeetingError::NotBuiltIn => {
                let detail = "The meeting's room is another service's, where it must be ended.";
                (StatusCode::CONFLICT, detail)
            }
            MeetingError::NotOpen => {
                let detail = "The meeting's room has not opened yet: cancel the meeting instead.";
                (StatusCode::CONFLICT, detail)
            }
            MeetingError::NumberLost => {
                let detail =
                    "The recipient's personal number can no longer be compared: send it again.";
                (StatusCode::CONFLICT, detail)
            }
            MeetingError::Over => (StatusCode::CONFLICT, "The meeting is over."),
            MeetingError::TooOften { .. } => {
                let detail = "Somebody has reached the limit of new invitations in a day.";
                (StatusCode::TOO_MANY_REQUESTS, detail)
            }
            MeetingError::KeyReused => {
                let detail = "This Idempotency-Key was already used with a different request.";
                (StatusCode::UNPROCESSABLE_ENTITY, detail)
            }
            MeetingError::Changed => {
                let detail = "The meeting is not as the request expects: read it again.";
                (StatusCode::PRECONDITION_FAILED, detail)
            }
        };
        let problem = Self::new(status, detail);
        match error {
            MeetingError::TooOften { wait } => problem.wait(wait),
            // A pointer can't lead to a header, where the key is. The body as a whole differs.
            MeetingError::KeyReused => {
                let differs = "is not what came with this Idempotency-Key before";
                Self { errors: vec![Invalid::new(String::new(), differs)], ..problem }
            }
            _ => problem,
        }
    }
}

impl IntoResponse for ApiProblem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_default();
        let media = [(header::CONTENT_TYPE, "application/problem+json")];
        let wait = self.wait.map(|seconds| [(header::RETRY_AFTER, seconds.to_string())]);
        (status, media, wait, body).into_response()
    }
}
