//! The meeting's time in the visitor's time zone.

use crate::{
    client::own_time,
    wire::Schedule,
    wizard::{effect, use_texts},
};
use leptos::prelude::*;

/// The time where the visitor is, if it differs from that of the meeting. Only the browser knows it, so it is set
/// once the page is there.
#[component]
pub(crate) fn OwnTime(
    /// The meeting's time.
    when: Schedule,
) -> impl IntoView {
    let texts = use_texts();
    let own = RwSignal::new(String::new());
    effect(move || {
        let (starts, ends) = (own_time(&when.starts), own_time(&when.ends));
        if starts.offset != when.starts.offset {
            let span = (texts.time.span)(&starts, &ends);
            own.set((texts.invitation.your_time)(&span));
        }
    });
    view! {
        <span class="quiet" hidden=move || own.with(String::is_empty)>
            {move || own.get()}
        </span>
    }
}
