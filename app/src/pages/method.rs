//! Which way of identifying the sender chose, and what will happen.

use crate::{
    calls::Begin,
    parts::{
        form::{form, main_button},
        text::{card, numbered, paragraph, plain, subheading},
    },
    wire::{Method, View, Way},
    words::Words,
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &View, words: &Words, method: &Method) -> Vec<AnyView> {
    let texts = &words.method;
    let way = match method.way {
        Way::EmailCode | Way::SmsCode | Way::EId => texts.way,
    };
    vec![
        paragraph("lead", &(texts.lead)(&view.organisation.name)),
        card("panel", vec![subheading(texts.card), paragraph("big", way), plain(texts.chosen)]),
        subheading(texts.what_happens),
        numbered(&(texts.steps)(method.code_length)),
        form(Begin::PATH, view, vec![main_button(texts.go_on)]),
    ]
}
