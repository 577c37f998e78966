//! Follows the progress of a BankID identification.
//!
//! The service sends its progress as server-sent events. If none arrive, the app polls every two seconds
//! instead.

use super::{LOOKED, Live, dom, travel};
use crate::{
    components::{ids, qr::view_box},
    i18n::texts,
    steps::progress_path,
    wire::{BankId, PageView, Progress, Screen, Stage},
};
use gloo_net::http::Request;
use js_sys::Date;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{EventSource, MessageEvent};

/// Milliseconds between two polls, if no events arrive.
const ASKED_EVERY: f64 = 2_000.0;

/// Milliseconds of silence that mean a fault while a QR code is shown. It changes every second.
const ODD_SILENCE: f64 = 4_000.0;

/// Milliseconds of silence after which the app polls once, whatever the stage.
const LONG_SILENCE: f64 = 10_000.0;

/// The event stream, and the page that it belongs to.
struct Hearing {
    page: String,
    source: Option<EventSource>,
}

thread_local! {
    static HEARING: RefCell<Option<Hearing>> = const { RefCell::new(None) };
    /// Time of the last event or poll, in milliseconds.
    static HEARD: Cell<f64> = const { Cell::new(0.0) };
    /// `true` if no events arrive, so that the app polls.
    static DEAF: Cell<bool> = const { Cell::new(false) };
    /// `true` if a QR code is shown.
    static DRAWN: Cell<bool> = const { Cell::new(false) };
}

/// Follows the current page, and from now on the visitor's return from the app.
pub(super) fn start(live: Live) {
    attend(live);
    if let Some(document) = dom::document() {
        // A page in the background may have missed events.
        travel::on(&document, "visibilitychange", move |_| {
            if dom::is_visible() && live.with(|view| bankid(view).is_some()) {
                DEAF.set(true);
                look(live);
            }
        });
    }
}

/// Listens to events if the current page shows an identification, and stops otherwise.
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

/// Polls if no events arrive.
pub(super) fn tick(live: Live, view: &PageView) {
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
            // The identification no longer exists. The page shows what there is instead.
            Err(_) => look(live),
        }
    });
}

/// Shows the progress on the page.
fn show(live: Live, progress: &Progress) {
    let Some(words) = live.with(|view| bankid(view).map(|_| texts(view.language))) else {
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

/// Requests the page again, at most once a second.
fn look(live: Live) {
    if Date::now() - LOOKED.get() >= 1_000.0 {
        LOOKED.set(Date::now());
        travel::look(live, live.with(|view| view.path.clone()));
    }
}

const fn bankid(view: &PageView) -> Option<&BankId> {
    match &view.screen {
        Screen::BankId(bankid) => Some(bankid),
        _ => None,
    }
}
