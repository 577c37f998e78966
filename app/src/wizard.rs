//! The context that the components of a page share.

use crate::{
    client::Client,
    i18n::{Texts, texts},
    wire::PageView,
};
use leptos::prelude::*;
use std::sync::Arc;

/// The signals that all components share. [`use_wizard`] returns them to a component.
#[derive(Clone, Copy)]
pub struct Wizard {
    /// The view that is shown.
    pub view: RwSignal<Arc<PageView>>,
    /// Seconds since it arrived.
    pub elapsed: RwSignal<u32>,
    /// `true` while a sent form has no response.
    pub pending: RwSignal<bool>,
    /// The text that a screen reader announces.
    pub announcement: RwSignal<&'static str>,
    /// The browser's part.
    pub(crate) client: Client,
}

impl Wizard {
    /// Creates the signals for a first view.
    pub fn new(view: PageView) -> Self {
        Self {
            view: RwSignal::new(Arc::new(view)),
            elapsed: RwSignal::new(0),
            pending: RwSignal::new(false),
            announcement: RwSignal::new(""),
            client: Client::new(),
        }
    }
}

/// Returns the signals of the page.
pub fn use_wizard() -> Wizard {
    expect_context()
}

/// Returns the view that a component is drawn for. Another view draws all components again.
pub(crate) fn use_view() -> Arc<PageView> {
    use_wizard().view.get_untracked()
}

/// Returns the texts in the language of the page.
pub(crate) fn use_texts() -> &'static Texts {
    texts(use_wizard().view.with_untracked(|view| view.language))
}

/// The content of the element that the browser hydrates.
#[component]
#[expect(unreachable_pub, reason = "the properties of a component are a public struct")]
pub fn Page(
    /// The signals of the page.
    wizard: Wizard,
) -> impl IntoView {
    provide_context(wizard);
    move || {
        wizard.view.track();
        crate::components::layout::Layout()
    }
}

/// Runs a closure now and whenever a signal that it has read changes. The server never runs it.
///
/// Each closure given to [`Effect::new`] makes a new type, with the code to run it. Boxed, all share one.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn start(mut run: Box<dyn FnMut()>) {
        Effect::new(move |_| run());
    }
    start(Box::new(run));
}
