//! The frame of every page: organisation, languages, stepper, footer.

use crate::{
    components::{help, ids, message, session, stepper, text, whole::Part},
    i18n::{Texts, texts},
    pages,
    server_fns::ChooseLanguage,
    steps::{ACCESSIBILITY_PATH, PRIVACY_PATH},
    wire::{Language, Organisation, PageView, Screen},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Returns a whole page.
pub(crate) fn layout(view: &PageView) -> AnyView {
    let words = texts(view.language);
    let skip = ["#", ids::MAIN].concat();
    view! {
        <a class="skip" href=skip>{words.frame.skip}</a>
        {header(view, words)}
        <main id=ids::MAIN tabindex="-1" class="page">{content(view, words)}</main>
        {footer(view, words)}
        {said(view)}
        {view.session.iter().map(|it| session::warning(view, words, it)).collect::<Vec<_>>()}
    }
    .part()
}

/// Returns the live region for announcements of the loaded app. A page with its own status has no second one.
fn said(view: &PageView) -> Vec<AnyView> {
    if matches!(view.screen, Screen::BankId(_)) {
        return Vec::new();
    }
    vec![view! { <p id=ids::SAID class="unseen" role="status">" "</p> }.part()]
}

fn content(view: &PageView, words: &'static Texts) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let step = view.screen.step();
    if let Some(step) = step {
        parts.push(stepper::stepper(words, view.track, step));
    }
    parts.push(offline(words));
    if let Some(notice) = view.notice {
        parts.push(message::notice(words, &view.screen, notice));
    }
    if let Some(problem) = pages::page_error(view) {
        parts.push(message::problem(words, &view.screen, problem));
    }
    let mut sheet = vec![text::heading(&pages::heading(view))];
    sheet.extend(pages::page(view, words));
    parts.push(text::card("sheet", sheet));
    if step.is_some() {
        parts.push(help::help(view, words));
    }
    if view.session.is_some() {
        parts.push(session::end(view, words));
    }
    parts
}

/// Returns the text that the loaded app shows if the service can't be reached.
fn offline(words: &Texts) -> AnyView {
    let text = words.frame.offline;
    view! { <div role="alert"><p id=ids::OFFLINE class="message problem" hidden>{text}</p></div> }
        .part()
}

fn header(view: &PageView, words: &Texts) -> AnyView {
    view! {
        <header class="header">
            <div class="header-row">{brand(&view.organisation)}{languages(view, words)}</div>
        </header>
    }
    .part()
}

fn brand(organisation: &Organisation) -> AnyView {
    let name = organisation.name.clone();
    match &organisation.logo {
        Some(logo) => view! {
            <p class="brand"><img src=logo.clone() alt=name/></p>
        }
        .part(),
        None => view! { <p class="brand" translate="no">{name}</p> }.part(),
    }
}

fn languages(view: &PageView, words: &Texts) -> AnyView {
    let path = view.path.clone();
    let buttons = Language::ALL
        .into_iter()
        .zip(words.frame.languages)
        .map(|(language, name)| language_button(language, name, language == view.language))
        .collect::<Vec<_>>();
    view! {
        <form class="languages" method="post" action=ChooseLanguage::PATH>
            <input type="hidden" name="path" value=path/>
            <div role="group" aria-label=words.frame.language>{buttons}</div>
        </form>
    }
    .part()
}

fn language_button(language: Language, name: &'static str, current: bool) -> AnyView {
    let tag = language.tag();
    view! {
        <button
            type="submit"
            name="language"
            value=tag
            lang=tag
            aria-current=current.then_some("true")
        >
            {name}
        </button>
    }
    .part()
}

fn footer(view: &PageView, words: &Texts) -> AnyView {
    let links =
        [(ACCESSIBILITY_PATH, words.frame.accessibility), (PRIVACY_PATH, words.frame.privacy)]
            .map(|(path, name)| view! { <li>{text::link("link", path, name)}</li> }.part())
            .into_iter()
            .collect::<Vec<_>>();
    let run_by = (words.frame.run_by)(&view.organisation.name);
    view! {
        <footer class="footer">
            <div class="footer-row">
                <nav aria-label=words.frame.footer><ul>{links}</ul></nav>
                <p>{run_by}</p>
            </div>
        </footer>
    }
    .part()
}
