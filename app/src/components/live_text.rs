//! Texts that change while a page is shown.

use crate::{
    client,
    wizard::{effect, use_wizard},
};
use leptos::{html::Span, prelude::*};

/// A text that changes with the signals that it reads, on a translated page too.
#[component]
pub(crate) fn LiveText(
    /// Returns the text.
    text: Box<dyn Fn() -> String>,
) -> impl IntoView {
    let place = NodeRef::<Span>::new();
    let first = untrack(&text);
    effect(move || client::write(place, &text()));
    view! { <span node_ref=place>{first}</span> }
}

/// A text that counts down.
#[component]
pub(crate) fn Countdown(
    /// Returns the text, from the seconds that have passed since the view arrived.
    text: Box<dyn Fn(u32) -> String>,
) -> impl IntoView {
    let elapsed = use_wizard().elapsed;
    view! { <LiveText text=Box::new(move || text(elapsed.get()))/> }
}
