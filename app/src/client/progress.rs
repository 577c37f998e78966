//! Follows the progress of a BankID identification.
//!
//! The service sends its progress as server-sent events. If none arrive, the app polls every two seconds
//! instead.

use super::{
    document,
    fetch::{content_of, get},
    navigation::{path_of, poll},
    rescue,
};
use crate::{
    Wizard,
    steps::progress_path,
    wire::{Progress, Stage, read},
    wizard::effect,
};
use js_sys::Date;
use leptos::{html::Form, prelude::*, task::spawn_local};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

/// Milliseconds between two polls, if no events arrive.
const POLLED_EVERY: f64 = 2_000.0;

/// Milliseconds of silence that mean a fault while a QR code is shown. It changes every second.
const ODD_SILENCE: f64 = 4_000.0;

/// Milliseconds of silence after which the app polls once, whatever the stage.
const LONG_SILENCE: f64 = 10_000.0;

/// Milliseconds between two requests for the page.
const PAGE_EVERY: f64 = 1_000.0;

/// The state of the events.
#[derive(Clone, Copy)]
struct Events {
    /// Time of the last event or poll, in milliseconds.
    last_at: f64,
    /// `true` if none arrive, so that the app polls.
    polling: bool,
}

/// Keeps the progress up to date as long as the component is shown. Sends the form once the identification is
/// done.
pub(crate) fn follow_identification(
    wizard: Wizard,
    progress: RwSignal<Progress>,
    finish: NodeRef<Form>,
) {
    let token = wizard.view.with_untracked(|view| view.token.clone());
    let Some(path) = token.as_deref().map(progress_path) else { return };
    let source = EventSource::new(&path).ok();
    let polling = source.is_none();
    let events = Rc::new(Cell::new(Events { last_at: Date::now(), polling }));
    if let Some(source) = &source {
        subscribe(source, &events, progress);
    }
    wizard.client.keep_source(source);
    on_cleanup(move || wizard.client.keep_source(None));
    // A page in the background may have missed events.
    let missed = Rc::clone(&events);
    let returns = window_event_listener_untyped("visibilitychange", move |_| {
        if !rescue::is_over() && document::is_visible() {
            missed.set(Events { polling: true, ..missed.get() });
            poll(wizard, PAGE_EVERY);
        }
    });
    on_cleanup(move || returns.remove());
    effect(move || {
        wizard.elapsed.track();
        poll_in_silence(wizard, &path, &events, progress);
    });
    effect(move || match progress.with(|progress| progress.stage) {
        Stage::Done => {
            if let Some(form) = finish.get_untracked()
                && form.request_submit().is_err()
            {
                let _ = form.submit();
            }
        }
        Stage::Over => poll(wizard, PAGE_EVERY),
        _ => {}
    });
}

/// Writes the events to the signal.
fn subscribe(source: &EventSource, events: &Rc<Cell<Events>>, progress: RwSignal<Progress>) {
    let (heard, failed) = (Rc::clone(events), Rc::clone(events));
    document::on(source, "message", move |event| {
        let sent = event
            .dyn_ref::<MessageEvent>()
            .and_then(|event| event.data().as_string())
            .and_then(|json| read::<Progress>(&json));
        if let Some(sent) = sent {
            heard.set(Events { last_at: Date::now(), polling: false });
            progress.set(sent);
        }
    });
    document::on(source, "error", move |_| {
        failed.set(Events { polling: true, ..failed.get() });
    });
}

/// Polls if no events arrive.
fn poll_in_silence(
    wizard: Wizard,
    path: &str,
    events: &Cell<Events>,
    progress: RwSignal<Progress>,
) {
    let Events { last_at, polling } = events.get();
    let silence = Date::now() - last_at;
    let drawn = progress.with_untracked(|progress| progress.qr.is_some());
    let polling = polling || drawn && silence >= ODD_SILENCE;
    events.set(Events { last_at, polling });
    if silence < if polling { POLLED_EVERY } else { LONG_SILENCE } {
        return;
    }
    events.set(Events { last_at: Date::now(), polling });
    let path = path.to_owned();
    let page = path_of(wizard);
    spawn_local(async move {
        let Some(response) = get(&path).await else { return };
        let answer = content_of::<Progress>(response).await;
        if path_of(wizard) != page {
            return;
        }
        match answer {
            Some(answer) => progress.set(answer),
            // The identification no longer exists. The page shows what there is instead.
            None => poll(wizard, PAGE_EVERY),
        }
    });
}
