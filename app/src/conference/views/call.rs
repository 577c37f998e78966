//! The call: tiles, buttons, and the parts that can be opened.

use super::{
    alert, button,
    devices::{Choices, Level, Troubles},
    flag, heading,
    host::Host,
    list::fill,
    part,
    people::People,
    text::Text,
    tile::{screen, tile},
    toggle, unheard, use_room, words,
};
use crate::{
    conference::{
        state::{Act, Line, Panel, Room},
        trouble::{Device, Kit},
    },
    wire::{Role, signal::Seat},
    wizard::effect,
};
use leptos::{html, prelude::*};

/// The whole call.
#[component]
pub(super) fn Call() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.call;
    let line = move || match room.line.get() {
        Line::Connecting => Some(texts.connecting.to_owned()),
        Line::Broken => Some(texts.broken.to_owned()),
        Line::Blocked => Some(room.texts.check.way_fails.to_owned()),
        // What the visitor has chosen is the visitor's to release.
        Line::Connected if room.sound_only.get() => Some(texts.sound_only_chosen.to_owned()),
        Line::Connected => room.low.get().then(|| texts.low.to_owned()),
    };
    let panel = part(move || match room.panel.get() {
        Some(Panel::Text) => view! { <Text/> }.into_any(),
        Some(Panel::People) => view! { <People/> }.into_any(),
        Some(Panel::Settings) => view! { <Settings/> }.into_any(),
        None => ().into_any(),
    });
    let open = move || room.panel.get().is_some() || room.role == Role::Host;
    // On a phone an opened part lies below the tiles.
    effect(move || {
        if room.panel.get().is_some() {
            request_animation_frame(|| {
                let panel = document().query_selector(".opened .panel").ok().flatten();
                let _ = panel.map(|panel| panel.scroll_into_view_with_bool(false));
            });
        }
    });
    let waited = move || room.host.get().is_some_and(|it| !it.waiting.is_empty());
    let alone = move || {
        let connected = room.line.get() == Line::Connected;
        connected && room.seats.get().len() < 2 && !waited()
    };
    view! {
        <div class="conference" class:beside=flag(open)>
            {heading(texts.title)}
            <div class="above">
                {alert("message", line)}
                {alert("message problem", move || microphone_trouble(room))}
                {alert("message", move || Some(room.notice.get()).filter(|it| !it.is_empty()))}
                <p class="message" hidden=flag(move || room.minutes.get() == 0)>
                    {words(move || (texts.soon_over)(room.minutes.get() as usize))}
                </p>
                {unheard(room)}
                <p class="message" hidden=flag(move || !alone())>{texts.alone}</p>
            </div>
            <Stage/>
            <div class="side">
                {(room.role == Role::Host).then(|| view! { <Host/> }.into_any())}
                <div class="opened">{panel}</div>
            </div>
            <Controls/>
        </div>
    }
}

/// Returns the trouble of a device that the visitor has tried to turn on.
fn microphone_trouble(room: Room) -> Option<String> {
    let device = [Device::Microphone, Device::Camera]
        .into_iter()
        .find_map(|device| room.trouble(device).map(|trouble| room.trouble_text(device, trouble)));
    // In the settings both are there.
    device.filter(|_| room.panel.get() != Some(Panel::Settings))
}

/// The tiles: shared screens first, the visitor's own last.
#[component]
fn Stage() -> impl IntoView {
    let room = use_room();
    let screens = move || {
        let shared = |seat: &Seat| {
            let place = seat.slots.as_ref().is_some_and(|slots| slots.screen.is_some());
            (seat.screen && place).then(|| seat.seat.to_string())
        };
        room.seats.get().iter().filter_map(shared).collect::<Vec<_>>()
    };
    let others = move || {
        let you = room.you.get();
        let other = |seat: &Seat| (seat.seat != you).then(|| seat.seat.to_string());
        room.seats.get().iter().filter_map(other).collect::<Vec<_>>()
    };
    let count = words(move || others().len().to_string());
    let own = part(move || {
        let you = room.you.get();
        let seated = Memo::new(move |_| room.seat(you).is_some());
        if seated.get() { tile(you) } else { ().into_any() }
    });
    let [first, then] = [(); 2].map(|()| NodeRef::<html::Div>::new());
    let number = |key: &str| key.parse().unwrap_or_default();
    let sound_only = move || room.is_sound_only();
    let shared = move || !sound_only() && !screens().is_empty();
    fill(move || first.get().map(Into::into), screens, move |key| screen(number(key)));
    fill(move || then.get().map(Into::into), others, move |key| tile(number(key)));
    view! {
        <div class="stage" class:shared=flag(shared) data-others=count>
            <div class="screens" hidden=flag(sound_only) node_ref=first></div>
            <div class="others" node_ref=then></div>
            {own}
        </div>
    }
}

/// The devices, during the call.
#[component]
fn Settings() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.call;
    let name = texts.settings;
    view! {
        <section class="panel settings" aria-label=name>
            <h2>{name}</h2>
            {toggle(texts.sound_only, move || room.sound_only.get(), move || room.act(Act::SoundOnly))}
            <p class="quiet">{texts.sound_only_hint}</p>
            <Troubles/>
            <Level/>
            <Choices/>
        </section>
    }
}

/// The buttons. Their names never change: their state is `aria-pressed`.
#[component]
fn Controls() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.call;
    let device = move |device: Device, name: &'static str| {
        let on = move || room.kit(device).get() == Kit::On;
        toggle(name, on, move || room.act(Act::Toggle(device)))
    };
    let panel = move |panel: Panel, name: &'static str| {
        let on = move || room.panel.get() == Some(panel);
        toggle(name, on, move || {
            let open = room.panel.get_untracked() == Some(panel);
            room.panel.set((!open).then_some(panel));
        })
    };
    view! {
        <div class="controls" role="group" aria-label=texts.buttons>
            {device(Device::Microphone, texts.microphone)}
            {device(Device::Camera, texts.camera)}
            {toggle(texts.screen, move || room.sharing.get(), move || room.act(Act::Share))}
            {toggle(texts.hand, move || room.hand.get(), move || room.act(Act::Hand))}
            {panel(Panel::Text, texts.text)}
            {panel(Panel::People, texts.people)}
            {panel(Panel::Settings, texts.settings)}
            {button("button leave", texts.leave.to_owned(), move || room.act(Act::Leave))}
        </div>
    }
}
