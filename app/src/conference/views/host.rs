//! The host's part: who waits, who was admitted, and what only a host can do.

use super::{alert, button, catch_focus, chime, flag, list::fill, part, toggle, use_room, words};
use crate::{
    conference::state::{Act, Decision, Room},
    wire::{Guest, HostLobby},
    wizard::effect,
};
use leptos::{ev::SubmitEvent, html, prelude::*};

/// The waiting room and the meeting as a whole.
#[component]
pub(super) fn Host() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.host;
    let locked = move || room.host.get().is_some_and(|host| host.locked);
    let keys = move |part: fn(&HostLobby) -> &Vec<Guest>| {
        move || {
            let host = room.host.get();
            let guests = host.as_ref().map(part).into_iter().flatten();
            guests.map(|guest| guest.guest.clone()).collect::<Vec<_>>()
        }
    };
    let (waiting, inside) = (keys(|host| &host.waiting), keys(|host| &host.inside));
    let nobody_in = move || inside().is_empty();
    let count = move || match waiting().len() {
        0 => texts.nobody.to_owned(),
        count => count.to_string(),
    };
    let [list_waiting, list_inside] = [(); 2].map(|()| NodeRef::<html::Ul>::new());
    fill(move || list_waiting.get().map(Into::into), waiting, move |key| guest(room, key, true));
    fill(move || list_inside.get().map(Into::into), inside, move |key| guest(room, key, false));
    let sure = NodeRef::<html::Dialog>::new();
    let ask = move || {
        if let Some(dialog) = sure.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = sure.get_untracked() {
            dialog.close();
        }
    };
    let end = move || {
        close();
        room.act(Act::Decide(Decision::End));
    };
    let calls = part(move || calls(room));
    let fold = NodeRef::<html::Details>::new();
    // It opens for a guest who comes. On a phone it closes when nobody waits, and leaves the space to the tiles.
    let waited = Memo::new(move |_| !waiting().is_empty());
    effect(move || {
        let waited = waited.get();
        if let Some(fold) = fold.get() {
            let _ = fold.toggle_attribute_with_force("open", waited || !is_narrow());
        }
    });
    // A decision takes away its button, with the row.
    let mut before = [0; 2];
    effect(move || {
        let now = room.host.get();
        let now = now.map_or([0; 2], |host| [host.waiting.len(), host.inside.len()]);
        if now[0] < before[0] || now[1] < before[1] {
            catch_focus(".host summary");
        }
        before = now;
    });
    view! {
        <section class="panel host" aria-label=texts.title>
            <details node_ref=fold>
                <summary>
                    <h2>{texts.waiting}</h2>
                    " "
                    <span class="quiet">{words(count)}</span>
                </summary>
                <div class="fold">
                    <ul class="rows" aria-label=texts.waiting node_ref=list_waiting></ul>
                    <h2 hidden=flag(nobody_in)>{texts.inside}</h2>
                    <ul
                        class="rows"
                        aria-label=texts.inside
                        hidden=flag(nobody_in)
                        node_ref=list_inside
                    ></ul>
                    {calls}
                    {alert("message problem", move || {
                        room.offline.get().then(|| texts.failed.to_owned())
                    })}
                    <div class="row-buttons">
                        {toggle(texts.lock, locked, move || {
                            room.act(Act::Decide(Decision::Lock(!locked())));
                        })}
                        {chime(room, texts.chime)}
                        {button("button", texts.end.to_owned(), ask)}
                    </div>
                </div>
            </details>
            <dialog node_ref=sure class="warning" aria-labelledby="end-title">
                <h2 id="end-title">{texts.end_sure}</h2>
                <p>{texts.end_what}</p>
                <div class="row-buttons">
                    {button("button main", texts.end_yes.to_owned(), end)}
                    {button("button", texts.cancel.to_owned(), close)}
                </div>
            </dialog>
        </section>
    }
}

/// `true` if the window has no place beside the tiles.
fn is_narrow() -> bool {
    /// The width from which the style puts the panel beside them.
    const BESIDE: f64 = 960.0;
    window().inner_width().ok().and_then(|width| width.as_f64()).is_some_and(|it| it < BESIDE)
}

/// Those who wish to be called.
fn calls(room: Room) -> AnyView {
    let texts = &room.texts.host;
    let calls = room.host.get().map(|host| host.calls).unwrap_or_default();
    if calls.is_empty() {
        return ().into_any();
    }
    let rows = calls.into_iter().map(|call| {
        let name = if call.name.is_empty() { texts.unnamed.to_owned() } else { call.name };
        let at = (room.texts.clock)(&call.at);
        view! {
            <li>
                <p class="strong" translate="no">{name}</p>
                <p class="quiet">{(texts.stuck_at)(&call.step)}", "{at}</p>
            </li>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    view! {
        <h2>{texts.calls}</h2>
        <p class="quiet">{texts.calls_hint}</p>
        <ul class="rows" aria-label=texts.calls>{rows}</ul>
    }
    .into_any()
}

/// A guest who waits or was admitted, with the host's choices.
fn guest(room: Room, key: &str, waits: bool) -> AnyView {
    let texts = &room.texts.host;
    let id = key.to_owned();
    let known = move || -> Option<Guest> {
        let host = room.host.get()?;
        host.waiting.into_iter().chain(host.inside).find(|guest| guest.guest == id)
    };
    let Some(first) = untrack(&known) else { return ().into_any() };
    let name = if first.name.is_empty() { texts.unnamed.to_owned() } else { first.name.clone() };
    let facts = part(move || {
        let facts = known().map(|guest| facts(room, &guest, waits)).unwrap_or_default();
        facts.into_iter().map(|fact| view! { <li>{fact}</li> }.into_any()).collect_view().into_any()
    });
    let decide = move |class, name: String, decision: Decision| {
        button(class, name, move || room.act(Act::Decide(decision.clone())))
    };
    let choices = if waits {
        view! {
            {decide("button main", (texts.admit)(&name), Decision::Admit(key.to_owned()))}
            {decide("button", (texts.refuse)(&name), Decision::Refuse(key.to_owned()))}
            {tell(room, key, &name)}
        }
        .into_any()
    } else {
        view! {
            {decide("button", (texts.wait)(&name), Decision::Wait(key.to_owned()))}
            {decide("button", (texts.remove)(&name), Decision::Remove(key.to_owned()))}
        }
        .into_any()
    };
    view! {
        <li>
            <p class="strong" translate="no">{name}</p>
            <ul class="facts-line quiet">{facts}</ul>
            <div class="row-buttons">{choices}</div>
        </li>
    }
    .into_any()
}

/// The button that opens the field for a message. The focus goes to the field, and back.
fn tell(room: Room, key: &str, name: &str) -> AnyView {
    let texts = &room.texts.host;
    let open = RwSignal::new(false);
    let label = (texts.tell)(name);
    let (opener, field) = (NodeRef::<html::Button>::new(), NodeRef::<html::Input>::new());
    let key = key.to_owned();
    let turn = move |_| {
        open.set(!open.get_untracked());
        if open.get_untracked() {
            request_animation_frame(move || {
                let _ = field.get_untracked().map(|field| field.focus());
            });
        }
    };
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            room.act(Act::Decide(Decision::Tell(key.clone(), field.value())));
        }
        open.set(false);
        let _ = opener.get_untracked().map(|opener| opener.focus());
    };
    let name = label.clone();
    view! {
        <button
            type="button"
            class="button"
            aria-expanded=words(move || open.get().to_string())
            node_ref=opener
            on:click=turn
        >
            {label}
        </button>
        <form class="tell" hidden=flag(move || !open.get()) on:submit=send>
            <input
                class="input"
                type="text"
                maxlength="200"
                aria-label=name
                value=texts.ready_made
                node_ref=field
            />
            <button type="submit" class="button">{texts.send}</button>
        </form>
    }
    .into_any()
}

/// Returns what the host reads of a guest.
fn facts(room: Room, guest: &Guest, waits: bool) -> Vec<String> {
    let texts = &room.texts.host;
    let proven = if guest.name_proven { texts.name_proven } else { texts.name_booked };
    let mut facts = Vec::new();
    if waits {
        facts.push((texts.since)(&(room.texts.clock)(&guest.since)));
    }
    facts.push(capitalised((room.texts.identified)(guest.method)));
    facts.push((texts.level)(&guest.level).to_owned());
    facts.push(proven.to_owned());
    if guest.name_proven {
        // Without a number from the sender, anybody with an e-ID, the link and the address passes.
        let matched = guest.identity_matched == Some(true);
        facts.push(if matched { texts.number_matches } else { texts.number_unchecked }.to_owned());
    }
    let equipment = &guest.equipment;
    let parts = [equipment.camera, equipment.microphone, equipment.connection];
    for (index, works) in parts.into_iter().enumerate() {
        let text = |works| if works { texts.works[index] } else { texts.fails[index] };
        facts.extend(works.map(|works: bool| text(works).to_owned()));
    }
    facts
}

/// Returns a text as the beginning of a line. Its first letter is ASCII in every language: Unicode's tables would
/// weigh more than the rest of this page.
fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at_checked(1).unwrap_or_default();
    [&first.to_ascii_uppercase(), rest].concat()
}
