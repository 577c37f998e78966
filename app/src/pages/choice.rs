//! The choice of an e-ID.

use crate::{
    components::{
        form::{form, method_button},
        help::contacts,
        text::{card, paragraph, step_link},
    },
    i18n::Texts,
    server_fns::Choose,
    steps::{Step, Track},
    wire::{Choice, PageView},
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts, choice: &Choice) -> Vec<AnyView> {
    let texts = &words.e_id;
    let buttons = buttons(words, choice);
    let mut parts = if buttons.is_empty() {
        vec![paragraph("lead", texts.no_ways), card("panel", contacts(view, words))]
    } else {
        vec![paragraph("lead", texts.choose_lead), form(Choose::PATH, view, buttons)]
    };
    let token = view.token.as_deref().unwrap_or_default();
    let mut back = vec![step_link(Step::Address.path(token), words.code.change)];
    if view.track == Track::EIdInstead {
        back.push(step_link(Step::Method.path(token), texts.code_instead));
    }
    parts.push(card("links", back));
    parts
}

/// Returns the buttons: BankID first, beginning with the likelier device, then the providers.
fn buttons(words: &Texts, choice: &Choice) -> Vec<AnyView> {
    let texts = &words.e_id;
    let mut ways = Vec::new();
    if choice.bankid {
        ways.push((Choice::ELSEWHERE, texts.elsewhere, texts.elsewhere_hint.to_owned()));
        ways.push((Choice::HERE, texts.here, texts.here_hint.to_owned()));
        if choice.handheld {
            ways.reverse();
        }
    }
    for provider in &choice.providers {
        let hint = (texts.provider_hint)(&provider.name);
        ways.push((provider.id.as_str(), provider.name.as_str(), hint));
    }
    ways.into_iter()
        .enumerate()
        .map(|(index, (value, name, hint))| {
            let is_name = !matches!(value, Choice::ELSEWHERE | Choice::HERE);
            method_button(index, (value, name), is_name, &hint)
        })
        .collect()
}
