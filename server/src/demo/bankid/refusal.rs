//! Errors of the relying-party API.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use std::borrow::Cow;

/// An error of the relying-party API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    code: Cow<'static, str>,
    details: Cow<'static, str>,
}

impl Refusal {
    /// Creates an error.
    pub(super) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        details: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code: code.into(), details: details.into() }
    }

    /// Returns the error for a malformed request.
    pub(super) fn parameters(details: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidParameters", details)
    }

    /// Returns the error for a member with an invalid value.
    pub(super) fn invalid(member: &str) -> Self {
        Self::parameters(format!("Invalid {member}"))
    }

    /// Returns the error for an order that does not exist, or no longer.
    pub(super) fn no_such_order() -> Self {
        Self::parameters("No such order")
    }

    /// Returns the error for a person with another open order.
    pub(super) fn already_in_progress() -> Self {
        let details = "Order already in progress for pno";
        Self::new(StatusCode::BAD_REQUEST, "alreadyInProgress", details)
    }

    /// Returns the error for an unknown path.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", "No such path")
    }

    /// Returns the error for a method other than POST.
    pub(super) fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", "Only POST is allowed")
    }

    /// Returns the error for a media type other than JSON without a charset.
    pub(super) fn media_type() -> Self {
        let details = "Content-Type must be application/json without parameters";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupportedMediaType", details)
    }

    /// Returns the error for an internal fault.
    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internalError", "Internal error")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            error_code: &'a str,
            details: &'a str,
        }
        let body = Body { error_code: &self.code, details: &self.details };
        (self.status, Json(body)).into_response()
    }
}
