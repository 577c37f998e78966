//! Whole HTML documents, as the server sends them.

use crate::{
    Wizard, pages,
    wire::{Screen, View},
};
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{Route, Router, Routes},
    path,
};

/// What a document is made of; the server gives it to the pages by context.
#[derive(Clone, Debug)]
pub struct Document {
    /// What the page shows.
    pub view: View,
    /// The bundle's tags for the head, with the nonce filled in; printed as they are.
    pub head: String,
}

/// The site map: every page that people can go to. Each shows what the [`Document`] in the context
/// says, whatever its address.
#[component]
pub fn App() -> impl IntoView {
    match use_context::<Document>() {
        Some(document) => shell(&document, view! { <Site/> }.into_any()),
        // The routes are only being listed.
        None => view! { <Site/> }.into_any(),
    }
}

#[component]
fn Site() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=Matter>
                <Route path=path!("/m/:token") view=Matter ssr=SsrMode::Async/>
                <Route path=path!("/m/:token/:step") view=Matter ssr=SsrMode::Async/>
                <Route path=path!("/accessibility") view=Matter ssr=SsrMode::Async/>
                <Route path=path!("/privacy") view=Matter ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}

#[component]
fn Matter() -> impl IntoView {
    use_context::<Document>().map(|document| matter(document.view))
}

/// The element that the browser takes over, and nothing else in it.
fn matter(view: View) -> AnyView {
    view! { <div id="app"><Wizard view=RwSignal::new(view)/></div> }.into_any()
}

/// A whole document outside the site map: what is found nowhere, refused, or out of order.
pub fn document(document: &Document) -> String {
    let owner = Owner::new();
    owner.with(|| shell(document, matter(document.view.clone())).to_html())
}

fn shell(document: &Document, body: AnyView) -> AnyView {
    let language = document.view.language.tag();
    let head = head(document);
    let view = inline_view(&document.view);
    view! {
        <!DOCTYPE html>
        <html lang=language>
            <head inner_html=head></head>
            <body>
                {body}
                <script type="application/json" id="view" inner_html=view></script>
            </body>
        </html>
    }
    .into_any()
}

/// The view for the browser; nothing in it can end the element that it stands in.
fn inline_view(view: &View) -> String {
    serde_json::to_string(view).unwrap_or_default().replace('<', "\\u003c")
}

fn head(document: &Document) -> String {
    let title = escaped(&pages::title(&document.view));
    // A door that is waited for opens by itself, with scripts switched off too.
    let waiting = match &document.view.screen {
        Screen::Meeting(meeting) if meeting.when.opens_in > 0 => {
            r#"<noscript><meta http-equiv="refresh" content="30"></noscript>"#
        }
        _ => "",
    };
    let tags = &document.head;
    format!(
        r##"<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title><meta name="robots" content="noindex, nofollow"><meta name="format-detection" content="telephone=no"><meta name="color-scheme" content="light dark"><meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)"><meta name="theme-color" content="#15191d" media="(prefers-color-scheme: dark)"><link rel="icon" href="/favicon.svg" type="image/svg+xml"><link rel="apple-touch-icon" href="/icon-180.png"><link rel="manifest" href="/manifest.webmanifest">{tags}<link rel="stylesheet" href="/brand.css">{waiting}"##
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
