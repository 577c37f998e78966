//! The gateway 46elks.

use super::{Account, Line, Misconfigured, members, reference};
use crate::{
    config::Sms,
    http_client::{HttpClient, HttpResponse, Trust},
    messages::{
        DeliveryError, Gateway, Refusal, Trouble, content::MessageContext, render::RenderedMessage,
    },
};
use async_trait::async_trait;
use serde_json::Value;

/// A gateway for SMS: 46elks.
pub struct Elks {
    line: Line,
    from: String,
    reports: String,
}

impl Elks {
    /// Creates the gateway. It posts delivery reports to `reports`, followed by the message's id.
    pub fn new(
        caller: HttpClient,
        account: &Account,
        reports: String,
    ) -> Result<Self, Misconfigured> {
        let line = Line::new(caller, account, "a1", &["sms"], &["me"])?;
        Ok(Self { line, from: account.from.clone(), reports })
    }

    /// Creates the gateway from its configuration, likewise.
    pub fn from_config(sms: &Sms, reports: String) -> Result<Self, Misconfigured> {
        Self::new(HttpClient::new(&Trust::default())?, &sms.into(), reports)
    }
}

#[async_trait]
impl Gateway for Elks {
    async fn send(
        &self,
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<Option<String>, DeliveryError> {
        let report = format!("{}/{}", self.reports, context.id());
        let fields = [
            ("from", self.from.as_str()),
            ("to", &context.to),
            ("message", &rendered.text),
            ("whendelivered", &report),
            // The message holds the code. The gateway must not keep it.
            ("dontlog", "message"),
        ];
        check(&self.line.post(&fields).await?)
    }

    async fn check(&self) -> Result<(), Trouble> {
        self.line.check().await
    }
}

/// Checks a reply. Errors are plain text.
fn check(reply: &HttpResponse) -> Result<Option<String>, DeliveryError> {
    let status = reply.status;
    match status {
        200..=299 => {
            // Without a statement that it has taken the message, it may not have.
            let said = members(reply).ok_or(DeliveryError::Temporary(Trouble::Broken))?;
            if said.get("status").and_then(Value::as_str) == Some("failed") {
                return Err(DeliveryError::Refused(Refusal::Message(status)));
            }
            Ok(reference(said.get("id")))
        }
        400 | 422 => Err(complaint(status, &String::from_utf8_lossy(&reply.body))),
        401 => Err(DeliveryError::Temporary(Trouble::Credentials(status))),
        // 403 means an account without credit.
        _ => Err(DeliveryError::Temporary(Trouble::Later(status))),
    }
}

/// Makes an error from the text of a reply. An error that an operator can fix is temporary.
fn complaint(status: u16, text: &str) -> DeliveryError {
    let text = text.to_lowercase();
    let says = |names: &[&str]| {
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.any(|word| names.contains(&word))
    };
    if says(&["from", "sender", "whendelivered", "dontlog", "credit", "credits", "account"]) {
        DeliveryError::Temporary(Trouble::Sender(status))
    } else if says(&["to", "number", "recipient", "phone", "phonenumber", "destination"]) {
        DeliveryError::Refused(Refusal::Recipient(status))
    } else {
        DeliveryError::Refused(Refusal::Message(status))
    }
}
