//! Line icons. They decorate: a text beside each says the same.

use leptos::prelude::*;

/// Draws an icon from its lines, an SVG path in a square of 24 units.
fn drawn(lines: &'static str) -> AnyView {
    view! {
        <svg class="icon" aria-hidden="true" viewBox="0 0 24 24">
            <path d=lines></path>
        </svg>
    }
    .into_any()
}

/// An envelope: e-mail.
#[component]
pub(crate) fn Envelope() -> impl IntoView {
    drawn("M3 5.5h18v13H3zM3.5 6l8.5 7 8.5-7")
}

/// A speech bubble: a text message.
#[component]
pub(crate) fn Bubble() -> impl IntoView {
    drawn("M4 4.5h16v11h-8.5L7 19.5v-4H4zM8 9h8M8 12h5")
}

/// An identity card: an e-ID.
#[component]
pub(crate) fn IdCard() -> impl IntoView {
    drawn(
        "M3 5h18v14H3zM8.5 8a2 2 0 1 1 0 4 2 2 0 1 1 0-4M5.5 16c0-3 6-3 6 0M14.5 10H18M14.5 14H18",
    )
}

/// A check mark: done.
#[component]
pub(crate) fn Check() -> impl IntoView {
    drawn("M4 12.5 9.5 18 20 7")
}

/// A clock: a time.
#[component]
pub(crate) fn Clock() -> impl IntoView {
    drawn("M12 3a9 9 0 1 1 0 18 9 9 0 1 1 0-18M12 7v5.5l3.5 2")
}

/// A telephone receiver: a number to call.
#[component]
pub(crate) fn Receiver() -> impl IntoView {
    drawn(
        "M5 3.5h4l2 5-2.5 1.5a12 12 0 0 0 5.5 5.5L15.5 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5.5a2 2 0 0 1 2-2z",
    )
}
