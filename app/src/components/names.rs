//! Names within a text, which a translation leaves as they are.

use leptos::prelude::*;

/// A text that contains these names, in this order.
#[component]
pub(crate) fn Named(
    /// The text.
    text: String,
    /// The names.
    names: Vec<String>,
) -> impl IntoView {
    let mut rest = text.as_str();
    let mut parts = Vec::new();
    for name in names {
        if let Some((before, after)) = rest.split_once(name.as_str()) {
            parts.push(before.to_owned().into_any());
            parts.push(view! { <span class="name" translate="no">{name}</span> }.into_any());
            rest = after;
        }
    }
    parts.push(rest.to_owned().into_any());
    parts
}
