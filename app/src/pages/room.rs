//! The redirect to the room.

use crate::{
    components::text::{link, paragraph},
    i18n::Texts,
    wire::Room,
};
use leptos::prelude::AnyView;

pub(super) fn page(words: &Texts, room: &Room) -> Vec<AnyView> {
    vec![paragraph("lead", words.room.lead), link("button main", &room.url, words.room.go)]
}
