//! A meeting's day and time, in its time zone and in the visitor's.

use crate::{
    client::own_time,
    components::live_text::LiveText,
    wire::{Language, Schedule},
    wizard::{effect, use_texts, use_view, use_wizard},
};
use leptos::prelude::*;

/// A card with the day as on a calendar, the time, and the meeting's title.
#[component]
pub(crate) fn DateCard(
    /// The meeting's time.
    when: Schedule,
    /// The meeting's title.
    title: String,
) -> impl IntoView {
    let month = (use_texts().time.month)(&when.starts);
    view! {
        <section class="card">
            <p class="leaf" aria-hidden="true">
                <span>{month}</span>
                <strong>{when.starts.day.to_string()}</strong>
            </p>
            <div class="card-text">
                <MeetingTime when/>
                <p class="plain">{title}</p>
            </div>
        </section>
    }
}

/// The day and time, and the time where the visitor is if it differs. Only the browser knows that one. The time
/// zone is added unless it is the visitor's own on a Swedish page.
#[component]
fn MeetingTime(when: Schedule) -> impl IntoView {
    let texts = use_texts();
    let span = (texts.time.span)(&when.starts, &when.ends);
    let zone = [" (", &(texts.time.zone)(&when.zone), ")"].concat();
    let plain = use_view().language == Language::Swedish && when.zone == "Europe/Stockholm";
    let own = move || {
        let (starts, ends) = (own_time(&when.starts), own_time(&when.ends));
        let differs = starts.offset != when.starts.offset;
        differs.then(|| (texts.invitation.your_time)(&(texts.time.span)(&starts, &ends)))
    };
    // What the app takes over must be as the server rendered it.
    let shown = RwSignal::new(if use_wizard().client.is_running() { own() } else { None });
    effect(move || shown.set(own()));
    let own_text = move || shown.get().unwrap_or_default();
    let time = move || {
        let zone = if plain && shown.with(Option::is_none) { "" } else { zone.as_str() };
        [span.as_str(), zone].concat()
    };
    view! {
        <p class="strong"><LiveText text=Box::new(time)/></p>
        <p class="quiet" hidden=move || shown.with(Option::is_none)>
            <LiveText text=Box::new(own_text)/>
        </p>
    }
}
