//! Forms that work without scripts.

use crate::parts::whole::Part;
use crate::wire::View;
use leptos::prelude::*;

/// A form that does something with the invitation at hand.
pub(crate) fn form(action: &'static str, view: &View, parts: Vec<AnyView>) -> AnyView {
    let token = view.token.clone().unwrap_or_default();
    view! {
        <form method="post" action=action novalidate>
            <input type="hidden" name="invitation" value=token/>
            {parts}
        </form>
    }
    .part()
}

/// A value that the form sends along.
pub(crate) fn hidden(name: &'static str, value: &str) -> AnyView {
    view! { <input type="hidden" name=name value=value.to_owned()/> }.part()
}

/// The page's one obvious button.
pub(crate) fn main_button(text: &str) -> AnyView {
    button("button main", text, None, false)
}

/// A button beside it.
pub(crate) fn side_button(text: &str) -> AnyView {
    button("button", text, None, false)
}

/// A button with what there is to say of it, focused when the page comes.
pub(crate) fn described_button(text: &str, described_by: &'static str) -> AnyView {
    button("button", text, Some(described_by), true)
}

/// A button that sends which way to go on, with a hint of what that means. The hint is no part of its
/// name. A provider's name is left as it is by a translation.
pub(crate) fn way_button(
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
