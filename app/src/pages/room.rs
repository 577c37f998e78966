//! The redirect to the room.

use crate::{
    parts::text::{link, paragraph},
    wire::Room,
    words::Words,
};
use leptos::prelude::AnyView;

pub(super) fn page(words: &Words, room: &Room) -> Vec<AnyView> {
    vec![paragraph("lead", words.room.lead), link("button main", &room.url, words.room.go)]
}
