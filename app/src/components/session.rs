//! The session: the button that ends it, and the warning before it times out.

use crate::{
    components::{
        form::{form, hidden, main_button, side_button},
        ids,
        text::{paragraph, plain},
        whole::Part,
    },
    i18n::Texts,
    server_fns::{EndSession, Stay},
    wire::{PageView, Session},
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Returns the button that ends the session, and the reason to use it.
pub(crate) fn end(view: &PageView, words: &Texts) -> AnyView {
    let parts = vec![
        paragraph("quiet", words.frame.identified),
        form(EndSession::PATH, view, vec![side_button(words.frame.end)]),
    ];
    view! { <div class="session">{parts}</div> }.part()
}

/// Returns the warning, closed until the loaded app opens it.
pub(crate) fn warning(view: &PageView, words: &Texts, session: &Session) -> AnyView {
    let texts = &words.session;
    let way_on = if session.can_stay {
        let stay = vec![hidden("path", &view.path), main_button(texts.stay)];
        vec![plain(texts.why), form(Stay::PATH, view, stay)]
    } else {
        vec![plain(texts.last), close(texts.close)]
    };
    view! {
        <dialog id=ids::WARNING class="warning" aria-labelledby="warning-title">
            <h2 id="warning-title">{texts.title}</h2>
            <p id=ids::WARNING_TIME>" "</p>
            {way_on}
        </dialog>
    }
    .part()
}

fn close(text: &'static str) -> AnyView {
    view! { <form method="dialog"><button class="button" type="submit">{text}</button></form> }
        .part()
}
