//! The pages after the call.

use super::{button, heading, use_room};
use crate::{
    conference::{end::End, state::Act},
    i18n::{Section, room::OverTexts},
};
use leptos::prelude::*;

/// Returns the heading and the text of an end.
pub(super) const fn section(texts: &OverTexts, end: End) -> &Section {
    match end {
        End::Left => &texts.left,
        End::Ended => &texts.ended,
        End::Removed => &texts.removed,
        End::Refused => &texts.refused,
        End::TakenOver => &texts.taken_over,
        End::SignedOut => &texts.signed_out,
        End::Unreachable => &texts.unreachable,
    }
}

/// The end of a visit, and the next step.
#[component]
pub(super) fn Over(
    /// The reason.
    end: End,
) -> impl IntoView {
    let room = use_room();
    let texts = &room.texts.over;
    let section = section(texts, end);
    let again = match end {
        End::Left => Some(texts.rejoin),
        End::TakenOver => Some(texts.take_back),
        End::Unreachable => Some(room.texts.check.try_way),
        End::Ended | End::Removed | End::Refused | End::SignedOut => None,
    };
    if end == End::Unreachable {
        // Whom to call.
        let help = document().query_selector(".help").ok().flatten();
        let _ = help.map(|help| help.set_attribute("open", ""));
    }
    let paragraphs =
        section.text.iter().map(|text| view! { <p class="plain">{*text}</p> }.into_any());
    view! {
        {heading(section.heading)}
        {paragraphs.collect_view()}
        {again.map(|name| button("button main", name.to_owned(), move || room.act(Act::Rejoin)))}
    }
}
