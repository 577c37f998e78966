//! Own picture, level meter, and the choice of devices.

use super::{alert, button, flag, part, release, use_room, words};
use crate::{
    conference::{
        state::{Act, Kind, Picture},
        trouble::{Device, Kit},
    },
    wizard::effect,
};
use leptos::{html, prelude::*};

/// The visitor's own picture, as in a mirror.
#[component]
pub(super) fn OwnPicture() -> impl IntoView {
    let room = use_room();
    let place = NodeRef::<html::Video>::new();
    let on = move || room.camera.get() == Kit::On;
    effect(move || {
        if let Some(video) = place.get()
            && on()
        {
            room.act(Act::Show(Picture::Own, video));
        }
    });
    release(place);
    view! {
        <video
            class="own mirrored"
            node_ref=place
            aria-label=room.texts.check.picture
            autoplay
            playsinline
            prop:muted=true
            hidden=flag(move || !on())
        ></video>
    }
}

/// The level of the microphone.
#[component]
pub(super) fn Level() -> impl IntoView {
    let room = use_room();
    let name = room.texts.check.level;
    view! {
        <p class="level" hidden=flag(move || room.microphone.get() != Kit::On)>
            <span aria-hidden="true">{name}</span>
            <meter
                aria-label=name
                min="0"
                max="100"
                low="4"
                prop:value=words(move || room.level.get().to_string())
            ></meter>
        </p>
        {alert("message", move || {
            let silent = room.silent.get() && room.microphone.get() == Kit::On;
            silent.then(|| room.texts.trouble.silent.to_owned())
        })}
    }
}

/// The troubles of camera and microphone.
#[component]
pub(super) fn Troubles() -> impl IntoView {
    let room = use_room();
    [Device::Camera, Device::Microphone]
        .map(|device| {
            alert("message problem", move || {
                let trouble = room.trouble(device)?;
                // One reason of both is said once.
                let said = device == Device::Microphone
                    && room.trouble(Device::Camera).is_some_and(|other| {
                        room.trouble_text(device, other)
                            == room.trouble_text(Device::Camera, trouble)
                    });
                (!said).then(|| room.trouble_text(device, trouble))
            })
        })
        .into_iter()
        .collect_view()
}

/// A list to choose a camera, a microphone and a loudspeaker from, and the sound to try the last one.
#[component]
pub(super) fn Choices() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.check;
    let fields = [
        (Kind::Camera, texts.camera),
        (Kind::Microphone, texts.microphone),
        (Kind::Speaker, texts.speaker),
    ]
    .map(|(kind, name)| choice(kind, name))
    .into_iter()
    .collect_view();
    view! {
        <div class="devices">{fields}</div>
        {button("button", texts.test_sound.to_owned(), move || room.act(Act::TestSound))}
    }
}

fn choice(kind: Kind, name: &'static str) -> AnyView {
    let room = use_room();
    let unnamed = room.texts.check.unnamed;
    let place = NodeRef::<html::Select>::new();
    let options = part(move || {
        let choices = room.choices.get();
        let mine = choices.into_iter().filter(|it| it.kind == kind).enumerate();
        mine.map(|(index, it)| {
            let name = if it.name.is_empty() { unnamed(index + 1) } else { it.name };
            view! { <option value=it.id prop:selected=it.chosen>{name}</option> }.into_any()
        })
        .collect_view()
        .into_any()
    });
    let none = move || room.choices.with(|all| !all.iter().any(|it| it.kind == kind));
    let choose = move |_| {
        if let Some(select) = place.get_untracked() {
            room.act(Act::Choose(kind, select.value()));
        }
    };
    view! {
        <label class="device" hidden=flag(none)>
            <span>{name}</span>
            <select class="input" node_ref=place on:change=choose>{options}</select>
        </label>
    }
    .into_any()
}
