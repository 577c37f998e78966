//! The page for the e-mail address.

use crate::{
    components::{
        field::TextField,
        form::{StepForm, StepLink, Submit},
        message::problem_text,
    },
    server_fns::{GiveAddress, UseEId},
    steps::{Step, Track},
    wire::{Address, Field},
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(page: Address) -> impl IntoView {
    let view = use_view();
    let words = use_texts();
    let texts = &words.address;
    let problem = view.problem.filter(|it| it.field(&view.screen) == Some(Field::Address));
    let problem = problem.map(|it| problem_text(words, &view.screen, it));
    let method = Step::Method.path(view.token.as_deref().unwrap_or_default());
    let by_e_id_instead = view.track == Track::EIdInstead;
    view! {
        <p class="lead">{(texts.lead)(page.way)}</p>
        <StepForm action=GiveAddress::PATH>
            <TextField
                name="email"
                class="input email"
                label=texts.label
                value=page.typed
                keyboard="email"
                autocomplete="email"
                verbatim=false
                problem
            >
                {texts.hint}
            </TextField>
            <Submit text=texts.go_on main=true/>
        </StepForm>
        {page.e_id.then(|| view! {
            <StepForm action=UseEId::PATH>
                <Submit text=words.method.use_e_id_instead/>
            </StepForm>
        }.into_any())}
        {by_e_id_instead.then(|| view! {
            <StepLink path=method text=words.e_id.code_instead/>
        }.into_any())}
    }
}
