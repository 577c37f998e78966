//! The page for the e-mail address.

use crate::{
    components::{field::TextField, form::StepForm, message::problem_text},
    server_fns::GiveAddress,
    wire::{Address, Field},
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(page: Address) -> impl IntoView {
    let view = use_view();
    let texts = &use_texts().address;
    let problem = view.problem.filter(|it| it.field(&view.screen) == Some(Field::Address));
    view! {
        <p class="lead">{(texts.lead)(page.way)}</p>
        <StepForm action=GiveAddress::PATH>
            <TextField
                name="email"
                class="input email"
                label=texts.label
                hint=texts.hint
                value=page.typed
                keyboard="email"
                autocomplete="email"
                verbatim=false
                problem=problem.map(|it| problem_text(use_texts(), &view.screen, it))
            />
            <button class="button main" type="submit">{texts.go_on}</button>
        </StepForm>
    }
}
