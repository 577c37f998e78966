//! The privacy notice.

use crate::{
    components::text::{bullets, link, paragraph, plain, section, subheading, text_with_link},
    i18n::Texts,
    wire::{PageView, Privacy},
};
use leptos::prelude::AnyView;

pub(super) fn page(view: &PageView, words: &Texts, notice: &Privacy) -> Vec<AnyView> {
    let texts = &words.privacy;
    let mut parts = vec![
        paragraph("lead", &(texts.lead)(&view.organisation.name)),
        subheading(texts.what),
        bullets(texts.what_items),
    ];
    parts.extend(section(&texts.why));
    parts.push(subheading(texts.how_long));
    parts.push(plain(&(texts.how_long_text)(notice.kept_days)));
    parts.extend(section(&texts.cookies));
    parts.push(bullets(texts.cookie_items));
    parts.extend(section(&texts.rights));
    if let Some(email) = &notice.officer {
        parts
            .push(text_with_link(texts.officer, link("link", &["mailto:", email].concat(), email)));
    }
    parts.push(text_with_link(
        texts.authority,
        link("link", texts.authority_url, texts.authority_link),
    ));
    parts
}
