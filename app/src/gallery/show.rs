//! Shows the state that the address names.

use super::{frame, hash::Hash, states};
use crate::{Page, Wizard, pages};
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
        move || hash.with(|hash| if hash.bare { bare(hash) } else { frame::frame(hash) })
    });
}

/// Returns one screen without the frame, as the product shows it.
fn bare(hash: &Hash) -> AnyView {
    let sample = states::state(&hash.state).map(|state| (state.view)(hash.language));
    dress(hash, sample.as_ref().map(pages::title));
    match sample {
        Some(sample) => view! { <div id="app"><Page wizard=Wizard::new(sample)/></div> }.into_any(),
        None => view! { <main><h1>"No such screen"</h1></main> }.into_any(),
    }
}

/// Sets the document's title, language and colours.
fn dress(hash: &Hash, title: Option<String>) {
    let Some(document) = window().and_then(|window| window.document()) else { return };
    if let Some(title) = title {
        document.set_title(&title);
    }
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("lang", hash.language.tag());
        let _ = match hash.theme {
            Some(theme) => root.set_attribute("data-theme", theme),
            None => root.remove_attribute("data-theme"),
        };
    }
}
