//! A letter as an Internet message (RFC 5322, MIME).

use crate::deliver::{
    DeliveryError, Refusal, Trouble, compose::Composed, letter::Letter, page::line,
};
use app::words::messages;
use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use std::time::{Duration, UNIX_EPOCH};
use url::Host;

/// A mail as it goes over the wire.
pub(super) struct Mail {
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) content: String,
}

impl Mail {
    pub(super) fn write(
        from: &Mailbox,
        letter: &Letter,
        composed: &Composed,
    ) -> Result<Self, DeliveryError> {
        let to = address(&letter.to).ok_or(DeliveryError::Refused(Refusal::Address))?;
        let from_name = from.name.as_deref().unwrap_or(&composed.from_name);
        let written_at = u64::try_from(letter.written_at.as_second()).unwrap_or_default();
        let content = Message::builder()
            .from(mailbox(Some(from_name), from.email.clone()))
            .to(mailbox(letter.to_name.as_deref(), to.clone()))
            .subject(line(&composed.subject))
            .date(UNIX_EPOCH + Duration::from_secs(written_at))
            .message_id(Some(format!("<{}>", line(&letter.message_id))))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", letter.language.tag()))
            .multipart(body(letter, composed)?)
            .map_err(|_| DeliveryError::Temporary(Trouble::Unwritable))?
            .formatted();
        let content = String::from_utf8(content)
            .map_err(|_| DeliveryError::Temporary(Trouble::Unwritable))?;
        Ok(Self { from: from.email.clone(), to, content })
    }
}

/// The text, and what goes with it. A calendar entry stands there twice: as one of the ways to show the
/// message, which is where programs look for what they are to do with it (RFC 6047), and as a file for
/// whoever keeps a calendar elsewhere.
fn body(letter: &Letter, composed: &Composed) -> Result<MultiPart, DeliveryError> {
    let text = MultiPart::alternative_plain_html(composed.text.clone(), composed.html.clone());
    let Some(calendar) = &composed.calendar else { return Ok(text) };
    let kind = ContentType::parse(&calendar.media_type())
        .map_err(|_| DeliveryError::Temporary(Trouble::Unwritable))?;
    let name = messages::of(letter.language).calendar.file.to_owned();
    let entry = SinglePart::builder().header(kind.clone()).body(calendar.text.clone());
    let file = Attachment::new(name).body(calendar.text.clone(), kind);
    Ok(MultiPart::mixed().multipart(text.singlepart(entry)).singlepart(file))
}

/// The address as mail servers know it: a domain that isn't ASCII in its ASCII form (RFC 5891).
fn address(written: &str) -> Option<Address> {
    let (user, domain) = written.rsplit_once('@')?;
    let domain =
        if domain.is_ascii() { domain.to_owned() } else { Host::parse(domain).ok()?.to_string() };
    Address::new(user, domain).ok()
}

fn mailbox(name: Option<&str>, email: Address) -> Mailbox {
    Mailbox::new(name.map(line).filter(|name| !name.is_empty()), email)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
