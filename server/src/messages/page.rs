//! The content of a message, before it becomes plain text or HTML. Both have the same content.

use app::i18n::readable_phone;

/// A message's body.
pub(crate) struct Page {
    /// The text that mail programs show beside the subject in a list.
    pub(crate) preview: String,
    /// The heading.
    pub(crate) heading: String,
    /// The parts under the heading, in order.
    pub(crate) blocks: Vec<Block>,
}

/// A part of a message. Its texts are single lines.
pub(crate) enum Block {
    /// A heading within the message.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list of points.
    List(Vec<String>),
    /// Facts, one a line.
    Facts(Vec<Fact>),
    /// A one-time code.
    Code(String),
    /// A link: a button, and the address as text.
    Door {
        /// The button's text.
        label: &'static str,
        /// The text before the address.
        hint: &'static str,
        /// The address.
        link: String,
    },
}

/// A label and its value.
pub(crate) struct Fact {
    pub(crate) label: &'static str,
    pub(crate) text: String,
    /// The number to dial, if the fact is a phone number.
    pub(crate) dial: Option<String>,
    /// `true` if the fact is no longer so.
    pub(crate) past: bool,
}

impl Fact {
    pub(crate) fn new(label: &'static str, text: String) -> Self {
        Self { label, text, dial: None, past: false }
    }

    /// Makes a fact that is no longer so.
    pub(crate) fn past(label: &'static str, text: String) -> Self {
        Self { past: true, ..Self::new(label, text) }
    }

    /// Makes a fact of a phone number, in E.164 or in the form that people write.
    pub(crate) fn phone(label: &'static str, number: &str) -> Self {
        let number = line(number);
        let dial: String = number
            .chars()
            .enumerate()
            .filter(|(at, c)| c.is_ascii_digit() || (*at == 0 && *c == '+'))
            .map(|(_, c)| c)
            .collect();
        let dial = Some(dial).filter(|dial| dial.len() > 1);
        Self { dial, ..Self::new(label, readable_phone(&number)) }
    }
}

impl Page {
    /// Returns the links in the page, in order.
    pub(crate) fn links(&self) -> Vec<String> {
        let link = |block: &Block| match block {
            Block::Door { link, .. } => Some(link.clone()),
            _ => None,
        };
        self.blocks.iter().filter_map(link).collect()
    }
}

/// Makes one line of a text that somebody wrote. Removes line breaks, control characters and marks that
/// change the direction of writing, since the text could otherwise pose as a separate line.
pub(crate) fn line(written: &str) -> String {
    let harmless = |c: &char| {
        c.is_whitespace()
            || !(c.is_control()
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    let kept: String = written.chars().filter(harmless).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::{Fact, line};

    #[test]
    fn a_phone_number_is_shown_to_people_and_dialled_by_phones() {
        for (number, text, dial) in [
            ("+46300834000", "0300-83 40 00", Some("+46300834000")),
            ("0300-83 40 00", "0300-83 40 00", Some("0300834000")),
            ("växeln", "växeln", None),
            ("+", "+", None),
        ] {
            let fact = Fact::phone("Telefon", number);
            assert_eq!((fact.text.as_str(), fact.dial.as_deref()), (text, dial));
        }
    }

    #[test]
    fn what_somebody_wrote_stays_on_one_line() {
        assert_eq!(line(" Kim\r\n1234\u{2028}\u{85}Ek \u{202e}\u{0}"), "Kim 1234 Ek");
        assert_eq!(line("Åsa \u{1f469}\u{200d}\u{1f4bb}"), "Åsa \u{1f469}\u{200d}\u{1f4bb}");
    }
}
