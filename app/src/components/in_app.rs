//! Advice to leave the browser of a mail program or a social app, with the invitation's link to take along.
//!
//! Such browsers are often old, so the page has no bundle: a few lines of plain script copy the link ([`SCRIPT`]).
//! Without them it is copied by hand.

use crate::wizard::use_texts;
use leptos::prelude::*;

/// The script that copies the link. It comes after the page's content. If the browser refuses, the field with the link
/// is shown and selected.
#[cfg(feature = "ssr")]
pub(crate) const SCRIPT: &str = r#"(function(){var part=document.querySelector(".in-app"),button=part.querySelector("button"),label=part.querySelector("label"),field=part.querySelector("input"),done=part.querySelector("[role=status] p");button.hidden=false;label.hidden=true;button.onclick=function(){var refused=function(){done.hidden=true;label.hidden=false;field.focus();field.select()};try{navigator.clipboard.writeText(field.value).then(function(){label.hidden=true;done.hidden=false},refused)}catch(error){refused()}}})()"#;

/// The advice. The gallery shows the button and the field.
#[component]
pub(crate) fn InApp(
    /// The link.
    link: String,
) -> impl IntoView {
    let texts = &use_texts().in_app;
    let plain = cfg!(feature = "ssr");
    view! {
        <section class="message in-app">
            <p class="plain">{texts.why}</p>
            <button type="button" class="button" hidden=plain>{texts.copy}</button>
            <label>
                <span>{texts.label}</span>
                <input class="to-copy" type="text" readonly translate="no" value=link/>
            </label>
            <div role="status"><p class="plain" hidden>{texts.copied}</p></div>
        </section>
    }
}
