//! Headings, paragraphs, lists and links.

use crate::{
    parts::{ids, whole::Part},
    words::{Section, readable_phone},
};
use leptos::prelude::*;

/// The page's heading.
pub(crate) fn heading(text: &str) -> AnyView {
    view! { <h1 id=ids::HEADING tabindex="-1">{text.to_owned()}</h1> }.part()
}

/// The heading of a part of the page.
pub(crate) fn subheading(text: &str) -> AnyView {
    view! { <h2>{text.to_owned()}</h2> }.part()
}

/// A paragraph in a manner of its own: `lead`, `quiet`, or none.
pub(crate) fn paragraph(manner: &'static str, text: &str) -> AnyView {
    view! { <p class=manner>{text.to_owned()}</p> }.part()
}

/// A plain paragraph.
pub(crate) fn plain(text: &str) -> AnyView {
    paragraph("plain", text)
}

/// A heading with its paragraphs.
pub(crate) fn section(section: &Section) -> Vec<AnyView> {
    let mut parts = vec![subheading(section.heading)];
    parts.extend(section.text.iter().map(|text| plain(text)));
    parts
}

/// A list of texts.
pub(crate) fn bullets(items: &[&str]) -> AnyView {
    let items = items.iter().map(|text| item(text)).collect::<Vec<_>>();
    view! { <ul class="list">{items}</ul> }.part()
}

/// A list of texts that come one after another.
pub(crate) fn numbered(items: &[String]) -> AnyView {
    let items = items.iter().map(|text| item(text)).collect::<Vec<_>>();
    view! { <ol class="list numbers">{items}</ol> }.part()
}

fn item(text: &str) -> AnyView {
    view! { <li>{text.to_owned()}</li> }.part()
}

/// Names and what they stand for.
pub(crate) fn facts(rows: Vec<(&str, AnyView)>) -> AnyView {
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

/// A piece of text in a manner of its own.
pub(crate) fn span(manner: &'static str, text: &str) -> AnyView {
    view! { <span class=manner>{text.to_owned()}</span> }.part()
}

/// A name or a word that means nothing in another language: a translation leaves it as it is.
pub(crate) fn name(manner: &'static str, text: &str) -> AnyView {
    view! { <span class=manner translate="no">{text.to_owned()}</span> }.part()
}

/// A paragraph in which names stand, in this order.
pub(crate) fn naming(manner: &'static str, text: &str, names: &[&str]) -> AnyView {
    view! { <p class=manner>{named(text, names)}</p> }.part()
}

/// A text in which names stand, in this order.
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

/// A piece of text that the loaded app keeps up to date.
pub(crate) fn living(id: &'static str, text: &str) -> AnyView {
    view! { <span id=id>{text.to_owned()}</span> }.part()
}

/// How something goes that goes on by itself, kept up to date by the loaded app.
pub(crate) fn status(id: &'static str, text: &str) -> AnyView {
    view! { <p id=id class="message waiting" role="status">{text.to_owned()}</p> }.part()
}

/// A part of the page that the loaded app shows and hides.
pub(crate) fn block(
    id: &'static str,
    manner: &'static str,
    shown: bool,
    parts: Vec<AnyView>,
) -> AnyView {
    view! { <div id=id class=manner hidden=!shown>{parts}</div> }.part()
}

/// A box of its own for what belongs together.
pub(crate) fn card(manner: &'static str, parts: Vec<AnyView>) -> AnyView {
    view! { <section class=manner>{parts}</section> }.part()
}

/// A link to another page of an invitation; the loaded app follows it without a reload.
pub(crate) fn step_link(path: String, text: &str) -> AnyView {
    view! { <a class="link" href=path data-go="">{text.to_owned()}</a> }.part()
}

/// A link to anywhere else.
pub(crate) fn link(manner: &'static str, url: &str, text: &str) -> AnyView {
    view! { <a class=manner href=url.to_owned() rel="noreferrer">{text.to_owned()}</a> }.part()
}

/// A link to anywhere else whose address the loaded app keeps up to date.
pub(crate) fn living_link(
    id: &'static str,
    manner: &'static str,
    url: &str,
    text: &str,
) -> AnyView {
    view! { <a id=id class=manner href=url.to_owned() rel="noreferrer">{text.to_owned()}</a> }
        .part()
}

/// A phone number that can be called.
pub(crate) fn phone(number: &str) -> AnyView {
    link("phone", &["tel:", number].concat(), &readable_phone(number))
}

/// A text in which names stand, and the link that it leads up to.
pub(crate) fn leading_from(text: &str, names: &[&str], link: AnyView) -> AnyView {
    let text = named(&[text, " "].concat(), names);
    view! { <p class="plain">{text}{link}</p> }.part()
}

/// A text and the link that it leads up to.
pub(crate) fn leading(text: &str, link: AnyView) -> AnyView {
    view! { <p class="plain">{[text, " "].concat()}{link}</p> }.part()
}
