//! Calls to a provider: through [`HttpClient`] with its bounds, and never in clear.

use super::{OidcError, Outage};
use crate::http_client::{CallError, HttpClient};
use axum::http::{HeaderMap, Request, Response, StatusCode, header::CONTENT_TYPE};
use serde_json::{Map, Value};

/// A client for calls to a provider.
#[derive(Clone)]
pub(crate) struct Wire {
    caller: HttpClient,
    in_clear: bool,
}

/// The reason why a call got no response.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(crate) enum WireError {
    /// Call failed.
    #[error(transparent)]
    Call(#[from] CallError),
    /// Address that is not https, named by the provider.
    #[error("it named an address that is not https")]
    InClear,
}

impl From<WireError> for OidcError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::Call(error) => Self::Unavailable(Outage::Call(error)),
            WireError::InClear => Self::InvalidResponse("an address that is not https"),
        }
    }
}

impl Wire {
    /// Creates a client. `in_clear` allows http, for a provider on this machine.
    pub(crate) const fn new(caller: HttpClient, in_clear: bool) -> Self {
        Self { caller, in_clear }
    }

    /// `true` if an address with this scheme may be used.
    pub(crate) fn allows(&self, scheme: &str) -> bool {
        scheme == "https" || (self.in_clear && scheme == "http")
    }

    /// Sends a call.
    pub(crate) async fn send(
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

/// Reads a JSON object, with or without the byte order mark that some servers write before it.
pub(crate) fn object(body: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)).ok()
}

/// Returns the media type of a response, in lower case and without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').next().map(|essence| essence.trim().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_client::Trust;

    #[tokio::test]
    async fn nothing_is_sent_in_clear_to_another_machine() {
        let caller = HttpClient::new(&Trust::default()).expect("a caller");
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
