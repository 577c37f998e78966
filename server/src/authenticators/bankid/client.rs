//! BankID's API: the calls of a relying party.

use super::{
    AuthResponse, BankIdError, CollectResponse,
    response::{collected, done, started},
};
use crate::{
    config::BankId,
    http_client::{CallError, HttpClient, TlsConfigError, Trust},
    keys::new_id,
    metrics::{Meter, Outcome},
};
use axum::http::{HeaderValue, Request, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use serde::Serialize;
use std::{net::IpAddr, sync::Arc};

/// BankID refuses a charset.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Bytes of text that fit into the 1500 characters of base64 that BankID accepts.
const LONGEST_VISIBLE: usize = 1500 / 4 * 3;

/// Maximum bytes of a user agent that BankID accepts.
const LONGEST_AGENT: usize = 256;

/// A client of BankID's API, with the configured relying party's certificate.
#[derive(Clone)]
pub struct RelyingParty {
    caller: HttpClient,
    root: Arc<str>,
    meter: Meter,
}

/// The content of an `auth` call.
#[derive(Clone, Copy)]
pub struct AuthRequest<'a> {
    /// IP address of the person's browser.
    pub address: IpAddr,
    /// Address to which the app returns, if it is on the browser's device.
    pub return_url: Option<&'a str>,
    /// Text that the app shows, cut to what BankID accepts. Left out if empty.
    pub visible: &'a str,
    /// The person's browser.
    pub device: WebDevice<'a>,
    /// Personal identity number of the only person who may identify, if there is one.
    pub personal_number: Option<&'a str>,
}

/// The browser, by which BankID assesses the risk.
#[derive(Clone, Copy)]
pub struct WebDevice<'a> {
    /// Identifier that distinguishes this browser from others.
    pub identifier: &'a str,
    /// Domain of the pages.
    pub domain: &'a str,
    /// User agent of the browser, cut to what BankID accepts.
    pub agent: &'a str,
}

impl RelyingParty {
    /// Creates a client that trusts BankID's root alone and presents the relying party's certificate.
    ///
    /// # Errors
    /// The certificates can't be used.
    pub fn from_config(config: &BankId) -> Result<Self, TlsConfigError> {
        let trust = config.certificates.as_ref().map_or_else(Trust::default, |files| Trust {
            roots: Some(files.ca.as_bytes()),
            identity: Some((
                files.client_cert.as_bytes(),
                files.client_key.expose_secret().as_bytes(),
            )),
        });
        let caller = HttpClient::new(&trust)?;
        Ok(Self { caller, root: config.url.as_str().into(), meter: Meter::default() })
    }

    /// Adds a meter to its calls.
    #[must_use]
    pub fn measured(self, meter: Meter) -> Self {
        Self { meter, ..self }
    }

    /// Starts an order to identify.
    pub async fn auth(&self, asked: &AuthRequest<'_>) -> Result<AuthResponse, BankIdError> {
        self.call("auth", &AuthBody::of(asked), started).await
    }

    /// Returns the state of an order.
    pub async fn collect(&self, order_ref: &str) -> Result<CollectResponse, BankIdError> {
        let read = |answer: &[u8]| collected(answer, order_ref);
        self.call("collect", &OrderBody { order_ref }, read).await
    }

    /// Cancels an order.
    pub async fn cancel(&self, order_ref: &str) -> Result<(), BankIdError> {
        self.call("cancel", &OrderBody { order_ref }, done).await
    }

    /// Checks that BankID can be reached and accepts the certificate. It asks for an order that does not
    /// exist.
    pub async fn check(&self) -> Result<(), BankIdError> {
        let none = new_id().unwrap_or_default();
        match self.collect(&none).await {
            Ok(_) | Err(BankIdError::InvalidParameters | BankIdError::NotFound) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    /// Sends a call and reads the response.
    async fn call<T>(
        &self,
        name: &str,
        body: &impl Serialize,
        read: impl FnOnce(&[u8]) -> Result<T, BankIdError>,
    ) -> Result<T, BankIdError> {
        let call = async { read(&self.answer(name, body).await?) };
        self.meter
            .measure(call, |result| {
                result.as_ref().err().map_or(Outcome::Answered, |it| it.outcome())
            })
            .await
    }

    async fn answer(&self, name: &str, body: &impl Serialize) -> Result<Vec<u8>, BankIdError> {
        // Serialising a body can't fail. BankID refuses an empty one.
        let body = serde_json::to_vec(body).unwrap_or_default();
        let request = Request::post(format!("{}/{name}", self.root))
            .header(header::CONTENT_TYPE, JSON)
            .body(body)
            .map_err(|_| BankIdError::Call(CallError::Unreachable))?;
        let reply = self.caller.call(request).await.map_err(BankIdError::Call)?;
        match reply.status {
            200 => Ok(reply.body),
            status => Err(BankIdError::read(status, &reply.body)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthBody<'a> {
    end_user_ip: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    return_url: Option<&'a str>,
    return_risk: bool,
    #[serde(flatten)]
    visible: Option<Visible>,
    web: Web<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<Requirement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Visible {
    user_visible_data: String,
    user_visible_data_format: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Web<'a> {
    device_identifier: &'a str,
    referring_domain: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    user_agent: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Requirement<'a> {
    personal_number: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OrderBody<'a> {
    order_ref: &'a str,
}

impl<'a> AuthBody<'a> {
    fn of(asked: &AuthRequest<'a>) -> Self {
        let visible = cut(asked.visible, LONGEST_VISIBLE);
        Self {
            // BankID knows an IPv4 address within an IPv6 one by its IPv4 form.
            end_user_ip: asked.address.to_canonical().to_string(),
            return_url: asked.return_url,
            return_risk: true,
            visible: (!visible.is_empty()).then(|| Visible {
                user_visible_data: STANDARD.encode(visible),
                user_visible_data_format: "plaintext",
            }),
            web: Web {
                device_identifier: asked.device.identifier,
                referring_domain: asked.device.domain,
                user_agent: cut(asked.device.agent, LONGEST_AGENT),
            },
            requirement: asked
                .personal_number
                .map(|personal_number| Requirement { personal_number }),
        }
    }
}

/// Returns the start of a text, at most this many bytes, in whole characters.
fn cut(text: &str, bytes: usize) -> &str {
    text.split_at(text.floor_char_boundary(bytes)).0
}
