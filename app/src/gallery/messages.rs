//! The messages that the service sends. Its own code has rendered them into files (`make messages`).

use crate::wire::Language;

/// A message in one language.
pub(super) struct Message {
    /// The name of its state.
    pub(super) name: &'static str,
    language: &'static str,
    /// The subject. Empty for an SMS.
    pub(super) subject: &'static str,
    /// The plain text.
    pub(super) text: &'static str,
    /// The HTML. `None` for an SMS, and for an e-mail that has none.
    pub(super) html: Option<&'static str>,
}

macro_rules! messages {
    ($($form:ident $name:literal $language:literal $subject:literal,)*) => {
        static MESSAGES: &[Message] = &[$(Message {
            name: $name,
            language: $language,
            subject: $subject,
            text: include_str!(concat!($name, ".", $language, ".txt")),
            html: form!($form $name $language),
        },)*];
    };
}

macro_rules! form {
    (html $name:literal $language:literal) => {
        Some(include_str!(concat!($name, ".", $language, ".html")))
    };
    (text $name:literal $language:literal) => {
        None
    };
}

include!("messages/list.rs");

impl Message {
    /// Returns the messages in a language.
    pub(super) fn all(language: Language) -> impl Iterator<Item = &'static Self> {
        MESSAGES.iter().filter(move |message| message.language == language.tag())
    }

    /// Returns the message with this name.
    pub(super) fn named(name: &str, language: Language) -> Option<&'static Self> {
        Self::all(language).find(|message| message.name == name)
    }
}
