//! The redirect to the room.

use crate::{components::help::Contacts, wire::Room, wizard::use_texts};
use leptos::prelude::*;

#[component]
pub(super) fn Page(room: Room) -> impl IntoView {
    let texts = &use_texts().room;
    view! {
        <p class="lead">{texts.lead}</p>
        <a class="button main" href=room.url rel="noreferrer">{texts.go}</a>
        <p class="plain">{texts.fails}</p>
        <Contacts/>
    }
}
