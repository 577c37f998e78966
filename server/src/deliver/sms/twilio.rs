//! The gateway Twilio.

use super::{Account, Line, Misconfigured, members, reference};
use crate::{
    caller::{Caller, Reply},
    deliver::{DeliveryError, Gateway, Refusal, Trouble, compose::Composed, letter::Letter},
};
use async_trait::async_trait;
use serde_json::{Map, Value};

/// How the id of a group of senders begins, which Twilio chooses one from by itself.
pub(crate) const SERVICE: &str = "MG";

/// Hands text messages over to Twilio.
pub struct Twilio {
    line: Line,
    from: String,
    reports: String,
}

impl Twilio {
    /// A gateway that tells at `reports`, followed by a message's id, what became of it.
    pub fn new(caller: Caller, account: &Account, reports: String) -> Result<Self, Misconfigured> {
        let steps = ["Accounts", &account.user, "Messages.json"];
        let about = ["Accounts", &format!("{}.json", account.user)];
        let line = Line::new(caller, account, "2010-04-01", &steps, &about)?;
        Ok(Self { line, from: account.from.clone(), reports })
    }

    /// Whether the gateway can be reached and knows us. Nothing is sent.
    pub async fn check(&self) -> Result<(), Trouble> {
        self.line.check().await
    }
}

#[async_trait]
impl Gateway for Twilio {
    async fn send(
        &self,
        letter: &Letter,
        composed: &Composed,
    ) -> Result<Option<String>, DeliveryError> {
        let report = format!("{}/{}", self.reports, letter.id());
        let by_service = self.from.len() == 34 && self.from.starts_with(SERVICE);
        let fields = [
            ("To", letter.to.as_str()),
            (if by_service { "MessagingServiceSid" } else { "From" }, &self.from),
            ("Body", &composed.text),
            ("StatusCallback", &report),
        ];
        judge(&self.line.post(&fields).await?)
    }
}

/// What an answer means.
fn judge(reply: &Reply) -> Result<Option<String>, DeliveryError> {
    let said = members(reply);
    match (reply.status, said) {
        (200..=299, Some(said)) => {
            let ended = said.get("status").and_then(Value::as_str);
            if matches!(ended, Some("failed" | "undelivered")) {
                let code = number(&said, "error_code").unwrap_or(reply.status);
                return Err(complaint(code));
            }
            Ok(reference(said.get("sid")))
        }
        // Without a word that it has taken the message, it may not have.
        (200..=299, None) => Err(DeliveryError::Temporary(Trouble::Broken)),
        (401, _) => Err(DeliveryError::Temporary(Trouble::Credentials(reply.status))),
        (status @ (400 | 403 | 404 | 422), Some(said)) => match number(&said, "code") {
            Some(code) if status == 400 || is_about_recipient(code) => Err(complaint(code)),
            _ => Err(DeliveryError::Temporary(Trouble::Later(status))),
        },
        // What has no code of theirs is not said by them.
        (status, _) => Err(DeliveryError::Temporary(Trouble::Later(status))),
    }
}

/// An error's number, which comes as a number or, in some answers, as text.
fn number(said: &Map<String, Value>, member: &str) -> Option<u16> {
    let number = match said.get(member)? {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    u16::try_from(number).ok()
}

/// What one of Twilio's error codes means. What an operator can mend is no refusal.
fn complaint(code: u16) -> DeliveryError {
    match code {
        code if is_about_recipient(code) => DeliveryError::Refused(Refusal::Recipient(code)),
        // The account and its rights.
        10001 | 10002 | 20002..=20006 | 20008 | 20403 => {
            DeliveryError::Temporary(Trouble::Credentials(code))
        }
        // Whom messages are from, where to, and where reports go, as it is set up.
        21212
        | 21408
        | 21603
        | 21606..=21609
        | 21616
        | 21622
        | 21623
        | 21659..=21661
        | 21701
        | 21703..=21705
        | 21709
        | 21712
        | 30034
        | 30035
        | 63007 => DeliveryError::Temporary(Trouble::Sender(code)),
        // As many as may be, for now.
        14107 | 20429 | 21611 | 21613 | 30001 | 30022 | 30023 | 63018 | 63038 => {
            DeliveryError::Temporary(Trouble::Later(code))
        }
        code => DeliveryError::Refused(Refusal::Message(code)),
    }
}

/// Whether an error says that this number can't be sent to.
const fn is_about_recipient(code: u16) -> bool {
    matches!(
        code,
        21211
            | 21214
            | 21217
            | 21265
            | 21401
            | 21407
            | 21421
            | 21604
            | 21610
            | 21612
            | 21614
            | 21635
            | 30003..=30006
    )
}
