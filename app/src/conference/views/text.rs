//! Real-time text.

use super::{button, flag, list::fill, part, use_room};
use crate::{
    conference::{
        state::{Act, Room},
        text_log::Line,
    },
    wizard::effect,
};
use leptos::{ev::SubmitEvent, html, prelude::*};

/// The conversation, and the field to write in.
#[component]
pub(super) fn Text() -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.call;
    let (field, log) = (NodeRef::<html::Input>::new(), NodeRef::<html::Div>::new());
    let typed = move |_| {
        if let Some(field) = field.get_untracked() {
            room.act(Act::Typed(field.value()));
        }
    };
    let finish = move || {
        room.act(Act::NewLine);
        if let Some(field) = field.get_untracked() {
            field.set_value("");
            let _ = field.focus();
        }
    };
    let keys =
        move || room.log.with(|log| log.lines().iter().map(|line| line.id.to_string()).collect());
    let place = move || log.get().map(Into::into);
    fill(place, keys, move |key| line(room, key));
    // The last line is in sight.
    effect(move || {
        room.log.track();
        if let Some(log) = log.get() {
            log.set_scroll_top(log.scroll_height());
        }
    });
    view! {
        <section class="panel text" aria-label=texts.text>
            <h2>{texts.text}</h2>
            <div class="log" role="log" aria-label=texts.log tabindex="0" node_ref=log></div>
            <form class="write" on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                finish();
            }>
                <label class="field">
                    <span>{texts.write}</span>
                    <input
                        class="input"
                        type="text"
                        autocomplete="off"
                        maxlength="500"
                        aria-describedby="write-hint"
                        node_ref=field
                        on:input=typed
                    />
                </label>
                {button("button", texts.send.to_owned(), finish)}
                <p class="quiet" id="write-hint">{texts.write_hint}</p>
            </form>
        </section>
    }
}

/// A line. Screen readers read it once it is finished.
fn line(room: Room, key: &str) -> AnyView {
    let id: u32 = key.parse().unwrap_or_default();
    let find = move |log: &crate::conference::text_log::TextLog| -> Option<Line> {
        log.lines().iter().find(|line| line.id == id).cloned()
    };
    let seen = move || room.log.with(find);
    let first = room.log.with_untracked(find);
    let (name, own) = first.map_or_else(Default::default, |line| (line.name, line.seat.is_none()));
    let name = if own { room.texts.call.you.to_owned() } else { name };
    let text = part(move || {
        let Some(line) = seen() else { return ().into_any() };
        view! {
            <span aria-hidden=(!line.done).then_some("true")>
                <b class="name" translate="no">{name.clone()}": "</b>
                {line.text}
            </span>
        }
        .into_any()
    });
    view! {
        <p class:own=own class:open=flag(move || seen().is_some_and(|line| !line.done))>{text}</p>
    }
    .into_any()
}
