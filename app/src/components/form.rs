//! Forms and links that work without scripts, and without a reload where the app runs.

use crate::{
    client,
    components::message::OfflineMessage,
    wizard::{use_view, use_wizard},
};
use leptos::{html::Form, prelude::*};

/// The state of a form that the app sends.
#[derive(Clone, Copy)]
pub(crate) struct FormState {
    /// `true` while it has no response.
    pub(crate) busy: RwSignal<bool>,
    /// `true` if the service could not be reached.
    pub(crate) offline: RwSignal<bool>,
}

impl FormState {
    /// Creates the state of a form and provides it to the form's parts.
    pub(crate) fn provide() -> Self {
        let state = Self { busy: RwSignal::new(false), offline: RwSignal::new(false) };
        provide_context(state);
        state
    }

    /// Returns the value of the form's `aria-busy`.
    pub(crate) fn aria_busy(self) -> Option<&'static str> {
        self.busy.get().then_some("true")
    }
}

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
    let state = FormState::provide();
    view! {
        <form
            node_ref=node_ref
            method="post"
            action=action
            novalidate
            aria-busy=move || state.aria_busy()
            on:submit=move |event| client::submit(wizard, &event, state)
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

/// The button that sends a form. Above it stands that the service could not be reached, if so.
#[component]
pub(crate) fn Submit(
    /// Its name.
    text: &'static str,
    /// `true` for the page's main button.
    #[prop(optional)]
    main: bool,
) -> impl IntoView {
    let class = if main { "button main" } else { "button" };
    view! {
        <OfflineMessage/>
        <button class=class type="submit">{text}</button>
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
