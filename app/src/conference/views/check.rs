//! The check before joining.

use super::{
    alert, button, catch_focus,
    devices::{Choices, Level, OwnPicture, Troubles},
    flag, use_room, words,
};
use crate::{
    conference::{state::Act, trouble::Kit},
    wizard::effect,
};
use leptos::prelude::*;

/// Own picture, level, and three ways to join. The choice of devices comes last, so that the ways are in sight.
#[component]
pub(super) fn Check() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.check;
    let kits = move || [room.camera.get(), room.microphone.get()];
    let asking = move || kits().contains(&Kit::Asking);
    // After a failure it is there to try again.
    let offered = move || !asking() && kits().iter().any(|kit| *kit != Kit::On);
    let tried = move || kits().contains(&Kit::On);
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
            catch_focus(".ways .button");
        }
    });
    let join = move |camera, microphone| move || room.act(Act::Join { camera, microphone });
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
        <div class="ways" aria-busy=words(move || room.busy.get().to_string())>
            <button type="button" class="button" class:main=flag(tried) on:click=move |_| join(true, true)()>
                {texts.join}
            </button>
            {button("button", texts.join_without_camera.to_owned(), join(false, true))}
            {button("button", texts.join_without_microphone.to_owned(), join(true, false))}
        </div>
        <p class="quiet">{texts.join_hint}</p>
        {alert("message", verdict(false))}
        {alert("message problem", move || room.offline.get().then(|| texts.offline.to_owned()))}
        <div class="tried" hidden=flag(move || !tried())><Choices/></div>
    }
}
