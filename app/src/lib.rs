//! The pages that visitors see on their way from the link to the room.
//!
//! A page is a pure function of a [`wire::View`]. The server renders the first one and the browser those that
//! follow, both with the same code.

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

/// The content of the element that the browser hydrates. It is redrawn whenever the view changes.
#[component]
pub fn Wizard(
    /// The view to show.
    view: RwSignal<wire::View>,
) -> impl IntoView {
    move || view.with(parts::layout::layout)
}
