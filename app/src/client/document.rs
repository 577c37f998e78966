//! The direct changes to the document.

use super::rescue;
use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Document, Element, Event, EventTarget, HtmlElement, HtmlInputElement, Storage, Window, window,
};

pub(super) fn document() -> Option<Document> {
    window().and_then(|window| window.document())
}

pub(super) fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Returns `true` if the page is visible.
pub(super) fn is_visible() -> bool {
    document().is_some_and(|document| !document.hidden())
}

/// Returns the first element that matches.
fn first(selector: &str) -> Option<Element> {
    document()?.query_selector(selector).ok()?
}

/// Focuses the first element that matches. `false` if there is none.
pub(super) fn focus(selector: &str) -> bool {
    let found = first(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok());
    found.is_some_and(|element| element.focus().is_ok())
}

/// Scrolls as little as needed to show the whole of the element that matches within `root`. What is too high for
/// the window is shown from its beginning.
pub(super) fn reveal(root: &Element, selector: &str) {
    let (Ok(Some(element)), Some(window)) = (root.query_selector(selector), window()) else {
        return;
    };
    let rect = element.get_bounding_client_rect();
    let height = window.inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    let below = rect.bottom() + MARGIN - height;
    let above = rect.top() - MARGIN;
    if above < 0.0 || below > 0.0 {
        window.scroll_by_with_x_and_y(0.0, if above < 0.0 { above } else { below.min(above) });
    }
}

/// Pixels between what is revealed and the window's edge.
const MARGIN: f64 = 12.0;

/// Reveals an element of the page.
pub(super) fn reveal_in_page(selector: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        reveal(&root, selector);
    }
}

/// `true` if the visitor may be typing.
pub(super) fn is_typing() -> bool {
    let focused = document().and_then(|document| document.active_element());
    focused.is_some_and(|element| element.is_instance_of::<HtmlInputElement>())
}

/// Closes what the visitor has opened.
pub(super) fn close_help() {
    if let Some(open) = first("details[open]") {
        let _ = open.remove_attribute("open");
    }
}

pub(super) fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

pub(super) fn to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Returns the path in the address bar.
pub(super) fn path() -> Option<String> {
    window()?.location().pathname().ok()
}

/// Puts a path into the address bar, as a new entry of the history or instead of the current one. A page
/// without an address leaves the path as it is.
pub(super) fn show_path(to: &str, push: bool) {
    if to == "/" || path().as_deref() == Some(to) {
        return;
    }
    let Some(history) = window().and_then(|window: Window| window.history().ok()) else { return };
    let _ = if push {
        history.push_state_with_url(&JsValue::NULL, "", Some(to))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(to))
    };
}

/// Sets an attribute of the document's root element.
pub(super) fn mark(attribute: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute(attribute, "");
    }
}

/// Returns `false` if the browser says that it keeps no cookies.
pub(super) fn keeps_cookies() -> bool {
    // web-sys leaves `cookieEnabled` out.
    window()
        .and_then(|window| Reflect::get(&window.navigator(), &"cookieEnabled".into()).ok())
        .and_then(|enabled| enabled.as_bool())
        .unwrap_or(true)
}

/// Loads another document. Without `push` it replaces the current one in the history, so that Back doesn't
/// lead here. A page without an address is reloaded.
pub(super) fn go(url: &str, push: bool) {
    let Some(window) = window() else { return };
    let location = window.location();
    let _ = match url {
        "/" => location.reload(),
        _ if push => location.assign(url),
        _ => location.replace(url),
    };
}

/// Resets fields to the values that the page has for them: all fields, or those of codes only.
pub(super) fn reset_fields(all: bool) {
    let selector = if all { ".input" } else { ".input.code" };
    let Some(found) = document().and_then(|document| document.query_selector_all(selector).ok())
    else {
        return;
    };
    for index in 0..found.length() {
        if let Some(input) = found.get(index).and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
        {
            input.set_value(&input.default_value());
        }
    }
}

/// The key of a typed text, while a page loads in another language.
const TYPED: &str = "typed";

/// Keeps the typed text while the page loads in another language. A code is never kept.
pub(super) fn keep_typed() {
    if let (Some(field), Some(storage)) = (field(), storage()) {
        let _ = storage.set_item(TYPED, &field.value());
    }
}

/// Puts the typed text back, and forgets it.
pub(super) fn restore_typed() {
    let Some(storage) = storage() else { return };
    let typed = storage.get_item(TYPED).ok().flatten();
    let _ = storage.remove_item(TYPED);
    if let (Some(typed), Some(field)) = (typed, field()) {
        field.set_value(&typed);
    }
}

fn storage() -> Option<Storage> {
    window()?.session_storage().ok()?
}

/// Returns the page's field, unless it is that of a code.
fn field() -> Option<HtmlInputElement> {
    first(".input:not(.code)")?.dyn_into().ok()
}

/// Listens to an event as long as the app runs.
pub(super) fn on(target: &EventTarget, kind: &str, listener: impl Fn(Event) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(move |event| {
        if !rescue::is_over() {
            listener(event);
        }
    });
    let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
    closure.forget();
}
