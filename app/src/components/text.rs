//! Headings, paragraphs, lists and links.

use crate::{
    components::{ids, whole::Part},
    i18n::{Section, readable_phone},
};
use leptos::prelude::*;

/// Returns the page's heading.
pub(crate) fn heading(text: &str) -> AnyView {
    view! { <h1 id=ids::HEADING tabindex="-1">{text.to_owned()}</h1> }.part()
}

/// Returns the heading of a part of the page.
pub(crate) fn subheading(text: &str) -> AnyView {
    view! { <h2>{text.to_owned()}</h2> }.part()
}

/// Returns a paragraph with a class: `lead`, `quiet`, or none.
pub(crate) fn paragraph(manner: &'static str, text: &str) -> AnyView {
    view! { <p class=manner>{text.to_owned()}</p> }.part()
}

/// Returns a plain paragraph.
pub(crate) fn plain(text: &str) -> AnyView {
    paragraph("plain", text)
}

/// Returns a heading with its paragraphs.
pub(crate) fn section(section: &Section) -> Vec<AnyView> {
    let mut parts = vec![subheading(section.heading)];
    parts.extend(section.text.iter().map(|text| plain(text)));
    parts
}

/// Returns a list of texts.
pub(crate) fn bullets(items: &[&str]) -> AnyView {
    let items = items.iter().map(|text| item(text)).collect::<Vec<_>>();
    view! { <ul class="list">{items}</ul> }.part()
}

/// Returns a numbered list of texts.
pub(crate) fn numbered(items: &[String]) -> AnyView {
    let items = items.iter().map(|text| item(text)).collect::<Vec<_>>();
    view! { <ol class="list numbers">{items}</ol> }.part()
}

fn item(text: &str) -> AnyView {
    view! { <li>{text.to_owned()}</li> }.part()
}

/// Returns a summary list: pairs of term and value.
pub(crate) fn summary_list(rows: Vec<(&str, AnyView)>) -> AnyView {
    let rows = rows.into_iter().map(|(name, value)| fact(name, value)).collect::<Vec<_>>();
    view! { <dl class="facts">{rows}</dl> }.part()
}

fn fact(name: &str, value: AnyView) -> AnyView {
    view! {
        <div>
            <dt>{name.to_owned()}</dt>
            <dd>{value}</dd>
        </div>
    }
    .part()
}

/// Returns a piece of text with a class.
pub(crate) fn span(manner: &'static str, text: &str) -> AnyView {
    view! { <span class=manner>{text.to_owned()}</span> }.part()
}

/// Returns a name, or a word that has no translation. A translation leaves it as it is.
pub(crate) fn name(manner: &'static str, text: &str) -> AnyView {
    view! { <span class=manner translate="no">{text.to_owned()}</span> }.part()
}

/// Returns a paragraph that contains these names, in this order.
pub(crate) fn naming(manner: &'static str, text: &str, names: &[&str]) -> AnyView {
    view! { <p class=manner>{named(text, names)}</p> }.part()
}

/// Returns a text that contains these names, in this order. A translation leaves them as they are.
pub(crate) fn named(mut text: &str, names: &[&str]) -> Vec<AnyView> {
    let mut parts = Vec::new();
    for it in names {
        if let Some((before, after)) = text.split_once(it) {
            if !before.is_empty() {
                parts.push(before.to_owned().part());
            }
            parts.push(name("name", it));
            text = after;
        }
    }
    if !text.is_empty() {
        parts.push(text.to_owned().part());
    }
    parts
}

/// Returns a piece of text that the loaded app updates.
pub(crate) fn live_text(id: &'static str, text: &str) -> AnyView {
    view! { <span id=id>{text.to_owned()}</span> }.part()
}

/// Returns the state of a background process, which the loaded app updates.
pub(crate) fn status(id: &'static str, text: &str) -> AnyView {
    view! { <p id=id class="message waiting" role="status">{text.to_owned()}</p> }.part()
}

/// Returns a part of the page that the loaded app shows and hides.
pub(crate) fn block(
    id: &'static str,
    manner: &'static str,
    shown: bool,
    parts: Vec<AnyView>,
) -> AnyView {
    view! { <div id=id class=manner hidden=!shown>{parts}</div> }.part()
}

/// Returns a card.
pub(crate) fn card(manner: &'static str, parts: Vec<AnyView>) -> AnyView {
    view! { <section class=manner>{parts}</section> }.part()
}

/// Returns a link to another page of an invitation. The loaded app follows it without a reload.
pub(crate) fn step_link(path: String, text: &str) -> AnyView {
    view! { <a class="link" href=path data-go="">{text.to_owned()}</a> }.part()
}

/// Returns a link to any other address.
pub(crate) fn link(manner: &'static str, url: &str, text: &str) -> AnyView {
    view! { <a class=manner href=url.to_owned() rel="noreferrer">{text.to_owned()}</a> }.part()
}

/// Returns a link to any other address, which the loaded app updates.
pub(crate) fn live_link(id: &'static str, manner: &'static str, url: &str, text: &str) -> AnyView {
    view! { <a id=id class=manner href=url.to_owned() rel="noreferrer">{text.to_owned()}</a> }
        .part()
}

/// Returns a phone number that can be called.
pub(crate) fn phone(number: &str) -> AnyView {
    link("phone", &["tel:", number].concat(), &readable_phone(number))
}

/// Returns a text that contains these names, in this order, and leads up to a link.
pub(crate) fn leading_from(text: &str, names: &[&str], link: AnyView) -> AnyView {
    let text = named(&[text, " "].concat(), names);
    view! { <p class="plain">{text}{link}</p> }.part()
}

/// Returns a text that leads up to a link.
pub(crate) fn text_with_link(text: &str, link: AnyView) -> AnyView {
    view! { <p class="plain">{[text, " "].concat()}{link}</p> }.part()
}
