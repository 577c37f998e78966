//! A person's tile, and that of a shared screen.

use super::{flag, part, release, use_room, words};
use crate::{
    conference::{
        naming::{self, name_of},
        state::{Act, Picture, Room},
    },
    wizard::effect,
};
use leptos::{html, prelude::*};

/// The tile of a seat.
pub(super) fn tile(number: u32) -> AnyView {
    let room = use_room();
    let seat = move || room.seat(number);
    let own = move || room.you.get() == number;
    let sends = move || seat().is_some_and(|seat| seat.video);
    // The last picture is not shown as if it moved.
    let seen = move || sends() && (own() || !room.is_sound_only());
    let speaks = move || room.speaker.get() == Some(number);
    let picture = move || if own() { Picture::Own } else { Picture::Of(number) };
    view! {
        <div
            class="tile"
            role="group"
            aria-label=words(move || label(room, number))
            class:own=flag(own)
            class:speaks=flag(speaks)
            class:away=flag(move || seat().is_some_and(|seat| seat.away))
        >
            {video(room, picture, sends, seen)}
            <p class="initials" aria-hidden="true" hidden=flag(seen)>
                {words(move || seat().map(|seat| initials(&seat.name)).unwrap_or_default())}
            </p>
            <p class="marks" aria-hidden="true">{part(move || marks(room, number))}</p>
            <p class="caption" aria-hidden="true">{part(move || caption(room, number))}</p>
        </div>
    }
    .into_any()
}

/// The screen that somebody shares.
pub(super) fn screen(number: u32) -> AnyView {
    let room = use_room();
    let name = move || {
        let seat = room.seat(number);
        seat.map(|seat| (room.texts.call.shared_by)(&seat.name)).unwrap_or_default()
    };
    view! {
        <div class="tile screen" role="group" aria-label=words(name)>
            {video(room, move || Picture::Screen(number), || true, || true)}
            <p class="caption" aria-hidden="true">{words(name)}</p>
        </div>
    }
    .into_any()
}

fn video(
    room: Room,
    picture: impl Fn() -> Picture + Copy + Send + 'static,
    sends: impl Fn() -> bool + Copy + Send + 'static,
    seen: impl Fn() -> bool + Copy + Send + 'static,
) -> AnyView {
    let place = NodeRef::<html::Video>::new();
    effect(move || {
        room.connection.track();
        room.camera.track();
        if let Picture::Of(seat) | Picture::Screen(seat) = picture() {
            let _ = room.slots(seat);
        }
        if let Some(video) = place.get()
            && sends()
        {
            room.act(Act::Show(picture(), video));
        }
    });
    release(place);
    view! {
        <video
            node_ref=place
            class="picture"
            class:mirrored=flag(move || picture() == Picture::Own)
            aria-hidden="true"
            tabindex="-1"
            autoplay
            playsinline
            prop:muted=true
            hidden=flag(move || !seen())
        ></video>
    }
    .into_any()
}

/// Returns the tile's name.
fn label(room: Room, number: u32) -> String {
    let Some(seat) = room.seat(number) else { return String::new() };
    naming::label(room.texts, &seat, room.you.get(), room.speaker.get())
}

/// Returns the states that are shown on the tile.
fn marks(room: Room, number: u32) -> AnyView {
    let Some(seat) = room.seat(number) else { return ().into_any() };
    let texts = &room.texts.call;
    let marks = [
        (seat.hand, texts.hand_up),
        (!seat.audio, texts.muted),
        (seat.away, texts.away),
        (room.speaker.get() == Some(number), texts.speaks),
    ];
    let marks = marks.into_iter().filter(|mark| mark.0);
    marks.map(|mark| view! { <span>{mark.1}</span> }.into_any()).collect_view().into_any()
}

/// Returns the name on the tile. The method is left out where it is too narrow.
fn caption(room: Room, number: u32) -> AnyView {
    let Some(seat) = room.seat(number) else { return ().into_any() };
    let small = room.you.get() == number && room.seats.get().len() > 1;
    let name = if small {
        room.texts.call.you.to_owned()
    } else {
        name_of(room.texts, &seat, room.you.get())
    };
    view! {
        <span class="name" translate="no">{name}</span>
        <span class="method">{(room.texts.identified)(seat.method)}</span>
    }
    .into_any()
}

/// Returns the first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    words.next().into_iter().chain(words.next_back()).collect()
}
