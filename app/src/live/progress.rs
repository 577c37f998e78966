//! Keeps up with an identification that goes on.
//!
//! The service tells of it as it happens. While nothing is heard it is asked every other second: where
//! events don't get through, that is enough.

use super::{LOOKED, Live, dom, travel};
use crate::{
    parts::{ids, qr::view_box},
    steps::progress_path,
    wire::{BankId, Progress, Screen, Stage, View},
    words::words,
};
use gloo_net::http::Request;
use js_sys::Date;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventSource, MessageEvent};

/// Milliseconds between two questions where nothing is told.
const ASKED_EVERY: f64 = 2_000.0;

/// Milliseconds of silence that are odd while there is a new QR code every second.
const ODD_SILENCE: f64 = 4_000.0;

/// Milliseconds of silence after which it is asked once, whatever the stage.
const LONG_SILENCE: f64 = 10_000.0;

/// What is listened to, and on which page.
struct Hearing {
    page: String,
    source: Option<EventSource>,
}

thread_local! {
    static HEARING: RefCell<Option<Hearing>> = const { RefCell::new(None) };
    /// When something was last heard or asked for, in milliseconds.
    static HEARD: Cell<f64> = const { Cell::new(0.0) };
    /// Whether nothing is told, so that it is to be asked.
    static DEAF: Cell<bool> = const { Cell::new(false) };
    /// Whether there is a QR code to be renewed.
    static DRAWN: Cell<bool> = const { Cell::new(false) };
}

/// Attends to the page at hand, and from now on to the way back from the app.
pub(super) fn start(live: Live) {
    attend(live);
    if let Some(document) = dom::document() {
        // Who comes back may have been away for long, and a sleeping page hears nothing.
        travel::on(&document, "visibilitychange", move |_| {
            if dom::is_visible() && live.with(|view| bankid(view).is_some()) {
                DEAF.set(true);
                look(live);
            }
        });
    }
}

/// Listens while the page at hand is about an identification that goes on, and only then.
pub(super) fn attend(live: Live) {
    let at = live.with(|view| {
        let bankid = bankid(view)?;
        let token = view.token.as_deref()?;
        Some((view.path.clone(), progress_path(token), bankid.progress.clone()))
    });
    let Some((page, told_at, progress)) = at else { return stop() };
    let new = HEARING.with_borrow(|it| it.as_ref().is_none_or(|hearing| hearing.page != page));
    if new {
        stop();
        HEARD.set(Date::now());
        let source = listen(live, &told_at);
        DEAF.set(source.is_none());
        HEARING.set(Some(Hearing { page, source }));
    }
    show(live, &progress);
}

fn stop() {
    if let Some(source) = HEARING.take().and_then(|hearing| hearing.source) {
        source.close();
    }
}

fn listen(live: Live, told_at: &str) -> Option<EventSource> {
    let source = EventSource::new(told_at).ok()?;
    travel::on(&source, "message", move |event| {
        let told = event
            .dyn_ref::<MessageEvent>()
            .and_then(|event| event.data().as_string())
            .and_then(|json| serde_json::from_str::<Progress>(&json).ok());
        if let Some(progress) = told {
            DEAF.set(false);
            HEARD.set(Date::now());
            show(live, &progress);
        }
    });
    travel::on(&source, "error", |_| DEAF.set(true));
    Some(source)
}

/// Asks how it goes, where that is not told.
pub(super) fn tick(live: Live, view: &View) {
    let Some(token) = bankid(view).and(view.token.as_deref()) else { return };
    let silence = Date::now() - HEARD.get();
    if DRAWN.get() && silence >= ODD_SILENCE {
        DEAF.set(true);
    }
    if silence >= if DEAF.get() { ASKED_EVERY } else { LONG_SILENCE } {
        HEARD.set(Date::now());
        ask(live, progress_path(token), view.path.clone());
    }
}

fn ask(live: Live, told_at: String, page: String) {
    spawn_local(async move {
        let Ok(response) = travel::json(Request::get(&told_at)).send().await else { return };
        let progress = response.json::<Progress>().await;
        if live.with(|view| view.path != page) {
            return;
        }
        match progress {
            Ok(progress) => show(live, &progress),
            // There is no identification any more: the page says what there is.
            Err(_) => look(live),
        }
    });
}

/// Writes into the page how it goes.
fn show(live: Live, progress: &Progress) {
    let Some(words) = live.with(|view| bankid(view).map(|_| words(view.language))) else {
        return;
    };
    dom::write(ids::STATUS, (words.e_id.stages)(progress.stage));
    if let Some(qr) = &progress.qr {
        dom::set(ids::QR, "viewBox", &view_box(qr.size));
        dom::set(ids::QR_PATH, "d", &qr.path);
    }
    if let Some(url) = &progress.start {
        dom::set(ids::START, "href", url);
    }
    dom::show(ids::QR_PART, progress.qr.is_some());
    dom::show(ids::START_PART, progress.start.is_some());
    dom::show(ids::FINISH, progress.stage == Stage::Done);
    DRAWN.set(progress.qr.is_some());
    match progress.stage {
        Stage::Done => travel::send_form(live, ids::FINISH),
        Stage::Over => look(live),
        _ => {}
    }
}

/// Asks for the page anew; not many times at once, however often it is told that there is reason to.
fn look(live: Live) {
    if Date::now() - LOOKED.get() >= 1_000.0 {
        LOOKED.set(Date::now());
        travel::look(live, live.with(|view| view.path.clone()));
    }
}

const fn bankid(view: &View) -> Option<&BankId> {
    match &view.screen {
        Screen::BankId(bankid) => Some(bankid),
        _ => None,
    }
}
