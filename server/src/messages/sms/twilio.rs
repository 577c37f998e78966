//! The gateway Twilio.

use super::{Account, Line, Misconfigured, members, reference};
use crate::{
    config::Sms,
    http_client::{HttpClient, HttpResponse, Trust},
    messages::{
        DeliveryError, Gateway, Refusal, Trouble, content::MessageContext, render::RenderedMessage,
    },
};
use async_trait::async_trait;
use serde_json::{Map, Value};

/// Prefix of a messaging service's id. Twilio chooses one of the service's senders.
pub(crate) const SERVICE: &str = "MG";

/// A gateway for SMS: Twilio.
pub struct Twilio {
    line: Line,
    from: String,
    reports: String,
}

impl Twilio {
    /// Creates the gateway. It posts delivery reports to `reports`, followed by the message's id.
    pub fn new(
        caller: HttpClient,
        account: &Account,
        reports: String,
    ) -> Result<Self, Misconfigured> {
        let steps = ["Accounts", &account.user, "Messages.json"];
        let about = ["Accounts", &format!("{}.json", account.user)];
        let line = Line::new(caller, account, "2010-04-01", &steps, &about)?;
        Ok(Self { line, from: account.from.clone(), reports })
    }

    /// Creates the gateway from its configuration, likewise.
    pub fn from_config(sms: &Sms, reports: String) -> Result<Self, Misconfigured> {
        Self::new(HttpClient::new(&Trust::default())?, &sms.into(), reports)
    }
}

#[async_trait]
impl Gateway for Twilio {
    async fn send(
        &self,
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<Option<String>, DeliveryError> {
        let report = format!("{}/{}", self.reports, context.id());
        let by_service = self.from.len() == 34 && self.from.starts_with(SERVICE);
        let fields = [
            ("To", context.to.as_str()),
            (if by_service { "MessagingServiceSid" } else { "From" }, &self.from),
            ("Body", &rendered.text),
            ("StatusCallback", &report),
        ];
        check(&self.line.post(&fields).await?)
    }

    async fn check(&self) -> Result<(), Trouble> {
        self.line.check().await
    }
}

/// Checks a reply.
fn check(reply: &HttpResponse) -> Result<Option<String>, DeliveryError> {
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
        // Without a statement that it has taken the message, it may not have.
        (200..=299, None) => Err(DeliveryError::Temporary(Trouble::Broken)),
        (401, _) => Err(DeliveryError::Temporary(Trouble::Credentials(reply.status))),
        (status @ (400 | 403 | 404 | 422), Some(said)) => match number(&said, "code") {
            Some(code) if status == 400 || is_about_recipient(code) => Err(complaint(code)),
            _ => Err(DeliveryError::Temporary(Trouble::Later(status))),
        },
        // A reply without one of Twilio's error codes is not from Twilio.
        (status, _) => Err(DeliveryError::Temporary(Trouble::Later(status))),
    }
}

/// Returns an error's number. It comes as a number or, in some replies, as text.
fn number(said: &Map<String, Value>, member: &str) -> Option<u16> {
    let number = match said.get(member)? {
        Value::Number(number) => number.as_u64()?,
        Value::String(text) => text.parse().ok()?,
        _ => return None,
    };
    u16::try_from(number).ok()
}

/// Makes an error from one of Twilio's error codes. An error that an operator can fix is temporary.
fn complaint(code: u16) -> DeliveryError {
    match code {
        code if is_about_recipient(code) => DeliveryError::Refused(Refusal::Recipient(code)),
        // The account and its permissions.
        10001 | 10002 | 20002..=20006 | 20008 | 20403 => {
            DeliveryError::Temporary(Trouble::Credentials(code))
        }
        // The configured sender, destinations and addresses of delivery reports.
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
        // A limit on messages, for now.
        14107 | 20429 | 21611 | 21613 | 30001 | 30022 | 30023 | 63018 | 63038 => {
            DeliveryError::Temporary(Trouble::Later(code))
        }
        code => DeliveryError::Refused(Refusal::Message(code)),
    }
}

/// `true` if an error says that messages to this number can't be sent.
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
