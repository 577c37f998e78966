//! The gateway 46elks.

use super::{Account, Line, Misconfigured, members, reference};
use crate::{
    caller::{Caller, Reply},
    deliver::{DeliveryError, Gateway, Refusal, Trouble, compose::Composed, letter::Letter},
};
use async_trait::async_trait;
use serde_json::Value;

/// Hands text messages over to 46elks.
pub struct Elks {
    line: Line,
    from: String,
    reports: String,
}

impl Elks {
    /// A gateway that tells at `reports`, followed by a message's id, what became of it.
    pub fn new(caller: Caller, account: &Account, reports: String) -> Result<Self, Misconfigured> {
        let line = Line::new(caller, account, "a1", &["sms"], &["me"])?;
        Ok(Self { line, from: account.from.clone(), reports })
    }

    /// Whether the gateway can be reached and knows us. Nothing is sent.
    pub async fn check(&self) -> Result<(), Trouble> {
        self.line.check().await
    }
}

#[async_trait]
impl Gateway for Elks {
    async fn send(
        &self,
        letter: &Letter,
        composed: &Composed,
    ) -> Result<Option<String>, DeliveryError> {
        let report = format!("{}/{}", self.reports, letter.id());
        let fields = [
            ("from", self.from.as_str()),
            ("to", &letter.to),
            ("message", &composed.text),
            ("whendelivered", &report),
            // The code is in it: the gateway is not to keep it.
            ("dontlog", "message"),
        ];
        judge(&self.line.post(&fields).await?)
    }
}

/// What an answer means. Errors come as plain text.
fn judge(reply: &Reply) -> Result<Option<String>, DeliveryError> {
    let status = reply.status;
    match status {
        200..=299 => {
            // Without a word that it has taken the message, it may not have.
            let said = members(reply).ok_or(DeliveryError::Temporary(Trouble::Broken))?;
            if said.get("status").and_then(Value::as_str) == Some("failed") {
                return Err(DeliveryError::Refused(Refusal::Message(status)));
            }
            Ok(reference(said.get("id")))
        }
        400 | 422 => Err(complaint(status, &String::from_utf8_lossy(&reply.body))),
        401 => Err(DeliveryError::Temporary(Trouble::Credentials(status))),
        // 403 is an account without credit.
        _ => Err(DeliveryError::Temporary(Trouble::Later(status))),
    }
}

/// What is wrong with a message, by what is said about it: what an operator can mend is no refusal.
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
