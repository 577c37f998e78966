//! The check before joining, and before the day of the meeting.

use super::{
    alert, button, catch_focus,
    devices::{Choices, Level, OwnPicture, Troubles},
    flag, use_room, words,
};
use crate::{
    conference::{
        state::{Act, Room},
        trouble::Kit,
    },
    wizard::effect,
};
use leptos::prelude::*;

/// Own picture, level, connection, and three ways to join. The choice of devices comes last, so that the ways are in
/// sight.
#[component]
pub(super) fn Check(
    /// `false` if nobody joins from this page.
    joins: bool,
) -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.check;
    let kits = move || [room.camera.get(), room.microphone.get()];
    let asking = move || kits().contains(&Kit::Asking);
    // After a failure it is there to try again.
    let offered = move || !asking() && kits().iter().any(|kit| *kit != Kit::On);
    let tried = move || kits().contains(&Kit::On);
    // After a failure another device can be chosen, and a sound can be played without any.
    let answered = move || kits().iter().any(|kit| !matches!(kit, Kit::Unasked | Kit::Asking));
    // The verdict on the connection, if it is this one.
    let verdict = move |fails: bool| {
        move || {
            let text = room.way.get();
            (room.way_fails.get() == fails && !text.is_empty()).then_some(text)
        }
    };
    // The button that was pressed is gone.
    effect(move || {
        if tried() {
            catch_focus(if joins { ".ways .button" } else { ".sheet > h1" });
        }
    });
    let again = move || {
        let failed = room.offline.get() || room.way_fails.get() && !room.way.get().is_empty();
        failed && !room.trying.get()
    };
    view! {
        <div class="ask" hidden=flag(move || !offered())>
            <p class="plain" hidden=flag(tried)>{texts.why}</p>
            {button("button main", texts.turn_on.to_owned(), move || room.act(Act::TurnOn))}
        </div>
        <p class="message waiting" hidden=flag(move || !asking())>{texts.asking}</p>
        <Troubles/>
        <OwnPicture/>
        <Level/>
        {alert("message problem", verdict(true))}
        {joins.then(|| ways(room, tried))}
        <p class="message waiting" hidden=flag(move || joins || !room.trying.get())>{texts.way_tried}</p>
        {alert("message", verdict(false))}
        {alert("message problem", move || room.offline.get().then(|| texts.offline.to_owned()))}
        <div hidden=flag(move || !again())>
            {button("button", texts.try_way.to_owned(), move || room.act(Act::TryConnection))}
        </div>
        <div class="tried" hidden=flag(move || !answered())><Choices/></div>
    }
}

/// The three ways to join, which are equal.
fn ways(room: Room, tried: impl Fn() -> bool + Send + Sync + Copy + 'static) -> AnyView {
    let texts = &room.texts.check;
    let join = move |camera, microphone| move || room.act(Act::Join { camera, microphone });
    view! {
        <div class="ways" aria-busy=words(move || room.busy.get().to_string())>
            <button type="button" class="button" class:main=flag(tried) on:click=move |_| join(true, true)()>
                {texts.join}
            </button>
            {button("button", texts.join_without_camera.to_owned(), join(false, true))}
            {button("button", texts.join_without_microphone.to_owned(), join(true, false))}
        </div>
        <p class="quiet">{texts.join_hint}</p>
    }
    .into_any()
}
