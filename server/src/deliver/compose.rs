//! Puts a letter into words.

use super::letter::{Letter, OrganisationCard};

/// A letter in words. It holds links and codes in clear, so it has no `Debug` and is never stored.
#[derive(Clone)]
pub struct Composed {
    /// Who it is from, as people call it.
    pub from_name: String,
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same for those whose mail program shows HTML.
    pub html: String,
    /// A calendar entry to go with it.
    pub calendar: Option<String>,
    /// The links in it, in order.
    pub links: Vec<String>,
}

/// Puts a letter into words, in its language and in the organisation's name.
pub fn compose(organisation: &OrganisationCard, letter: &Letter) -> Composed {
    todo!()
}
