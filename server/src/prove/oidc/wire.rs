//! How a provider is called: through the [`Caller`] with its bounds, and never in clear.

use super::{OidcError, Outage};
use crate::caller::{CallError, Caller};
use axum::http::{HeaderMap, Request, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value};

/// The way to a provider.
#[derive(Clone)]
pub(super) struct Wire {
    caller: Caller,
    in_clear: bool,
}

/// Why a call got no answer.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum WireError {
    /// The call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The provider named an address that isn't https.
    #[error("it named an address that is not https")]
    InClear,
}

impl From<WireError> for OidcError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Call(error) => Self::Down(Outage::Call(error)),
            WireError::InClear => Self::Untrue("an address that is not https"),
        }
    }
}

impl Wire {
    /// `in_clear` lets http pass: for a provider on this machine.
    pub(super) const fn new(caller: Caller, in_clear: bool) -> Self {
        Self { caller, in_clear }
    }

    /// Whether an address with this scheme may be used.
    pub(super) fn allows(&self, scheme: &str) -> bool {
        scheme == "https" || (self.in_clear && scheme == "http")
    }

    /// Makes a call.
    pub(super) async fn send(
        &self,
        request: Request<Vec<u8>>,
    ) -> Result<Response<Vec<u8>>, WireError> {
        if !self.allows(request.uri().scheme_str().unwrap_or_default()) {
            return Err(WireError::InClear);
        }
        let reply = self.caller.call(request).await?;
        let mut response = Response::new(reply.body);
        *response.status_mut() =
            StatusCode::from_u16(reply.status).map_err(|_| CallError::Broken)?;
        *response.headers_mut() = reply.headers;
        Ok(response)
    }
}

/// A JSON object, with or without the mark that some write before it.
pub(super) fn object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)).ok()
}

/// The media type of an answer, without its parameters and in small letters.
pub(super) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(|essence| essence.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::caller::Trust;

    #[tokio::test]
    async fn nothing_is_sent_in_clear_to_another_machine() {
        let caller = Caller::new(&Trust::default()).expect("a caller");
        let wire = Wire::new(caller, false);
        for address in ["http://127.0.0.1:1/", "ftp://id.example/", "/op"] {
            let request = Request::get(address).body(Vec::new()).expect("a request");
            let error = wire.send(request).await.err();
            assert!(matches!(error, Some(WireError::InClear)), "{address}");
        }
    }

    #[test]
    fn a_media_type_is_told_without_its_parameters() {
        let media_type = |value: &'static str| {
            let value = axum::http::HeaderValue::from_static(value);
            media_type(&HeaderMap::from_iter([(CONTENT_TYPE, value)]))
        };
        assert_eq!(
            media_type("application/JWT ; charset=utf-8").as_deref(),
            Some("application/jwt")
        );
        assert_eq!(media_type("").as_deref(), Some(""));
        assert_eq!(super::media_type(&HeaderMap::new()), None);
    }
}
