//! Forms that work without scripts.

use crate::{components::whole::Part, wire::PageView};
use leptos::prelude::*;

/// Returns a form with an action on the current invitation.
pub(crate) fn form(action: &'static str, view: &PageView, parts: Vec<AnyView>) -> AnyView {
    let token = view.token.clone().unwrap_or_default();
    view! {
        <form method="post" action=action novalidate>
            <input type="hidden" name="invitation" value=token/>
            {parts}
        </form>
    }
    .part()
}

/// Returns a hidden field.
pub(crate) fn hidden(name: &'static str, value: &str) -> AnyView {
    view! { <input type="hidden" name=name value=value.to_owned()/> }.part()
}

/// Returns the page's main button.
pub(crate) fn main_button(text: &str) -> AnyView {
    button("button main", text, None, false)
}

/// Returns a secondary button.
pub(crate) fn side_button(text: &str) -> AnyView {
    button("button", text, None, false)
}

/// Returns a button with a description, focused when the page opens.
pub(crate) fn described_button(text: &str, described_by: &'static str) -> AnyView {
    button("button", text, Some(described_by), true)
}

/// Returns a button that sends a method, with a hint. The hint is not part of its accessible name. A translation
/// leaves a provider's name as it is.
pub(crate) fn method_button(
    index: usize,
    (way, name): (&str, &str),
    is_name: bool,
    hint: &str,
) -> AnyView {
    let verbatim = is_name.then_some("no");
    let id = ["way-", &index.to_string()].concat();
    let (way, name, hint) = (way.to_owned(), name.to_owned(), hint.to_owned());
    view! {
        <div class="way">
            <button
                type="submit"
                name="way"
                value=way
                aria-describedby=id.clone()
                translate=verbatim
            >
                {name}
            </button>
            <p id=id class="hint">{hint}</p>
        </div>
    }
    .part()
}

fn button(
    manner: &'static str,
    text: &str,
    described_by: Option<&'static str>,
    focused: bool,
) -> AnyView {
    view! {
        <button class=manner type="submit" aria-describedby=described_by autofocus=focused>
            {text.to_owned()}
        </button>
    }
    .part()
}
