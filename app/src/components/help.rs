//! Help for visitors who have problems: hints, and whom to call.

use crate::{
    components::{
        text::{bullets, leading_from, phone},
        whole::Part,
    },
    i18n::Texts,
    pages::method,
    wire::PageView,
};
use leptos::prelude::*;

/// Returns the help, closed until a visitor opens it.
pub(crate) fn help(view: &PageView, words: &Texts) -> AnyView {
    let summary = words.help.summary;
    let mut parts = vec![bullets((words.help.hints)(method(&view.screen)))];
    parts.extend(contacts(view, words));
    view! {
        <details class="help">
            <summary>{summary}</summary>
            <div class="help-text">{parts}</div>
        </details>
    }
    .part()
}

/// Returns the phone numbers of the sender and the switchboard, as far as they are known.
pub(crate) fn contacts(view: &PageView, words: &Texts) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let organisation = &view.organisation;
    if let Some(help) = &view.help {
        let names = [help.name.as_str(), &organisation.name];
        let text = (words.help.call)(&help.name, &organisation.name);
        parts.push(leading_from(&text, &names, phone(&help.phone)));
    }
    if let Some(number) = &organisation.phone {
        let text = (words.help.switchboard)(&organisation.name);
        parts.push(leading_from(&text, &[&organisation.name], phone(number)));
    }
    parts
}
