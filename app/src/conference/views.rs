//! The views, one file a part of the page.

mod call;
mod check;
mod devices;
mod host;
mod list;
mod over;
mod people;
mod text;
mod tile;
mod waiting;

use super::state::{Act, Phase, Room};
use crate::{client::write, wizard::effect};
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Everything that the room's bundle shows.
#[component]
pub fn Conference(
    /// The signals.
    room: Room,
) -> impl IntoView {
    provide_context(room);
    // The part of the page around it follows: its styles hide it during a call.
    let title = document().title();
    let check = title.clone();
    let mut first = true;
    effect(move || {
        let name = match room.phase.get() {
            Phase::Check | Phase::Test => "check",
            Phase::Waiting => "waiting",
            Phase::Call => "call",
            Phase::Over(_) => "over",
        };
        let whole = document().document_element();
        let _ = whole.map(|whole| whole.set_attribute("data-room", name));
        document().set_title(&titled(room, &check));
        // The page's own heading is back.
        if name == "check" && !first {
            focus(".sheet > h1");
        }
        first = false;
        let main = document().query_selector("main").ok().flatten();
        let _ = main.map(|main| {
            if name == "call" {
                main.set_attribute("aria-label", room.texts.call.title)
            } else {
                main.remove_attribute("aria-label")
            }
        });
    });
    on_cleanup(move || {
        let whole = document().document_element();
        let _ = whole.map(|whole| whole.remove_attribute("data-room"));
        document().set_title(&title);
    });
    let status = NodeRef::<html::P>::new();
    effect(move || write(status, &room.announcement.get()));
    view! {
        {part(move || match room.phase.get() {
            Phase::Check => view! { <check::Check joins=true/> }.into_any(),
            Phase::Test => view! { <check::Check joins=false/> }.into_any(),
            Phase::Waiting => view! { <waiting::Waiting/> }.into_any(),
            Phase::Call => view! { <call::Call/> }.into_any(),
            Phase::Over(end) => view! { <over::Over end/> }.into_any(),
        })}
        <p class="unseen" role="status" node_ref=status>" "</p>
    }
}

/// Returns the document's title in the phase: its heading, and the organisation from the page's own title.
fn titled(room: Room, page: &str) -> String {
    let heading = match room.phase.get() {
        Phase::Check | Phase::Test => return page.to_owned(),
        Phase::Waiting => room.texts.waiting.title,
        Phase::Call => room.texts.call.title,
        Phase::Over(end) => over::section(&room.texts.over, end).heading,
    };
    let organisation = page.rsplit_once(" – ").map_or("", |parts| parts.1);
    [heading, " – ", organisation].concat()
}

/// Something that is so or not, and changes. Closures of one type share the code that runs them.
type Flag = Box<dyn FnMut() -> bool + Send>;

fn flag(so: impl FnMut() -> bool + Send + 'static) -> Flag {
    Box::new(so)
}

/// A text that changes.
type Words = Box<dyn FnMut() -> String + Send>;

fn words(text: impl FnMut() -> String + Send + 'static) -> Words {
    Box::new(text)
}

/// A part that changes.
type Part = Box<dyn FnMut() -> AnyView + Send>;

fn part(view: impl FnMut() -> AnyView + Send + 'static) -> Part {
    Box::new(view)
}

/// Returns the signals of the room.
fn use_room() -> Room {
    expect_context()
}

/// The heading of a part that replaces the page's own. It gets the focus, so that screen readers read what is new.
fn heading(text: &'static str) -> AnyView {
    let place = NodeRef::<html::H1>::new();
    effect(move || {
        if let Some(heading) = place.get() {
            let _ = heading.focus();
        }
    });
    view! { <h1 tabindex="-1" node_ref=place>{text}</h1> }.into_any()
}

/// Focuses an element if the one that had the focus is gone, so that the keyboard continues near it.
fn catch_focus(selector: &'static str) {
    request_animation_frame(move || {
        let held = document().active_element().is_some_and(|it| it.tag_name() != "BODY");
        if !held {
            focus(selector);
        }
    });
}

/// Empties a picture's element when it goes. Chromium has as few as three buffers for all frames of a camera, and drops
/// new frames while none is free. Elements that are gone can hold two for a second, just when the call begins.
fn release(place: NodeRef<html::Video>) {
    on_cleanup(move || {
        if let Some(video) = place.get_untracked() {
            video.set_src_object(None);
        }
    });
}

fn focus(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    let _ = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()).map(|it| it.focus());
}

/// A button.
fn button(class: &'static str, name: String, press: impl Fn() + 'static) -> AnyView {
    let press: Box<dyn Fn()> = Box::new(press);
    view! { <button type="button" class=class on:click=move |_| press()>{name}</button> }.into_any()
}

/// A button with a state.
fn toggle(
    name: &'static str,
    on: impl Fn() -> bool + Send + 'static,
    press: impl Fn() + 'static,
) -> AnyView {
    let press: Box<dyn Fn()> = Box::new(press);
    view! {
        <button
            type="button"
            class="button toggle"
            aria-pressed=words(move || on().to_string())
            on:click=move |_| press()
        >
            {name}
        </button>
    }
    .into_any()
}

/// The button that starts the sound, where the browser lets none start before a press.
fn unheard(room: Room) -> AnyView {
    part(move || {
        if !room.unheard.get() {
            return ().into_any();
        }
        let name = room.texts.call.hear.to_owned();
        button("button main hear", name, move || room.act(Act::Hear))
    })
    .into_any()
}

/// The button of the waiting room's sound.
fn chime(room: Room, name: &'static str) -> AnyView {
    toggle(name, move || room.chime.get(), move || room.act(Act::Chime))
}

/// A paragraph that is shown under a condition, and announced when it appears.
fn alert(class: &'static str, text: impl Fn() -> Option<String> + Send + 'static) -> AnyView {
    let shown = part(move || match text() {
        Some(text) => view! { <p class=class>{text}</p> }.into_any(),
        None => ().into_any(),
    });
    view! { <div class="alert" role="alert">{shown}</div> }.into_any()
}
