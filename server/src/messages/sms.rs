//! Codes and reminders by SMS, sent through a gateway.

mod elks;
pub mod gsm7;
mod text;
mod twilio;

pub use self::{
    elks::Elks,
    text::{code, reminder},
    twilio::Twilio,
};

use super::{DeliveryError, Gateway, Trouble};
use crate::{
    config::{Sms, SmsProvider},
    http_client::{CallError, HttpClient, HttpResponse, TlsConfigError},
};
use axum::http::{HeaderValue, Request, Uri, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use std::sync::Arc;
use url::{Url, form_urlencoded};

/// The account at a gateway.
#[derive(Debug)]
pub struct Account {
    /// The gateway's address, with or without the version of its interface.
    pub url: Url,
    /// The user.
    pub user: String,
    /// The user's password or token.
    pub password: SecretString,
    /// The number or name that messages are from.
    pub from: String,
}

impl From<&Sms> for Account {
    fn from(sms: &Sms) -> Self {
        Self {
            url: sms.url.clone(),
            user: sms.user.clone(),
            password: sms.password.clone(),
            from: sms.from.clone(),
        }
    }
}

/// An error in the gateway's settings. The text names the key and holds no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Misconfigured {
    /// The gateway's address can't be called.
    #[error("sms.url can't be called")]
    Url,
    /// The user or the password can't be written into a request.
    #[error("sms.user or sms.password can't be sent")]
    Login,
    /// The gateway can't be called over TLS.
    #[error("sms.url: {0}")]
    Tls(#[from] TlsConfigError),
}

/// Returns the configured gateway. It posts delivery reports to `reports`, followed by the message's id.
pub fn gateway(sms: &Sms, reports: String) -> Result<Arc<dyn Gateway>, Misconfigured> {
    Ok(match sms.provider {
        SmsProvider::Elks => Arc::new(Elks::from_config(sms, reports)?),
        SmsProvider::Twilio => Arc::new(Twilio::from_config(sms, reports)?),
    })
}

/// The address and the credentials of a gateway.
struct Line {
    caller: HttpClient,
    endpoint: Uri,
    /// The address that describes the account.
    account: Uri,
    login: HeaderValue,
}

impl Line {
    /// Creates a line to `steps` at the account's address. `about` are the steps to the account itself. Both
    /// are below `version`, which is added if the address doesn't end with it.
    fn new(
        caller: HttpClient,
        account: &Account,
        version: &str,
        steps: &[&str],
        about: &[&str],
    ) -> Result<Self, Misconfigured> {
        let below = |steps: &[&str]| {
            let mut url = account.url.clone();
            let named = url.path().trim_end_matches('/').rsplit('/').next() == Some(version);
            let mut path = url.path_segments_mut().map_err(|()| Misconfigured::Url)?;
            path.pop_if_empty();
            if !named {
                path.push(version);
            }
            path.extend(steps);
            drop(path);
            url.as_str().parse::<Uri>().map_err(|_| Misconfigured::Url)
        };
        let (endpoint, about) = (below(steps)?, below(about)?);
        let login = format!("{}:{}", account.user, account.password.expose_secret());
        let mut login = HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(login)))
            .map_err(|_| Misconfigured::Login)?;
        login.set_sensitive(true);
        Ok(Self { caller, endpoint, account: about, login })
    }

    /// Checks that the gateway can be reached and accepts the credentials, by a request for the account.
    /// Sends no message.
    async fn check(&self) -> Result<(), Trouble> {
        let mut request = Request::get(self.account.clone())
            .header(header::ACCEPT, "application/json")
            .body(Vec::new())
            .map_err(|_| Trouble::Unwritable)?;
        request.headers_mut().insert(header::AUTHORIZATION, self.login.clone());
        let reply = self.caller.call(request).await.map_err(trouble)?;
        match reply.status {
            200..=299 if members(&reply).is_some() => Ok(()),
            200..=299 => Err(Trouble::Broken),
            401 | 403 => Err(Trouble::Credentials(reply.status)),
            status => Err(Trouble::Later(status)),
        }
    }

    /// Posts a form.
    async fn post(&self, fields: &[(&str, &str)]) -> Result<HttpResponse, DeliveryError> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::post(self.endpoint.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json")
            .body(form.into_bytes())
            .map_err(|_| DeliveryError::Temporary(Trouble::Unwritable))?;
        request.headers_mut().insert(header::AUTHORIZATION, self.login.clone());
        self.caller.call(request).await.map_err(|error| DeliveryError::Temporary(trouble(error)))
    }
}

const fn trouble(error: CallError) -> Trouble {
    match error {
        CallError::Unreachable => Trouble::Unreachable,
        CallError::Timeout => Trouble::Silent,
        CallError::Broken | CallError::TooLarge => Trouble::Broken,
    }
}

/// Returns the members of a reply's JSON object. `None` if it isn't one.
fn members(reply: &HttpResponse) -> Option<Map<String, Value>> {
    match serde_json::from_slice(&reply.body) {
        Ok(Value::Object(members)) => Some(members),
        _ => None,
    }
}

/// Returns the gateway's reference for a message. `None` if it doesn't look like one.
fn reference(named: Option<&Value>) -> Option<String> {
    named.and_then(Value::as_str).filter(|name| is_reference(name)).map(str::to_owned)
}

/// `true` if a text looks like a gateway's reference for a message, or like ours.
pub fn is_reference(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (1..=100).contains(&name.len()) && name.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http_client::Trust;

    fn endpoint(url: &str, user: &str, version: &str, steps: &[&str]) -> String {
        let account = Account {
            url: url.parse().expect("an address"),
            user: user.to_owned(),
            password: SecretString::from("hemligt"),
            from: "Kommunen".to_owned(),
        };
        let caller = HttpClient::new(&Trust::default()).expect("a caller");
        let line = Line::new(caller, &account, version, steps, &["me"]).expect("a line");
        line.endpoint.to_string()
    }

    #[test]
    fn the_version_is_named_once() {
        for (url, endpoint_of) in [
            ("https://api.46elks.com", "https://api.46elks.com/a1/sms"),
            ("https://api.46elks.com/", "https://api.46elks.com/a1/sms"),
            ("https://api.46elks.com/a1", "https://api.46elks.com/a1/sms"),
            ("https://api.46elks.com/a1/", "https://api.46elks.com/a1/sms"),
            ("http://127.0.0.1:8/elks", "http://127.0.0.1:8/elks/a1/sms"),
            ("http://127.0.0.1:8/ba1", "http://127.0.0.1:8/ba1/a1/sms"),
        ] {
            assert_eq!(endpoint(url, "u1", "a1", &["sms"]), endpoint_of);
        }
        let steps = ["Accounts", "AC/1 x", "Messages.json"];
        assert_eq!(
            endpoint("https://api.twilio.com/2010-04-01", "AC", "2010-04-01", &steps),
            "https://api.twilio.com/2010-04-01/Accounts/AC%2F1%20x/Messages.json"
        );
    }

    #[test]
    fn a_reference_is_kept_only_where_it_looks_like_one() {
        for (named, kept) in [
            (Value::from("s70df59406a1b4643b96f3f91e0bfb7b0"), true),
            (Value::from(""), false),
            (Value::from("a b"), false),
            (Value::from("x".repeat(101)), false),
            (Value::from(17), false),
        ] {
            assert_eq!(reference(Some(&named)).is_some(), kept, "{named}");
        }
        assert_eq!(reference(None), None);
    }
}
