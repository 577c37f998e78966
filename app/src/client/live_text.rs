//! Texts that change while a page is shown.

use leptos::{
    html::ElementType,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, Node},
};

/// The attribute with the text that was written over a translation.
const WRITTEN: &str = "data-written";

/// Writes a text to the text node of an element, which remains the page's own node. An equal text is not
/// written, so that screen readers don't repeat it. If a translation has replaced the node, the text replaces
/// the element's content.
pub(crate) fn write<E>(place: NodeRef<E>, text: &str)
where
    E: ElementType,
    E::Output: JsCast + Clone + Into<Element> + 'static,
{
    if let Some(element) = place.get_untracked() {
        write_to(&element.into(), text);
    }
}

fn write_to(element: &Element, text: &str) {
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
