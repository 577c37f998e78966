//! Lists, sections and phone numbers.

use crate::i18n::{Section, readable_phone};
use leptos::prelude::*;

/// A heading with its paragraphs.
#[component]
pub(crate) fn TextSection(section: &'static Section) -> impl IntoView {
    view! {
        <h2>{section.heading}</h2>
        <Plain texts=section.text/>
    }
}

/// Plain paragraphs.
#[component]
pub(crate) fn Plain(texts: &'static [&'static str]) -> impl IntoView {
    texts.iter().map(|text| view! { <p class="plain">{*text}</p> }.into_any()).collect_view()
}

/// A list of texts.
#[component]
pub(crate) fn Bullets(items: &'static [&'static str]) -> impl IntoView {
    view! { <ul class="list">{items.iter().map(|text| view! { <li>{*text}</li> }.into_any()).collect_view()}</ul> }
}

/// A numbered list of texts.
#[component]
pub(crate) fn Numbered(items: [String; 3]) -> impl IntoView {
    let items = items.map(|text| view! { <li>{text}</li> }.into_any()).into_iter().collect_view();
    view! { <ol class="list numbers">{items}</ol> }
}

/// A phone number that can be called.
#[component]
pub(crate) fn Phone(number: String) -> impl IntoView {
    view! {
        <a class="phone" href=["tel:", &number].concat() rel="noreferrer">
            {readable_phone(&number)}
        </a>
    }
}

/// An e-mail address that can be written to.
#[cfg(not(feature = "hydrate"))]
#[component]
pub(crate) fn MailAddress(email: String) -> impl IntoView {
    let to = ["mailto:", &email].concat();
    view! { <a class="link" href=to rel="noreferrer">{email}</a> }
}
