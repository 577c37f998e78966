//! The waiting room, for a guest.

use super::{alert, button, devices::OwnPicture, heading, use_room, words};
use crate::{
    conference::state::Act,
    wire::{Knock, Presence},
};
use leptos::prelude::*;

/// The state of the knock in words, and the way out.
#[component]
pub(super) fn Waiting() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.waiting;
    let host = if room.leader.is_empty() { texts.host } else { &room.leader };
    let state = move || {
        room.guest.with(|guest| match guest.as_ref().map(|guest| (guest.state, guest.host)) {
            Some((Knock::Locked, _)) => (texts.locked)(host),
            Some((Knock::Full, _)) => texts.full.to_owned(),
            Some((_, Presence::Here)) => {
                let since = guest.as_ref().map(|guest| (room.texts.clock)(&guest.since));
                (texts.seen)(host, &since.unwrap_or_default())
            }
            _ => (texts.not_here)(host),
        })
    };
    let message = move || {
        room.guest.with(|guest| {
            let text = guest.as_ref().map(|guest| guest.message.as_str()).unwrap_or_default();
            (!text.is_empty()).then(|| (texts.message)(host, text))
        })
    };
    view! {
        {heading(texts.title)}
        <p class="lead" role="status">{words(state)}</p>
        {alert("message", message)}
        <p class="message waiting">{texts.by_itself}</p>
        <OwnPicture/>
        {alert("message problem", move || {
            room.offline.get().then(|| room.texts.check.offline.to_owned())
        })}
        {button("button", texts.leave.to_owned(), move || room.act(Act::Leave))}
    }
}
