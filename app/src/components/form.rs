//! Forms and links that work without scripts, and without a reload where the app runs.

use crate::{
    client,
    wizard::{use_view, use_wizard},
};
use leptos::{html::Form, prelude::*};

/// A form with an action on the current invitation. The app sends it with `fetch`, one at a time. If there is no
/// response, what was typed stays.
#[component]
pub(crate) fn StepForm(
    /// The address of the server function.
    action: &'static str,
    /// The form's element, for a form that is sent automatically.
    #[prop(optional)]
    node_ref: NodeRef<Form>,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView {
    let wizard = use_wizard();
    let busy = RwSignal::new(false);
    view! {
        <form
            node_ref=node_ref
            method="post"
            action=action
            novalidate
            aria-busy=move || busy.get().then_some("true")
            on:submit=move |event| client::submit(wizard, &event, busy)
        >
            <input
                type="hidden"
                name="invitation"
                value=use_view().token.clone().unwrap_or_default()
            />
            {children()}
        </form>
    }
}

/// A link to another page of the invitation. The app follows it without a reload.
#[component]
pub(crate) fn StepLink(
    /// The address.
    path: String,
    /// The link's text.
    text: &'static str,
) -> impl IntoView {
    let wizard = use_wizard();
    let to = path.clone();
    view! {
        <a class="link" href=path on:click=move |event| client::follow(wizard, &event, &to)>
            {text}
        </a>
    }
}
