//! The direct changes to the document.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, Element, HtmlDialogElement, HtmlElement, HtmlInputElement, Node, Window, window,
};

pub(super) fn document() -> Option<Document> {
    window().and_then(|window| window.document())
}

pub(super) fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Writes a text to the text node of an element, which remains the page's own node. An equal text is not
/// written, so that screen readers don't repeat it. If a translation has replaced the node, the text replaces
/// the element's content.
pub(super) fn write(id: &str, text: &str) {
    let Some(element) = by_id(id) else { return };
    let node = element.first_child().filter(|node| node.node_type() == Node::TEXT_NODE);
    if let Some(node) = node {
        if node.node_value().as_deref() != Some(text) {
            node.set_node_value(Some(text));
        }
    } else if element.get_attribute(WRITTEN).as_deref() != Some(text) {
        let _ = element.set_attribute(WRITTEN, text);
        element.set_text_content(Some(text));
    }
}

/// The attribute with the text that was written over a translation.
const WRITTEN: &str = "data-written";

/// Sets an attribute of an element.
pub(super) fn set(id: &str, name: &str, value: &str) {
    if let Some(element) = by_id(id) {
        let _ = element.set_attribute(name, value);
    }
}

/// Returns `true` if the page is visible.
pub(super) fn is_visible() -> bool {
    document().is_some_and(|document| !document.hidden())
}

pub(super) fn show(id: &str, shown: bool) {
    if let Some(element) = by_id(id) {
        let _ = element.toggle_attribute_with_force("hidden", !shown);
    }
}

pub(super) fn focus(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

pub(super) fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

pub(super) fn set_language(tag: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute("lang", tag);
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

/// Loads another document in place of this one. Back would otherwise lead here, and from here straight away
/// again.
pub(super) fn leave_for(url: &str) {
    go(url, false);
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

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    by_id(id).and_then(|element| element.dyn_into().ok())
}

pub(super) fn open_dialog(id: &str) {
    if let Some(dialog) = dialog(id).filter(|dialog| !dialog.open()) {
        let _ = dialog.show_modal();
    }
}

pub(super) fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}
