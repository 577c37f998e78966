//! A labelled text field with its hint and what was wrong with it.

use crate::parts::whole::Part;
use leptos::prelude::*;

/// What a text field is.
pub(crate) struct TextField<'a> {
    /// Its name in the form.
    pub(crate) name: &'static str,
    /// Its accessible name.
    pub(crate) label: &'a str,
    /// What to type.
    pub(crate) hint: &'a str,
    /// What stands in it.
    pub(crate) value: &'a str,
    /// Which keyboard to show.
    pub(crate) keyboard: &'static str,
    /// What the browser may fill in.
    pub(crate) autocomplete: &'static str,
    /// Whether a translation is to leave what is typed as it is.
    pub(crate) verbatim: bool,
    /// What was wrong with what was typed.
    pub(crate) problem: Option<String>,
}

/// The field; focused when something was wrong with it.
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
