//! The list of steps above the page.

use crate::{
    components::whole::Part,
    i18n::Texts,
    steps::{Step, Track},
};
use leptos::prelude::*;

/// Returns the steps, with the current one marked.
pub(crate) fn stepper(words: &Texts, track: Track, step: Step) -> AnyView {
    let at = track.place(step);
    let items = (words.frame.steps)(track)
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let done = if index < at { words.frame.step_done } else { "" };
            item(name, done, index == at)
        })
        .collect::<Vec<_>>();
    view! {
        <div class="stepper">
            <p class="stepper-caption">{(words.frame.step_of)(at + 1)}</p>
            <ol>{items}</ol>
        </div>
    }
    .part()
}

fn item(name: &'static str, done: &'static str, current: bool) -> AnyView {
    let manner = match (current, done) {
        (true, _) => "current",
        (_, "") => "ahead",
        _ => "done",
    };
    view! {
        <li class=manner aria-current=current.then_some("step")>
            <span class="step-name">{name}</span>
            <span class="unseen">{[" ", done].concat()}</span>
        </li>
    }
    .part()
}
