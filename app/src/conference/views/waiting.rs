//! The waiting room: for a guest, and for a host who finds no free seat.

use super::{
    alert, button, chime, devices::OwnPicture, heading, host::Host, part, unheard, use_room, words,
};
use crate::{
    conference::state::Act,
    wire::{GuestLobby, Knock, Presence, Role},
};
use leptos::prelude::*;

/// The state of the knock in words, and the way out.
#[component]
pub(super) fn Waiting() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.waiting;
    let host = if room.leader.is_empty() { texts.host } else { &room.leader };
    let leads = room.role == Role::Host;
    let state = move || match room.guest.get() {
        _ if leads => texts.full_host.to_owned(),
        Some(GuestLobby { state: Knock::Locked, .. }) => (texts.locked)(host),
        Some(GuestLobby { state: Knock::Full, .. }) => texts.full.to_owned(),
        Some(GuestLobby { host: Presence::Here, since, .. }) => {
            (texts.seen)(host, &(room.texts.clock)(&since))
        }
        Some(GuestLobby { left: true, .. }) => (texts.left)(host),
        Some(guest) if !guest.phone.is_empty() => (texts.late)(host),
        _ => (texts.not_here)(host),
    };
    let full = move || leads || room.guest.get().is_some_and(|it| it.state == Knock::Full);
    let phone = part(move || {
        let number = room.guest.get().map(|guest| guest.phone).unwrap_or_default();
        if number.is_empty() || full() {
            return ().into_any();
        }
        // The page has the same number, as people read it. The code that writes it so weighs too much.
        let shown = document().query_selector("a.phone").ok().flatten();
        let shown = shown.and_then(|it| it.text_content());
        let link = ["tel:", &number].concat();
        view! { <p><a class="phone" href=link>{shown.unwrap_or(number)}</a></p> }.into_any()
    });
    let by_itself =
        words(move || if full() { texts.full_by_itself } else { texts.by_itself }.to_owned());
    let message = move || {
        let text = room.guest.get().map(|guest| guest.message).unwrap_or_default();
        (!text.is_empty()).then(|| (texts.message)(host, &text))
    };
    view! {
        {heading(texts.title)}
        <p class="lead" role="status">{words(state)}</p>
        {phone}
        {alert("message", message)}
        <p class="message waiting">{by_itself}</p>
        <OwnPicture/>
        {unheard(room)}
        {alert("message problem", move || {
            room.offline.get().then(|| room.texts.check.offline.to_owned())
        })}
        {leads.then(|| view! { <Host/> }.into_any())}
        {(!leads).then(|| chime(room, texts.chime))}
        {button("button", texts.leave.to_owned(), move || room.act(Act::Leave))}
    }
}
