//! Shows the state that the address names.

use super::{
    brand::Logo,
    conferences::scene,
    frame::{Frame, Stage},
    hash::{Hash, Subject},
    messages::Message,
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

/// Returns one screen or message without the frame.
fn alone(hash: &Hash) -> AnyView {
    let name = hash.subject.name();
    if let Some(message) = Message::named(name, hash.language) {
        return sent(hash, message);
    }
    let scene = scene(name);
    // The context outlasts this screen: one without a room must not find that of another.
    provide_context(scene.map(|scene| scene.room(hash.language)));
    let sample = scene.map(|scene| branded(hash, scene.view(hash.language)));
    let sample = sample
        .or_else(|| states::state(name).map(|state| branded(hash, (state.view)(hash.language))));
    dress(hash, sample.as_ref().map(pages::title));
    let style = hash.accent.map(|accent| view! { <style>{accent.style}</style> });
    match sample {
        Some(sample) => {
            view! { {style} <div id="app"><Page wizard=Wizard::new(sample)/></div> }.into_any()
        }
        None => view! { <main><h1>"No such screen"</h1></main> }.into_any(),
    }
}

/// Returns a message as its reader sees it: an e-mail's HTML, and its plain text, or an SMS.
fn sent(hash: &Hash, message: &'static Message) -> AnyView {
    let heading = if message.subject.is_empty() { "SMS" } else { message.subject };
    dress(hash, Some(heading.to_owned()));
    let body = match message.html {
        Some(html) => view! {
            {mail(heading, themed(html, hash.theme))}
            <details><summary>"Plain text"</summary><pre>{message.text}</pre></details>
        }
        .into_any(),
        None => view! { <pre>{message.text}</pre> }.into_any(),
    };
    view! { <main class="gallery-message"><h1>{heading}</h1> {body}</main> }.into_any()
}

/// Returns a new frame with an e-mail: a used one would load both the old one and the new.
fn mail(title: &'static str, html: String) -> AnyView {
    let each = move || [html.clone()];
    let frame = move |html| view! { <iframe sandbox="" title=title srcdoc=html></iframe> };
    view! { <For each key=String::clone children=frame/> }.into_any()
}

/// Returns an e-mail's HTML as mail programs of this theme show it.
fn themed(html: &str, theme: Option<&str>) -> String {
    let media = match theme {
        Some("dark") => "all",
        Some(_) => "not all",
        None => return html.to_owned(),
    };
    html.replace("(prefers-color-scheme: dark)", media)
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
