//! The accessibility statement, in the order of the model to which Swedish law refers.

use crate::{
    components::text::{bullets, link, paragraph, phone, plain, subheading, text_with_link},
    i18n::Texts,
    wire::{Accessibility, Conformance, PageView},
};
use leptos::prelude::AnyView;

pub(super) fn page(view: &PageView, words: &Texts, statement: &Accessibility) -> Vec<AnyView> {
    let texts = &words.accessibility;
    let mut parts = vec![
        paragraph("lead", &(texts.about)(&view.organisation.name)),
        subheading(texts.how),
        plain(match statement.conformance {
            Conformance::Full => texts.full,
            Conformance::Partial => texts.partial,
            Conformance::None => texts.none,
        }),
        subheading(texts.contact),
        plain(texts.contact_how),
    ];
    if let Some(email) = &statement.email {
        parts
            .push(text_with_link(texts.by_mail, link("link", &["mailto:", email].concat(), email)));
    }
    if let Some(number) = &view.organisation.phone {
        parts.push(text_with_link(texts.by_phone, phone(number)));
    }
    parts.push(subheading(texts.supervision));
    parts.push(text_with_link(
        texts.supervision_text,
        link("link", texts.supervision_url, texts.supervision_link),
    ));
    parts.push(subheading(texts.shortcomings));
    if statement.shortcomings.is_empty() {
        parts.push(plain(match statement.conformance {
            Conformance::None => texts.shortcomings_untested,
            Conformance::Full | Conformance::Partial => texts.shortcomings_none,
        }));
    } else {
        let known = statement.shortcomings.iter().map(String::as_str).collect::<Vec<_>>();
        parts.push(bullets(&known));
    }
    parts.push(subheading(texts.tested));
    parts.push(bullets(texts.tested_how));
    if let Some(date) = &statement.reviewed {
        parts.push(paragraph("quiet", &(texts.reviewed)(date)));
    }
    parts
}
