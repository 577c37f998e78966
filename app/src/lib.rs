//! The pages that people see on their way from the link to the meeting room.
//!
//! A page is a pure function of a [`wire::View`]. The server renders the first one, the browser
//! the ones that follow; both from the same code.

#[cfg(feature = "ssr")]
pub mod accept;
pub mod calls;
#[cfg(feature = "ssr")]
pub mod document;
pub mod fields;
#[cfg(any(feature = "csr", all(test, feature = "ssr")))]
pub mod gallery;
#[cfg(feature = "ssr")]
pub mod gate;
#[cfg(feature = "hydrate")]
pub mod live;
pub mod pages;
mod parts;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod shape;
pub mod steps;
pub mod wire;
pub mod words;

#[cfg(feature = "ssr")]
pub use document::{App, Document, document};

use leptos::prelude::*;

/// Everything within the element that the browser takes over, redrawn whenever the view changes.
#[component]
pub fn Wizard(
    /// What is shown.
    view: RwSignal<wire::View>,
) -> impl IntoView {
    move || view.with(parts::layout::layout)
}
