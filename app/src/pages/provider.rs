//! The redirect to an e-ID provider.

use crate::{
    components::{
        form::{form, side_button},
        text::{link, paragraph},
    },
    i18n::Texts,
    server_fns::Cancel,
    wire::{PageView, Redirect},
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts, leaving: &Redirect) -> Vec<AnyView> {
    let texts = &words.e_id;
    vec![
        paragraph("lead", &(texts.leaving_lead)(&leaving.name)),
        link("button main", &leaving.url, &(texts.leaving_go)(&leaving.name)),
        form(Cancel::PATH, view, vec![side_button(texts.cancel)]),
    ]
}
