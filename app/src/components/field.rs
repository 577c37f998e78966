//! A labelled text field with its hint and problem.

use crate::components::whole::Part;
use leptos::prelude::*;

/// Content of a text field.
pub(crate) struct TextField<'a> {
    /// Its name in the form.
    pub(crate) name: &'static str,
    /// Its accessible name.
    pub(crate) label: &'a str,
    /// The hint on what to type.
    pub(crate) hint: &'a str,
    /// The current value.
    pub(crate) value: &'a str,
    /// The on-screen keyboard (`inputmode`).
    pub(crate) keyboard: &'static str,
    /// The `autocomplete` value.
    pub(crate) autocomplete: &'static str,
    /// `true` if a translation must not change the typed text.
    pub(crate) verbatim: bool,
    /// The problem with the typed text.
    pub(crate) problem: Option<String>,
}

/// Returns the field. It is focused if it has a problem.
pub(crate) fn text_field(field: TextField<'_>) -> AnyView {
    let wrong = field.problem.is_some();
    let described = if wrong { "field-problem field-hint" } else { "field-hint" };
    let problem = field.problem.into_iter().map(problem_line).collect::<Vec<_>>();
    view! {
        <div class="field" class:wrong=wrong>
            <label for="field">{field.label.to_owned()}</label>
            <p id="field-hint" class="hint">{field.hint.to_owned()}</p>
            {problem}
            <input
                id="field"
                class=["input ", field.name].concat()
                type="text"
                name=field.name
                value=field.value.to_owned()
                inputmode=field.keyboard
                autocomplete=field.autocomplete
                autocapitalize="none"
                spellcheck="false"
                translate=field.verbatim.then_some("no")
                aria-describedby=described
                aria-invalid=wrong.then_some("true")
                autofocus=wrong
            />
        </div>
    }
    .part()
}

fn problem_line(text: String) -> AnyView {
    view! { <p id="field-problem" class="problem-line">{text}</p> }.part()
}
