//! Shows the state that the address names.

use super::{frame, hash::Hash, states};
use crate::{Wizard, pages, wire::Language};
use leptos::{mount::mount_to_body, prelude::*};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, HtmlDialogElement, window};

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
    dress(hash);
    hold_forms();
    let warned = hash.state == states::WARNED;
    let Some(sample) = sample else {
        return view! { <main><h1>"No such screen"</h1></main> }.into_any();
    };
    let title = pages::title(&sample);
    if let Some(document) = window().and_then(|window| window.document()) {
        document.set_title(&title);
    }
    if warned {
        let language = hash.language;
        request_animation_frame(move || open_warning(language));
    }
    view! { <div id="app"><Wizard view=RwSignal::new(sample)/></div> }.into_any()
}

/// Sets the document's language and colours.
fn dress(hash: &Hash) {
    let root = window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("lang", hash.language.tag());
        let _ = match hash.theme {
            Some(theme) => root.set_attribute("data-theme", theme),
            None => root.remove_attribute("data-theme"),
        };
    }
}

/// Stops forms from being sent: there is no service here.
fn hold_forms() {
    type Listener = Closure<dyn Fn(Event)>;
    thread_local! {
        static HELD: RefCell<Option<Listener>> = const { RefCell::new(None) };
    }
    HELD.with_borrow_mut(|held| {
        let listener = held.get_or_insert_with(|| {
            Closure::new(|event: Event| {
                event.prevent_default();
            })
        });
        if let Some(document) = window().and_then(|window| window.document()) {
            let _ = document
                .add_event_listener_with_callback("submit", listener.as_ref().unchecked_ref());
        }
    });
}

fn open_warning(language: Language) {
    let words = crate::i18n::texts(language);
    let found = |id: &str| window()?.document()?.get_element_by_id(id);
    if let Some(text) = found("warning-time").and_then(|it| it.first_child()) {
        text.set_node_value(Some(&(words.session.soon)(&(words.time.length)(110))));
    }
    if let Some(dialog) = found("warning").and_then(|it| it.dyn_into::<HtmlDialogElement>().ok()) {
        let _ = dialog.show_modal();
    }
}
