//! Summary lists: facts as pairs of term and value.

use leptos::prelude::*;

/// A fact of a `<dl class="facts">`.
#[component]
pub(crate) fn Fact(
    /// The fact's subject.
    term: &'static str,
    /// The fact itself.
    children: Children,
) -> impl IntoView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>{children()}</dd>
        </div>
    }
}
