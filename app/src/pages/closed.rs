//! Screens on which there is nothing more to do: what has happened, and whom to ask.

use crate::{
    parts::{
        help::whom_to_ring,
        text::{bullets, card, link, plain},
    },
    steps::invitation_path,
    wire::{Screen, View},
    words::Words,
};
use leptos::prelude::AnyView;

pub(super) fn page(view: &View, words: &Words) -> Vec<AnyView> {
    let closed = &words.closed;
    let section = match view.screen {
        Screen::Locked(_) => &closed.locked,
        Screen::Over => &closed.over,
        Screen::Cancelled => &closed.cancelled,
        Screen::Ended => &closed.ended,
        Screen::Refused => &closed.refused,
        Screen::Trouble => &closed.trouble,
        _ => &closed.not_found,
    };
    let mut parts = section.text.iter().map(|text| plain(text)).collect::<Vec<_>>();
    match (&view.screen, &view.token) {
        (Screen::NotFound, _) => parts.push(bullets(closed.not_found_why)),
        (Screen::Ended, Some(token)) => {
            parts.push(link("button", &invitation_path(token), closed.open_again));
        }
        _ => {}
    }
    let ring = whom_to_ring(view, words);
    if !ring.is_empty() {
        parts.push(card("panel", ring));
    }
    parts
}
