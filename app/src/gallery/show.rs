//! Shows the state that the address names.

use super::{
    brand::Logo,
    frame::{Frame, Stage},
    hash::{Hash, Subject},
    states,
};
use crate::{
    Page, Wizard, pages,
    wire::{Language, PageView},
};
use leptos::{mount::mount_to_body, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::window;

/// Shows the state in the address, and follows its changes.
pub fn start() {
    mount_to_body(|| {
        let hash = RwSignal::new(Hash::now());
        if let Some(window) = window() {
            let changed = Closure::<dyn Fn()>::new(move || hash.set(Hash::now()));
            window.set_onhashchange(Some(changed.as_ref().unchecked_ref()));
            changed.forget();
        }
        let bare = Memo::new(move |_| hash.with(|hash| hash.bare));
        let sheet = Memo::new(move |_| hash.with(|hash| matches!(hash.subject, Subject::Sheet(_))));
        move || {
            if bare.get() && !sheet.get() {
                return (move || hash.with(alone)).into_any();
            }
            // The gallery itself is always the same.
            let (theme, language) = (None, Language::English);
            dress(&Hash { theme, language, large: false, ..hash.get_untracked() }, None);
            if bare.get() {
                view! { <Stage hash/> }.into_any()
            } else {
                view! { <Frame hash/> }.into_any()
            }
        }
    });
}

/// Returns one screen without the frame, as the product shows it.
fn alone(hash: &Hash) -> AnyView {
    let sample =
        states::state(hash.subject.name()).map(|state| branded(hash, (state.view)(hash.language)));
    dress(hash, sample.as_ref().map(pages::title));
    let style = hash.accent.map(|accent| view! { <style>{accent.style}</style> });
    match sample {
        Some(sample) => {
            view! { {style} <div id="app"><Page wizard=Wizard::new(sample)/></div> }.into_any()
        }
        None => view! { <main><h1>"No such screen"</h1></main> }.into_any(),
    }
}

/// Adds the logo to a view.
fn branded(hash: &Hash, mut view: PageView) -> PageView {
    view.organisation.logo = hash.logo.map(Logo::address);
    view
}

/// Sets the document's title, language, colours and size of text.
fn dress(hash: &Hash, title: Option<String>) {
    let Some(document) = window().and_then(|window| window.document()) else { return };
    if let Some(title) = title {
        document.set_title(&title);
    }
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("lang", hash.language.tag());
        for (name, value) in
            [("data-theme", hash.theme), ("data-text", hash.large.then_some("200"))]
        {
            let _ = match value {
                Some(value) => root.set_attribute(name, value),
                None => root.remove_attribute(name),
            };
        }
    }
}
