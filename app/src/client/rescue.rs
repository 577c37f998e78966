//! Recovery from a panic: returns to the plain page, whose forms work without the app.
//!
//! After a panic the app no longer runs. Its listeners would block the forms, so each asks first whether the app is
//! over. A half-drawn page must not remain either.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use wasm_bindgen::JsValue;
use web_sys::window;

static OVER: AtomicBool = AtomicBool::new(false);

/// Installs a panic hook that returns to the plain page.
pub(super) fn prepare() {
    std::panic::set_hook(Box::new(|_| give_back()));
}

/// Returns `true` after a panic: the browser then acts alone.
pub(super) fn is_over() -> bool {
    OVER.load(Relaxed)
}

/// Returns `true` if the current page was reloaded after a panic. It then stays plain. The next page has
/// another entry in the history, and the app starts there again.
pub(super) fn was_given_back() -> bool {
    let state = window().and_then(|window| window.history().ok()?.state().ok());
    state == Some(JsValue::TRUE)
}

fn give_back() {
    if OVER.swap(true, Relaxed) {
        return;
    }
    let Some(window) = window() else { return };
    let marked = window.history().and_then(|history| history.replace_state(&JsValue::TRUE, ""));
    // Without the mark, a page that always panics would reload for ever.
    if marked.is_ok() {
        let _ = window.location().reload();
    }
}
