//! The list of steps above the page.

use crate::{
    steps::{Step, Track},
    wizard::use_texts,
};
use leptos::prelude::*;

/// The steps, with the current one marked.
#[component]
pub(crate) fn Stepper(
    /// The order of the steps.
    track: Track,
    /// The current step.
    step: Step,
) -> impl IntoView {
    let texts = &use_texts().frame;
    let at = track.place(step);
    let steps = (texts.steps)(track)
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let (class, said) = match index {
                _ if index < at => ("done", texts.step_done),
                _ if index == at => ("current", ""),
                _ => ("ahead", ""),
            };
            view! {
                <li class=class aria-current=(index == at).then_some("step")>
                    <span class="step-name">{*name}</span>
                    <span class="unseen">{[" ", said].concat()}</span>
                </li>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="stepper">
            <p class="stepper-caption">{(texts.step_of)(at + 1)}</p>
            <ol>{steps}</ol>
        </div>
    }
}
