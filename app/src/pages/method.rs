//! The method that the sender chose, and the next steps.

use crate::{
    components::{
        form::{StepForm, Submit},
        icon::{Bubble, Envelope, IdCard},
        text::{Numbered, TextSection},
    },
    server_fns::{Begin, UseEId},
    wire::{Method, MethodPage},
    wizard::{use_texts, use_view},
};
use leptos::{prelude::*, server_fn::ServerFn};

#[component]
pub(super) fn Page(page: MethodPage) -> impl IntoView {
    let texts = &use_texts().method;
    let (method, icon) = match page.way {
        Method::EmailCode => (&texts.email_code, view! { <Envelope/> }.into_any()),
        Method::SmsCode => (&texts.sms_code, view! { <Bubble/> }.into_any()),
        Method::EId => (&texts.e_id, view! { <IdCard/> }.into_any()),
    };
    let required = page.way == Method::EId;
    view! {
        <p class="lead">{(texts.lead)(&use_view().organisation.name)}</p>
        <section class="card">
            <span class="disc">{icon}</span>
            <div class="card-text">
                <h2>{texts.card}</h2>
                <p class="big">{method.way}</p>
                <p class="plain">{method.chosen}</p>
                {page.phone.map(|number| view! {
                    <p class="plain">{texts.sms_to} " " <span class="number">{number}</span></p>
                }.into_any())}
            </div>
        </section>
        <StepForm action=Begin::PATH>
            <Submit text=texts.go_on main=true/>
        </StepForm>
        <h2>{texts.what_happens}</h2>
        <Numbered items=(method.steps)(page.code_length)/>
        {required.then(|| view! {
            <section class="again"><TextSection section=&texts.e_id_what/></section>
        }.into_any())}
        {(page.e_id && !required).then(|| view! {
            <section class="again">
                <p class="plain">{texts.e_id_too}</p>
                <StepForm action=UseEId::PATH><Submit text=texts.use_e_id/></StepForm>
            </section>
        }.into_any())}
    }
}
