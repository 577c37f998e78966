//! A labelled text field with its hint and problem.

use leptos::prelude::*;

/// A text field. It is focused if it has a problem.
#[component]
pub(crate) fn TextField(
    /// Its name in the form.
    name: &'static str,
    /// Its class.
    class: &'static str,
    /// Its accessible name.
    label: &'static str,
    /// The current value.
    #[prop(into)]
    value: String,
    /// The on-screen keyboard (`inputmode`).
    keyboard: &'static str,
    /// The `autocomplete` value.
    autocomplete: &'static str,
    /// `true` if a translation must not change the typed text.
    verbatim: bool,
    /// The problem with the typed text.
    problem: Option<String>,
    /// The ids of the texts that describe it, if it has no problem.
    #[prop(default = "field-hint")]
    described_by: &'static str,
    /// The hint on what to type.
    children: Children,
) -> impl IntoView {
    let wrong = problem.is_some();
    let described_by = if wrong { "field-problem field-hint" } else { described_by };
    view! {
        <div class=if wrong { "field wrong news" } else { "field" }>
            <label for="field">{label}</label>
            <p id="field-hint" class="hint">{children()}</p>
            {problem.map(|text| view! { <p id="field-problem" class="problem-line">{text}</p> }.into_any())}
            <input
                id="field"
                class=class
                type="text"
                name=name
                value=value
                inputmode=keyboard
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                translate=verbatim.then_some("no")
                aria-describedby=described_by
                aria-invalid=wrong.then_some("true")
                autofocus=wrong
            />
        </div>
    }
}
