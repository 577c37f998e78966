//! The accessibility statement, in the order of the model to which Swedish law refers.

use crate::{
    components::text::{Bullets, MailAddress, Phone},
    wire::{Accessibility, Conformance},
    wizard::{use_texts, use_view},
};
use leptos::prelude::*;

#[component]
pub(super) fn Page(statement: Accessibility) -> impl IntoView {
    let view = use_view();
    let texts = &use_texts().accessibility;
    let untested = statement.conformance == Conformance::None;
    let shortcomings = if statement.shortcomings.is_empty() {
        let none = if untested { texts.shortcomings_untested } else { texts.shortcomings_none };
        view! { <p class="plain">{none}</p> }.into_any()
    } else {
        let items = statement.shortcomings.into_iter().map(|text| view! { <li>{text}</li> });
        view! { <ul class="list">{items.collect_view()}</ul> }.into_any()
    };
    view! {
        <p class="lead">{(texts.about)(&view.organisation.name)}</p>
        <h2>{texts.how}</h2>
        <p class="plain">
            {match statement.conformance {
                Conformance::Full => texts.full,
                Conformance::Partial => texts.partial,
                Conformance::None => texts.none,
            }}
        </p>
        <h2>{texts.contact}</h2>
        <p class="plain">{texts.contact_how}</p>
        {statement.email.map(|email| view! {
            <p class="plain">
                {texts.by_mail} " "
                <MailAddress email/>
            </p>
        }.into_any())}
        {view.organisation.phone.clone().map(|number| view! {
            <p class="plain">{texts.by_phone} " " <Phone number/></p>
        }.into_any())}
        <h2>{texts.supervision}</h2>
        <p class="plain">
            {texts.supervision_text} " "
            <a class="link" href=texts.supervision_url rel="noreferrer">{texts.supervision_link}</a>
        </p>
        <h2>{texts.shortcomings}</h2>
        {shortcomings}
        <h2>{texts.tested}</h2>
        <Bullets items=texts.tested_how/>
        {statement.reviewed.map(|date| view! {
            <p class="quiet">{(texts.reviewed)(&date)}</p>
        }.into_any())}
    }
}
