//! The people in the room.

use super::{button, list::fill, part, use_room, words};
use crate::{
    conference::{
        naming::{name_of, states},
        state::{Act, Room},
    },
    wire::Role,
};
use leptos::{html, prelude::*};

/// A line for each person. The host can turn a microphone off, never on.
#[component]
pub(super) fn People() -> impl IntoView {
    let room = use_room();
    let name = room.texts.call.people;
    let keys = move || room.seats.get().iter().map(|it| it.seat.to_string()).collect();
    let rows = NodeRef::<html::Ul>::new();
    fill(move || rows.get().map(Into::into), keys, move |key| person(room, key));
    view! {
        <section class="panel people" aria-label=name>
            <h2>{name}</h2>
            <ul class="rows" aria-label=name node_ref=rows></ul>
        </section>
    }
}

fn person(room: Room, key: &str) -> AnyView {
    let number: u32 = key.parse().unwrap_or_default();
    let seat = move || room.seat(number);
    let name = seat().map(|seat| name_of(room.texts, &seat, room.you.get()));
    let told = move || {
        let Some(seat) = seat() else { return String::new() };
        let mut parts = vec![(room.texts.identified)(seat.method)];
        parts.extend(states(room.texts, &seat, room.speaker.get()));
        parts.join(", ")
    };
    let mutable = move || {
        room.role == Role::Host && room.you.get() != number && seat().is_some_and(|seat| seat.audio)
    };
    let mute = part(move || {
        if !mutable() {
            return ().into_any();
        }
        let name = seat().map(|seat| seat.name).unwrap_or_default();
        let name = (room.texts.host.mute)(&name);
        button("button", name, move || room.act(Act::Mute(number)))
    });
    view! {
        <li>
            <p class="strong" translate="no">{name}</p>
            <p class="quiet">{words(told)}</p>
            <div class="row-buttons">{mute}</div>
        </li>
    }
    .into_any()
}
