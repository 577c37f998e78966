//! How the relying-party API says no.

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
    /// Any error.
    pub(super) fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        details: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { status, code: code.into(), details: details.into() }
    }

    /// A request that can't be accepted as it is.
    pub(super) fn parameters(details: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalidParameters", details)
    }

    /// A member with a value that can't be accepted.
    pub(super) fn invalid(member: &str) -> Self {
        Self::parameters(format!("Invalid {member}"))
    }

    /// An order that there is not, or no more.
    pub(super) fn no_such_order() -> Self {
        Self::parameters("No such order")
    }

    /// Another order for the same person.
    pub(super) fn already_in_progress() -> Self {
        let details = "Order already in progress for pno";
        Self::new(StatusCode::BAD_REQUEST, "alreadyInProgress", details)
    }

    /// An address that nothing is at.
    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "notFound", "No such path")
    }

    /// Another method than POST.
    pub(super) fn method() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "methodNotAllowed", "Only POST is allowed")
    }

    /// Another media type than JSON without a charset.
    pub(super) fn media_type() -> Self {
        let details = "Content-Type must be application/json without parameters";
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupportedMediaType", details)
    }

    /// Something that broke here.
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
