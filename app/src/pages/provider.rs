//! The redirect to an e-ID provider.

use crate::{
    calls::Cancel,
    parts::{
        form::{form, side_button},
        text::{link, paragraph},
    },
    wire::{Leaving, View},
    words::Words,
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &View, words: &Words, leaving: &Leaving) -> Vec<AnyView> {
    let texts = &words.e_id;
    vec![
        paragraph("lead", &(texts.leaving_lead)(&leaving.name)),
        link("button main", &leaving.url, &(texts.leaving_go)(&leaving.name)),
        form(Cancel::PATH, view, vec![side_button(texts.cancel)]),
    ]
}
