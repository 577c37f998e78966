//! The pages that visitors see on their way from the link to the room.
//!
//! A page is a pure function of a [`wire::View`]. The server renders the first one and the browser those that
//! follow, both with the same code.
//!
//! The server prints the first view into the page. Every POST answers with the next one. The gallery, Back and reload
//! depend on this.

#[cfg(feature = "ssr")]
pub mod accept;
#[cfg(feature = "ssr")]
pub mod backend;
mod components;
#[cfg(feature = "ssr")]
pub mod document;
pub mod fields;
#[cfg(any(feature = "csr", all(test, feature = "ssr")))]
pub mod gallery;
pub mod i18n;
#[cfg(feature = "hydrate")]
pub mod live;
pub mod pages;
pub mod server_fns;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod shape;
pub mod steps;
pub mod wire;

#[cfg(feature = "ssr")]
pub use document::{App, Document, document};

use leptos::prelude::*;

/// The content of the element that the browser hydrates. It is redrawn whenever the view changes.
#[component]
pub fn Wizard(
    /// The view to show.
    view: RwSignal<wire::PageView>,
) -> impl IntoView {
    move || view.with(components::layout::layout)
}
