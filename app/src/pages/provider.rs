//! The redirect to an e-ID provider.

use crate::{
    components::form::{StepForm, Submit},
    server_fns::Cancel,
    wire::Redirect,
    wizard::use_texts,
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(provider: Redirect) -> impl IntoView {
    let texts = &use_texts().e_id;
    view! {
        <p class="lead">{(texts.leaving_lead)(&provider.name)}</p>
        <a class="button main" href=provider.url rel="noreferrer">
            {(texts.leaving_go)(&provider.name)}
        </a>
        <StepForm action=Cancel::PATH>
            <Submit text=texts.cancel/>
        </StepForm>
    }
}
