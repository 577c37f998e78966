//! BankID's errors: why a call failed.

use crate::{http_client::CallError, metrics::Outcome};
use app::wire::Failure;
use serde::Deserialize;

/// The reason why a call to BankID failed: an error of BankID's, or a response that can't be understood. It
/// may be logged, because it repeats nothing of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BankIdError {
    /// Another order of the same person is in progress. Both end.
    #[error("an order of the same person is going on")]
    AlreadyInProgress,
    /// Invalid request, or an order that has ended already.
    #[error("it calls the request wrong")]
    InvalidParameters,
    /// Certificate that BankID does not accept.
    #[error("it does not let this certificate in")]
    Unauthorized,
    /// No such order.
    #[error("it knows no such order")]
    NotFound,
    /// Request that took BankID too long.
    #[error("it took too long by its own account")]
    RequestTimeout,
    /// Error at BankID.
    #[error("it has an error of its own")]
    InternalError,
    /// BankID busy or under maintenance. The same call may be made again.
    #[error("it is closed for maintenance")]
    Maintenance,
    /// Wrong media type of the request.
    #[error("it does not take the request's media type")]
    UnsupportedMediaType,
    /// Wrong method of the request.
    #[error("it does not take the request's method")]
    MethodNotAllowed,
    /// Response with a status that is not one of BankID's.
    #[error("it answers with status {0}")]
    Other(u16),
    /// Malformed response.
    #[error("its answer is not as promised")]
    Malformed,
    /// No response.
    #[error("{0}")]
    Call(CallError),
}

/// BankID's error body. Its `details` are for developers and may describe the person.
#[derive(Deserialize)]
struct Body {
    #[serde(rename = "errorCode")]
    code: String,
}

impl BankIdError {
    /// Reads a response with another status than 200. BankID's error code comes first, then the status: some
    /// responses have no body, or come from something in between.
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let body = serde_json::from_slice::<Body>(body);
        body.ok().and_then(|body| Self::from_code(&body.code)).unwrap_or(match status {
            401 | 403 => Self::Unauthorized,
            404 => Self::NotFound,
            405 => Self::MethodNotAllowed,
            408 => Self::RequestTimeout,
            415 => Self::UnsupportedMediaType,
            500 => Self::InternalError,
            503 => Self::Maintenance,
            other => Self::Other(other),
        })
    }

    fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "alreadyInProgress" => Self::AlreadyInProgress,
            "invalidParameters" => Self::InvalidParameters,
            "unauthorized" => Self::Unauthorized,
            "notFound" => Self::NotFound,
            "requestTimeout" => Self::RequestTimeout,
            "internalError" => Self::InternalError,
            "maintenance" => Self::Maintenance,
            "unsupportedMediaType" => Self::UnsupportedMediaType,
            "methodNotAllowed" => Self::MethodNotAllowed,
            _ => return None,
        })
    }

    /// `true` if the same call may soon succeed, and is worth a retry before anybody is notified. BankID says
    /// not to retry its own timeout and error. A call that took as long as people should wait is not retried
    /// either.
    pub const fn may_pass(self) -> bool {
        matches!(
            self,
            Self::Maintenance
                | Self::Other(429 | 502 | 504)
                | Self::Call(CallError::Unreachable | CallError::Broken)
        )
    }

    /// Returns the outcome of the call for the metrics.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Call(error) => error.into(),
            Self::RequestTimeout => Outcome::Silent,
            Self::InternalError | Self::Maintenance | Self::Other(500..) => Outcome::Troubled,
            Self::Malformed => Outcome::Broken,
            _ => Outcome::Refused,
        }
    }

    /// Returns the failure for the page.
    pub const fn failure(self) -> Failure {
        match self {
            Self::AlreadyInProgress => Failure::Busy,
            _ => Failure::Trouble,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(status: u16, body: &str) -> BankIdError {
        BankIdError::read(status, body.as_bytes())
    }

    #[test]
    fn every_error_code_has_its_trouble() {
        for (status, code, trouble) in [
            (400, "alreadyInProgress", BankIdError::AlreadyInProgress),
            (400, "invalidParameters", BankIdError::InvalidParameters),
            (401, "unauthorized", BankIdError::Unauthorized),
            (403, "unauthorized", BankIdError::Unauthorized),
            (404, "notFound", BankIdError::NotFound),
            (405, "methodNotAllowed", BankIdError::MethodNotAllowed),
            (408, "requestTimeout", BankIdError::RequestTimeout),
            (415, "unsupportedMediaType", BankIdError::UnsupportedMediaType),
            (500, "internalError", BankIdError::InternalError),
            (503, "maintenance", BankIdError::Maintenance),
        ] {
            let body = format!(r#"{{"errorCode":"{code}","details":"What is wrong"}}"#);
            assert_eq!(read(status, &body), trouble);
            let busy = trouble == BankIdError::AlreadyInProgress;
            assert_eq!(trouble.failure(), if busy { Failure::Busy } else { Failure::Trouble });
        }
    }

    #[test]
    fn only_what_may_pass_is_worth_another_call() {
        for (trouble, passes) in [
            (BankIdError::Maintenance, true),
            (BankIdError::Other(502), true),
            (BankIdError::Call(CallError::Unreachable), true),
            (BankIdError::Call(CallError::Broken), true),
            (BankIdError::Call(CallError::Timeout), false),
            (BankIdError::Call(CallError::TooLarge), false),
            (BankIdError::AlreadyInProgress, false),
            (BankIdError::InvalidParameters, false),
            (BankIdError::Unauthorized, false),
            (BankIdError::NotFound, false),
            (BankIdError::RequestTimeout, false),
            (BankIdError::InternalError, false),
            (BankIdError::Malformed, false),
            (BankIdError::Other(302), false),
        ] {
            assert_eq!(trouble.may_pass(), passes, "{trouble:?}");
        }
    }

    #[test]
    fn an_error_without_a_code_that_is_known_is_told_by_its_status() {
        for body in ["", "{}", "<html>", "[]", r#"{"errorCode":7}"#, r#"{"errorCode":"new"}"#] {
            for (status, trouble) in [
                (400, BankIdError::Other(400)),
                (401, BankIdError::Unauthorized),
                (403, BankIdError::Unauthorized),
                (404, BankIdError::NotFound),
                (405, BankIdError::MethodNotAllowed),
                (408, BankIdError::RequestTimeout),
                (415, BankIdError::UnsupportedMediaType),
                (500, BankIdError::InternalError),
                (503, BankIdError::Maintenance),
                (204, BankIdError::Other(204)),
                (302, BankIdError::Other(302)),
                (502, BankIdError::Other(502)),
            ] {
                assert_eq!(read(status, body), trouble, "{status} {body}");
            }
        }
    }
}
