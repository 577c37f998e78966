//! Changes of the page by others since it was drawn.
//!
//! A translation replaces text nodes, and a password manager adds elements beside fields. The whole page may
//! even be rewritten. The app's nodes are then no longer where it left them.

use std::cell::{Cell, RefCell};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, MutationObserver, MutationObserverInit};

thread_local! {
    static WATCHED: RefCell<Option<(Element, MutationObserver)>> = const { RefCell::new(None) };
    static CHANGED: Cell<bool> = const { Cell::new(false) };
}

/// Watches the content of an element from now on.
pub(super) fn watch(root: Element) {
    let changed = Closure::<dyn Fn()>::new(|| CHANGED.set(true));
    let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref()) else { return };
    changed.forget();
    let nodes = MutationObserverInit::new();
    nodes.set_child_list(true);
    nodes.set_subtree(true);
    let _ = observer.observe_with_options(&root, &nodes);
    WATCHED.set(Some((root, observer)));
}

/// Returns `true` if others have added, removed or replaced nodes.
pub(super) fn by_others() -> bool {
    WATCHED.with_borrow(|watched| {
        let Some((root, observer)) = watched else { return };
        if observer.take_records().length() > 0 || !root.is_connected() {
            CHANGED.set(true);
        }
    });
    CHANGED.get()
}

/// Discards the recorded changes, which are the app's own.
pub(super) fn was_us() {
    WATCHED.with_borrow(|watched| {
        if let Some((_, observer)) = watched {
            observer.take_records();
        }
    });
}
