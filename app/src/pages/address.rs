//! The page for the e-mail address.

use crate::{
    components::{
        field::{TextField, text_field},
        form::{form, main_button},
        message::problem_text,
        text::paragraph,
    },
    i18n::Texts,
    server_fns::GiveAddress,
    wire::{Address, Field, PageView},
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts, address: &Address) -> Vec<AnyView> {
    let texts = &words.address;
    let problem = view.problem.filter(|it| it.field(&view.screen) == Some(Field::Address));
    let field = text_field(TextField {
        name: "email",
        label: texts.label,
        hint: texts.hint,
        value: &address.typed,
        keyboard: "email",
        autocomplete: "email",
        verbatim: false,
        problem: problem.map(|it| problem_text(words, &view.screen, it)),
    });
    vec![
        paragraph("lead", (texts.lead)(address.way)),
        form(GiveAddress::PATH, view, vec![field, main_button(texts.go_on)]),
    ]
}
