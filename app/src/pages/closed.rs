//! Pages without a further step: they say what has happened, and whom to call.

use crate::{
    components::{
        form::{form, main_button},
        help::contacts,
        text::{bullets, card, link, plain},
    },
    i18n::Texts,
    server_fns::UseEId,
    steps::invitation_path,
    wire::{Method, PageView, Screen},
};
use leptos::{prelude::AnyView, server_fn::ServerFn};

pub(super) fn page(view: &PageView, words: &Texts) -> Vec<AnyView> {
    let closed = &words.closed;
    let section = match view.screen {
        Screen::Locked(locked) if locked.way == Method::EId => &closed.locked_e_id,
        Screen::Locked(_) => &closed.locked,
        Screen::Closed => &closed.over,
        Screen::Cancelled => &closed.cancelled,
        Screen::Ended => &closed.ended,
        Screen::WrongBrowser => &closed.elsewhere,
        Screen::NoCookies => &closed.no_cookies,
        Screen::BadRequest => &closed.refused,
        Screen::Unavailable => &closed.trouble,
        _ => &closed.not_found,
    };
    let mut parts = section.text.iter().map(|text| plain(text)).collect::<Vec<_>>();
    match (&view.screen, &view.token) {
        (Screen::Locked(locked), _) if locked.e_id => {
            let button = main_button(words.method.use_e_id);
            parts.push(plain(closed.locked_e_id_too));
            parts.push(form(UseEId::PATH, view, vec![button]));
        }
        (Screen::NotFound, _) => parts.push(bullets(closed.not_found_why)),
        (Screen::NoCookies, Some(token)) => {
            parts.push(bullets(closed.no_cookies_how));
            parts.push(link("button main", &invitation_path(token), closed.try_again));
        }
        (Screen::Ended, Some(token)) => {
            parts.push(link("button", &invitation_path(token), closed.open_again));
        }
        _ => {}
    }
    let ring = contacts(view, words);
    if !ring.is_empty() {
        parts.push(card("panel", ring));
    }
    parts
}
