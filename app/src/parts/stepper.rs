//! Where on the way one is.

use crate::{parts::whole::Part, steps::Step, words::Words};
use leptos::prelude::*;

/// The steps, with the one at hand marked.
pub(crate) fn stepper(words: &Words, step: Step) -> AnyView {
    // The way out to the room belongs to the last step.
    let at = (step as usize).min(words.frame.steps.len() - 1);
    let items = words
        .frame
        .steps
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
