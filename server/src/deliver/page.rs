//! What stands in a message, before it is plain text or HTML: both say the same.

/// A message's body.
pub(super) struct Page {
    /// What mail programs show beside the subject in the list.
    pub(super) preview: String,
    /// The heading.
    pub(super) heading: String,
    /// What stands under it, in order.
    pub(super) blocks: Vec<Block>,
}

/// A part of a message. Its texts are single lines.
pub(super) enum Block {
    /// A heading within the message.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Points.
    List(Vec<String>),
    /// Labels and what they label.
    Facts(Vec<(&'static str, String)>),
    /// A one-time code.
    Code(String),
    /// A link: a button, and the address in plain sight.
    Door {
        /// What the button says.
        label: &'static str,
        /// What stands ahead of the address.
        hint: &'static str,
        /// The address.
        link: String,
    },
}

impl Page {
    /// The links in it, in order.
    pub(super) fn links(&self) -> Vec<String> {
        let link = |block: &Block| match block {
            Block::Door { link, .. } => Some(link.clone()),
            _ => None,
        };
        self.blocks.iter().filter_map(link).collect()
    }
}

/// One line out of what somebody wrote: line breaks, control characters and marks that turn the
/// direction of writing around are gone, so that it can't pose as a line of its own.
pub(super) fn line(written: &str) -> String {
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
    use super::line;

    #[test]
    fn what_somebody_wrote_stays_on_one_line() {
        assert_eq!(line(" Kim\r\n1234\u{2028}\u{85}Ek \u{202e}\u{0}"), "Kim 1234 Ek");
        assert_eq!(line("Åsa \u{1f469}\u{200d}\u{1f4bb}"), "Åsa \u{1f469}\u{200d}\u{1f4bb}");
    }
}
