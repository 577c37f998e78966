//! The method that the sender chose, and the next steps.

use crate::{
    components::{
        form::{form, main_button, side_button},
        text::{card, numbered, paragraph, plain, section, span, subheading, text_with_link},
    },
    i18n::Texts,
    server_fns::{Begin, UseEId},
    wire::{Method, MethodPage, PageView},
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts, method: &MethodPage) -> Vec<AnyView> {
    let texts = &words.method;
    let manner = match method.way {
        Method::EmailCode => &texts.email_code,
        Method::SmsCode => &texts.sms_code,
        Method::EId => &texts.e_id,
    };
    let mut way = vec![subheading(texts.card), paragraph("big", manner.way), plain(manner.chosen)];
    if let Some(number) = &method.phone {
        way.push(text_with_link(texts.sms_to, span("number", number)));
    }
    let mut parts = vec![
        paragraph("lead", &(texts.lead)(&view.organisation.name)),
        card("panel", way),
        subheading(texts.what_happens),
        numbered(&(manner.steps)(method.code_length)),
        form(Begin::PATH, view, vec![main_button(texts.go_on)]),
    ];
    if method.way == Method::EId {
        parts.push(card("again", section(&texts.e_id_what)));
    } else if method.e_id {
        let instead = form(UseEId::PATH, view, vec![side_button(texts.use_e_id)]);
        parts.push(card("again", vec![plain(texts.e_id_too), instead]));
    }
    parts
}
