//! The room's part that knows the browser: devices, connections, and the service.

mod conference;
mod devices;
mod driver;
mod join;
mod link;
mod livekit;
mod lobby;
mod meter;
mod rtc;
mod script;
mod service;
mod sound;
mod trial;

use super::{
    boot,
    state::{Phase, Signals},
    views::Conference,
};
use crate::i18n::room_texts;
use driver::Driver;
use leptos::{mount::mount_to, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, window};

/// Mounts the room in its element of the page. Does nothing on a page without a room.
pub fn start() {
    let Some(document) = window().and_then(|window| window.document()) else { return };
    let view = document.get_element_by_id("view").and_then(|it| it.text_content());
    let place = document.get_element_by_id("room");
    let (Some(view), Some(place)) = (view, place) else { return };
    let Some((begin, lobby)) = boot::begin(&view) else { return };
    let Ok(place) = place.dyn_into::<HtmlElement>() else { return };
    let texts = room_texts(begin.language);
    let is_test = place.has_attribute("data-tests");
    let advice = ["data-allow", "data-allow-browser"]
        .map(|name| place.get_attribute(name).unwrap_or_default());
    mount_to(place, move || {
        let room = Signals::begin(texts, begin.role, begin.leader.clone(), advice);
        if is_test {
            room.phase.set(Phase::Test);
        }
        Driver::start(room, begin, lobby);
        view! { <Conference room/> }
    })
    .forget();
}
