//! Webhooks: the addresses where SMS gateways post delivery reports.
//!
//! 46elks does not sign its requests, so its address holds a secret. Twilio signs its requests with the
//! account's token. With each message, a gateway gets an address for that message's reports.

use super::api::problem::ApiProblem;
use crate::{
    config::{Origin, Sms, SmsProvider},
    keys::constant_time_eq,
    messages::sms::is_reference,
    state::AppState,
};
use axum::{
    Router,
    body::Bytes,
    extract::{OriginalUri, Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;
use std::sync::Arc;
use url::form_urlencoded;

/// The path of 46elks's webhook.
const ELKS: &str = "/hooks/46elks";

/// The path of Twilio's webhook.
const TWILIO: &str = "/hooks/twilio";

/// `true` if the path is one of a webhook.
pub fn is_at(path: &str) -> bool {
    path.starts_with("/hooks/")
}

/// Returns the address of a gateway's webhook, without the slash and the message's id.
pub fn address(origin: &Origin, state: &AppState, provider: SmsProvider) -> String {
    match provider {
        SmsProvider::Elks => origin.join(&format!("{ELKS}/{}", state.keys.hook_secret())),
        SmsProvider::Twilio => origin.join(TWILIO),
    }
}

#[derive(Clone)]
struct Hooks {
    state: AppState,
    origin: Origin,
    token: Arc<SecretString>,
}

/// Returns the routes for the configured gateway.
pub fn routes(state: &AppState, origin: &Origin, sms: &Sms) -> Router {
    let routes = match sms.provider {
        SmsProvider::Elks => Router::new()
            .route(&format!("{ELKS}/{{secret}}"), post(elks))
            .route(&format!("{ELKS}/{{secret}}/{{message}}"), post(elks_about)),
        SmsProvider::Twilio => Router::new()
            .route(TWILIO, post(twilio))
            .route(&format!("{TWILIO}/{{message}}"), post(twilio_about)),
    };
    let token = Arc::new(SecretString::from(sms.password.expose_secret()));
    routes.with_state(Hooks { state: state.clone(), origin: origin.clone(), token })
}

type Secret = Result<Path<String>, PathRejection>;
type SecretAndMessage = Result<Path<(String, String)>, PathRejection>;
type Message = Result<Path<String>, PathRejection>;

async fn elks(State(hooks): State<Hooks>, path: Secret, form: Bytes) -> Response {
    match path {
        Ok(Path(secret)) => hooks.elks(&secret, None, &form).await,
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn elks_about(State(hooks): State<Hooks>, path: SecretAndMessage, form: Bytes) -> Response {
    match path {
        Ok(Path((secret, message))) => hooks.elks(&secret, Some(&message), &form).await,
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn twilio(
    State(hooks): State<Hooks>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    form: Bytes,
) -> Response {
    hooks.twilio(&uri, None, &headers, &form).await
}

async fn twilio_about(
    State(hooks): State<Hooks>,
    OriginalUri(uri): OriginalUri,
    path: Message,
    headers: HeaderMap,
    form: Bytes,
) -> Response {
    match path {
        Ok(Path(message)) => hooks.twilio(&uri, Some(&message), &headers, &form).await,
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Hooks {
    async fn elks(&self, secret: &str, message: Option<&str>, form: &[u8]) -> Response {
        if !self.state.keys.is_webhook_secret(secret) {
            return StatusCode::NOT_FOUND.into_response();
        }
        let arrived = match field(form, "status").as_deref() {
            Some("delivered") => Some(true),
            Some("failed") => Some(false),
            _ => None,
        };
        self.note(message, field(form, "id"), arrived).await
    }

    async fn twilio(
        &self,
        uri: &Uri,
        message: Option<&str>,
        headers: &HeaderMap,
        form: &[u8],
    ) -> Response {
        let there = uri.path_and_query().map_or("", |it| it.as_str());
        let right = signature(self.token.expose_secret(), &self.origin.join(there), form);
        let mut given = headers.get_all("x-twilio-signature").iter();
        let signed = match (given.next(), given.next()) {
            (Some(given), None) => constant_time_eq(given.as_bytes(), right.as_bytes()),
            _ => false,
        };
        if !signed {
            return StatusCode::FORBIDDEN.into_response();
        }
        let arrived = match field(form, "MessageStatus").as_deref() {
            Some("delivered" | "read") => Some(true),
            Some("undelivered" | "failed" | "canceled") => Some(false),
            _ => None,
        };
        self.note(message, field(form, "MessageSid"), arrived).await
    }

    /// Records the delivery report of a message, if it is final. Other reports are accepted too, because the
    /// gateway would otherwise repeat them.
    async fn note(
        &self,
        message: Option<&str>,
        reference: Option<String>,
        arrived: Option<bool>,
    ) -> Response {
        if let Some(arrived) = arrived {
            let message = message.filter(|name| is_reference(name));
            let reference = reference.filter(|name| is_reference(name)).unwrap_or_default();
            if let Err(fault) = self.state.note_arrival(message, &reference, arrived).await {
                return ApiProblem::from(fault).into_response();
            }
        }
        StatusCode::NO_CONTENT.into_response()
    }
}

/// Returns the value of a form's field.
fn field(form: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(form).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}

/// Returns Twilio's signature of a form that it posts to an address: HMAC-SHA1 with the account's token, over
/// the address and each field with its value, in the order of their names.
fn signature(token: &str, address: &str, form: &[u8]) -> String {
    let mut fields: Vec<_> = form_urlencoded::parse(form).collect();
    fields.sort();
    // HMAC takes a key of any length.
    let Ok(mut mac) = <Hmac<Sha1> as KeyInit>::new_from_slice(token.as_bytes()) else {
        return String::new();
    };
    mac.update(address.as_bytes());
    for (name, value) in &fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_signed_as_twilio_documents_it() {
        let form = b"To=%2B18005551212&Caller=%2B14158675309&CallSid=CA1234567890ABCDE\
                     &From=%2B14158675309&Digits=1234";
        let address = "https://mycompany.com/myapp.php?foo=1&bar=2";
        assert_eq!(signature("12345", address, form), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
        assert_ne!(signature("12346", address, form), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }

    #[test]
    fn a_field_is_found_among_others() {
        let form = b"x=1&id=s7&status=delivered&delivered=2026-12-01T08%3A00%3A00.000000&id=s8";
        assert_eq!(field(form, "id").as_deref(), Some("s7"));
        assert_eq!(field(form, "none"), None);
        assert_eq!(field(b"\xff\xfe&&==", "id"), None);
    }
}
