//! The calls that a relying party makes.

use super::{
    Collected, Started, Trouble,
    answer::{collected, done, started},
};
use crate::{
    caller::{CallError, Caller, Trust, Untrusted},
    config::BankId,
    keys::new_id,
    metrics::{Meter, Outcome},
};
use axum::http::{HeaderValue, Request, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret;
use serde::Serialize;
use std::{net::IpAddr, sync::Arc};

/// Without a charset: BankID refuses one.
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Bytes of text that become the 1500 characters of base64 that BankID takes.
const LONGEST_VISIBLE: usize = 1500 / 4 * 3;

/// What BankID takes of a browser's name for itself.
const LONGEST_AGENT: usize = 256;

/// Calls BankID as the relying party that the configuration names.
#[derive(Clone)]
pub struct RelyingParty {
    caller: Caller,
    root: Arc<str>,
    meter: Meter,
}

/// What an order is begun with.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The address that the person's browser comes from.
    pub address: IpAddr,
    /// Where the app leads back to, where it is on the device that the browser is on.
    pub return_url: Option<&'a str>,
    /// What the app shows; as much of it as BankID takes. Nothing when it is empty.
    pub visible: &'a str,
    /// The person's browser.
    pub device: WebDevice<'a>,
    /// Who must identify, where only that one may.
    pub personal_number: Option<&'a str>,
}

/// What BankID judges the risk by.
#[derive(Clone, Copy)]
pub struct WebDevice<'a> {
    /// What tells this browser from others.
    pub identifier: &'a str,
    /// The domain of the pages.
    pub domain: &'a str,
    /// The browser's name for itself; as much of it as BankID takes.
    pub agent: &'a str,
}

impl RelyingParty {
    /// Makes one that trusts BankID's root alone and shows the relying party's certificate.
    ///
    /// # Errors
    /// The certificates can't be used.
    pub fn new(config: &BankId) -> Result<Self, Untrusted> {
        let trust = config.certificates.as_ref().map_or_else(Trust::default, |files| Trust {
            roots: Some(files.ca.as_bytes()),
            identity: Some((
                files.client_cert.as_bytes(),
                files.client_key.expose_secret().as_bytes(),
            )),
        });
        let caller = Caller::new(&trust)?;
        Ok(Self { caller, root: config.url.as_str().into(), meter: Meter::default() })
    }

    /// The same with its calls measured.
    #[must_use]
    pub fn measured(self, meter: Meter) -> Self {
        Self { meter, ..self }
    }

    /// Begins an order to identify.
    pub async fn auth(&self, asked: &Asked<'_>) -> Result<Started, Trouble> {
        self.call("auth", &AuthBody::of(asked), started).await
    }

    /// Asks how an order stands.
    pub async fn collect(&self, order_ref: &str) -> Result<Collected, Trouble> {
        let read = |answer: &[u8]| collected(answer, order_ref);
        self.call("collect", &OrderBody { order_ref }, read).await
    }

    /// Calls an order off.
    pub async fn cancel(&self, order_ref: &str) -> Result<(), Trouble> {
        self.call("cancel", &OrderBody { order_ref }, done).await
    }

    /// Whether BankID can be reached and lets us in: it is asked for an order that there is not.
    pub async fn check(&self) -> Result<(), Trouble> {
        let none = new_id().unwrap_or_default();
        match self.collect(&none).await {
            Ok(_) | Err(Trouble::InvalidParameters | Trouble::NotFound) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }

    /// Makes a call and reads its answer.
    async fn call<T>(
        &self,
        name: &str,
        body: &impl Serialize,
        read: impl FnOnce(&[u8]) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let call = async { read(&self.answer(name, body).await?) };
        self.meter
            .measure(call, |result| {
                result.as_ref().err().map_or(Outcome::Answered, |it| it.outcome())
            })
            .await
    }

    async fn answer(&self, name: &str, body: &impl Serialize) -> Result<Vec<u8>, Trouble> {
        // Nothing in a body can fail to become JSON; and BankID takes no empty one.
        let body = serde_json::to_vec(body).unwrap_or_default();
        let request = Request::post(format!("{}/{name}", self.root))
            .header(header::CONTENT_TYPE, JSON)
            .body(body)
            .map_err(|_| Trouble::Call(CallError::Unreachable))?;
        let reply = self.caller.call(request).await.map_err(Trouble::Call)?;
        match reply.status {
            200 => Ok(reply.body),
            status => Err(Trouble::read(status, &reply.body)),
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
    fn of(asked: &Asked<'a>) -> Self {
        let visible = cut(asked.visible, LONGEST_VISIBLE);
        Self {
            // An IPv4 address that comes in the clothes of an IPv6 one is known by its own.
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

/// As much of a text as fits into so many bytes, in whole characters.
fn cut(text: &str, bytes: usize) -> &str {
    text.split_at(text.floor_char_boundary(bytes)).0
}
