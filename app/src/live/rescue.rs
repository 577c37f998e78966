//! Recovery from a panic: returns to the plain page, whose forms work without the app.
//!
//! After a panic the app no longer runs. Its listeners would block the forms, so they must be removed. A
//! half-drawn page must not remain either.

use std::cell::Cell;
use wasm_bindgen::JsValue;
use web_sys::{AbortController, AddEventListenerOptions, window};

thread_local! {
    /// Removes all listeners at once.
    static LISTENING: Option<AbortController> = AbortController::new().ok();
    static TICKING: Cell<i32> = const { Cell::new(0) };
    static GIVEN_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Installs a panic hook that returns to the plain page.
pub(super) fn prepare() {
    std::panic::set_hook(Box::new(|_| give_back()));
}

/// Returns the options of a listener that ends with the app.
pub(super) fn while_alive() -> AddEventListenerOptions {
    let options = AddEventListenerOptions::new();
    LISTENING.with(|listening| {
        if let Some(listening) = listening {
            options.set_signal(&listening.signal());
        }
    });
    options
}

/// Registers the interval that stops with the app.
pub(super) fn stops(ticking: i32) {
    TICKING.set(ticking);
}

/// Returns `true` if the current page was reloaded after a panic. It then stays plain. The next page has
/// another entry in the history, and the app starts there again.
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
    // Without the mark, a page that always panics would reload for ever.
    if marked.is_ok() {
        let _ = window.location().reload();
    }
}
