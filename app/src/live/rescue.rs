//! What is left when something breaks: the plain page, whose forms work by themselves.
//!
//! After a panic nothing of the app runs any more. Its listeners must not stay, since they would hold
//! the forms up; and what is half drawn must not stay either.

use std::cell::Cell;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, AddEventListenerOptions, window};

thread_local! {
    /// Ends all listening at once.
    static LISTENING: Option<AbortController> = AbortController::new().ok();
    static TICKING: Cell<i32> = const { Cell::new(0) };
    static GIVEN_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Gives the page back when something breaks from now on.
pub(super) fn prepare() {
    std::panic::set_hook(Box::new(|_| give_back()));
}

/// How listeners are added, so that they end with the app.
pub(super) fn while_alive() -> AddEventListenerOptions {
    let options = AddEventListenerOptions::new();
    LISTENING.with(|listening| {
        if let Some(listening) = listening {
            options.set_signal(&listening.signal());
        }
    });
    options
}

/// Names the clock that is to stop with the app.
pub(super) fn stops(ticking: i32) {
    TICKING.set(ticking);
}

/// Whether the page at hand was given back and loaded anew: then it stays a plain one. The next page has
/// another entry in the history, and the app another try.
pub(super) fn was_given_back() -> bool {
    let state = window().and_then(|window| window.history().ok()?.state().ok());
    state == Some(JsValue::TRUE)
}

fn give_back() {
    if GIVEN_BACK.replace(true) {
        return;
    }
    LISTENING.with(|listening| {
        if let Some(listening) = listening {
            listening.abort();
        }
    });
    let Some(window) = window() else { return };
    window.clear_interval_with_handle(TICKING.get());
    let marked = window.history().and_then(|history| history.replace_state(&JsValue::TRUE, ""));
    // Where it can't be remembered, loading might go on for ever.
    if marked.is_ok() {
        let _ = window.location().reload();
    }
}
