//! A message in the format of e-mail (RFC 5322, MIME).

use crate::messages::{
    DeliveryError, Refusal, Trouble, content::MessageContext, page::line, render::RenderedMessage,
};
use app::i18n::messages;
use lettre::{
    Address, Message,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use std::time::{Duration, UNIX_EPOCH};

/// A mail in the form in which it is transmitted.
pub(crate) struct Mail {
    pub(crate) to: Address,
    pub(crate) content: String,
}

impl Mail {
    pub(crate) fn write(
        from: &Mailbox,
        context: &MessageContext,
        rendered: &RenderedMessage,
    ) -> Result<Self, DeliveryError> {
        let to = address(&context.to).ok_or(DeliveryError::Refused(Refusal::Address))?;
        let from_name = from.name.as_deref().unwrap_or(&rendered.from_name);
        let written_at = u64::try_from(context.written_at.as_second()).unwrap_or_default();
        let envelope = Message::builder()
            .from(mailbox(Some(from_name), from.email.clone()))
            .to(mailbox(context.to_name.as_deref(), to.clone()))
            .subject(line(&rendered.subject))
            .date(UNIX_EPOCH + Duration::from_secs(written_at))
            .message_id(Some(format!("<{}>", line(&context.message_id))))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("Content-Language", context.language.tag()));
        let message = if rendered.html.is_empty() {
            envelope.singlepart(SinglePart::plain(rendered.text.clone()))
        } else {
            envelope.multipart(body(context, rendered)?)
        };
        let bytes = message.map_err(|_| DeliveryError::Temporary(Trouble::Unwritable))?.formatted();
        let text =
            String::from_utf8(bytes).map_err(|_| DeliveryError::Temporary(Trouble::Unwritable))?;
        Ok(Self { to, content: text })
    }

    /// `true` if the recipient's address needs a server that takes addresses that are not ASCII.
    pub(crate) fn is_to_another_script(&self) -> bool {
        !in_ascii(&self.to)
    }
}

/// Builds the body: the text and its attachments. A calendar entry is there twice. Programs look for it among
/// the alternatives of the message (RFC 6047). People who keep a calendar elsewhere need it as a file.
fn body(context: &MessageContext, rendered: &RenderedMessage) -> Result<MultiPart, DeliveryError> {
    let text = MultiPart::alternative_plain_html(rendered.text.clone(), rendered.html.clone());
    let Some(calendar) = &rendered.calendar else { return Ok(text) };
    let kind = ContentType::parse(&calendar.media_type())
        .map_err(|_| DeliveryError::Temporary(Trouble::Unwritable))?;
    let name = messages::of(context.language).calendar.file.to_owned();
    let entry = SinglePart::builder().header(kind.clone()).body(calendar.text.clone());
    let file = Attachment::new(name).body(calendar.text.clone(), kind);
    Ok(MultiPart::mixed().multipart(text.singlepart(entry)).singlepart(file))
}

/// Returns the address as mail servers know it. Its domain is converted to ASCII (RFC 5891), as the web does
/// (UTS 46). The part before the `@` is for the owner's server to interpret, and stays. `None` if it is
/// invalid.
pub(crate) fn address(written: &str) -> Option<Address> {
    let (user, domain) = written.rsplit_once('@')?;
    let domain = if domain.is_ascii() {
        domain.to_owned()
    } else {
        idna::domain_to_ascii_strict(domain).ok()?
    };
    Address::new(user, domain).ok()
}

/// `true` if any server can take an address.
pub(crate) fn in_ascii(address: &Address) -> bool {
    AsRef::<str>::as_ref(address).is_ascii()
}

fn mailbox(name: Option<&str>, email: Address) -> Mailbox {
    Mailbox::new(name.map(line).filter(|name| !name.is_empty()), email)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{address, in_ascii};

    #[test]
    fn a_domain_is_written_in_ascii_and_what_stands_before_it_stays() {
        for (written, wire) in [
            ("mote@åmål.example", "mote@xn--ml-xiab.example"),
            ("mote@A\u{30a}MA\u{30a}L.Example", "mote@xn--ml-xiab.example"),
            ("mote@möte.åmål.example", "mote@xn--mte-sna.xn--ml-xiab.example"),
            ("mote@kommun。example", "mote@kommun.example"),
            ("mote@Kommun.Example", "mote@Kommun.Example"),
            ("möte@åmål.example", "möte@xn--ml-xiab.example"),
        ] {
            let address = address(written).expect(written);
            assert_eq!(address.to_string(), wire);
            assert_eq!(in_ascii(&address), wire.is_ascii());
        }
        let long = format!("mote@{}.example", "å".repeat(70));
        for written in ["mote@å_ä.example", "mote@å..example", "mote@", "å", &long] {
            assert!(address(written).is_none(), "{written}");
        }
    }
}
