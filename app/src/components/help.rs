//! Help for visitors who have problems: hints, and whom to call.

use crate::{
    components::{
        names::Named,
        text::{Bullets, Phone},
    },
    pages::method,
    wizard::{use_texts, use_view},
};
use leptos::prelude::*;

/// The help, closed until a visitor opens it.
#[component]
pub(crate) fn Help() -> impl IntoView {
    let texts = &use_texts().help;
    view! {
        <details class="help">
            <summary>{texts.summary}</summary>
            <div class="help-text">
                <Bullets items=(texts.hints)(method(&use_view().screen))/>
                <Contacts/>
            </div>
        </details>
    }
}

/// The phone numbers of the sender and the switchboard, as far as they are known.
#[component]
pub(crate) fn Contacts() -> impl IntoView {
    let view = use_view();
    let texts = &use_texts().help;
    let organisation = &view.organisation.name;
    view! {
        {view.help.as_ref().map(|help| {
            let text = (texts.call)(&help.name, organisation);
            view! {
                <p class="plain">
                    <Named text=text names=vec![help.name.clone(), organisation.clone()]/>
                    " "
                    <Phone number=help.phone.clone()/>
                </p>
            }
        }.into_any())}
        {view.organisation.phone.clone().map(|number| view! {
            <p class="plain">
                <Named text=(texts.switchboard)(organisation) names=vec![organisation.clone()]/>
                " "
                <Phone number/>
            </p>
        }.into_any())}
    }
}
