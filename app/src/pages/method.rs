//! The method that the sender chose, and the next steps.

use crate::{
    calls::{Begin, UseEId},
    parts::{
        form::{form, main_button, side_button},
        text::{card, leading, numbered, paragraph, plain, section, span, subheading},
    },
    wire::{Method, View, Way},
    words::Words,
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &View, words: &Words, method: &Method) -> Vec<AnyView> {
    let texts = &words.method;
    let manner = match method.way {
        Way::EmailCode => &texts.email_code,
        Way::SmsCode => &texts.sms_code,
        Way::EId => &texts.e_id,
    };
    let mut way = vec![subheading(texts.card), paragraph("big", manner.way), plain(manner.chosen)];
    if let Some(number) = &method.phone {
        way.push(leading(texts.sms_to, span("number", number)));
    }
    let mut parts = vec![
        paragraph("lead", &(texts.lead)(&view.organisation.name)),
        card("panel", way),
        subheading(texts.what_happens),
        numbered(&(manner.steps)(method.code_length)),
        form(Begin::PATH, view, vec![main_button(texts.go_on)]),
    ];
    if method.way == Way::EId {
        parts.push(card("again", section(&texts.e_id_what)));
    } else if method.e_id {
        let instead = form(UseEId::PATH, view, vec![side_button(texts.use_e_id)]);
        parts.push(card("again", vec![plain(texts.e_id_too), instead]));
    }
    parts
}
