//! Changes of the page by others since it was drawn.
//!
//! A translation replaces text nodes, and a password manager adds elements beside fields. The whole page may
//! even be rewritten. The app's nodes are then no longer where it left them.

use std::{cell::Cell, rc::Rc};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, MutationObserver, MutationObserverInit};

/// Watches for nodes that others add, remove or replace.
pub(super) struct Foreign {
    root: Element,
    observer: Option<MutationObserver>,
    changed: Rc<Cell<bool>>,
}

impl Foreign {
    /// Watches the content of an element from now on.
    pub(super) fn watch(root: Element) -> Self {
        let changed = Rc::new(Cell::new(false));
        let noticed = Rc::clone(&changed);
        let notice = Closure::<dyn Fn()>::new(move || noticed.set(true));
        let observer = MutationObserver::new(notice.as_ref().unchecked_ref()).ok();
        notice.forget();
        let watched = Self { root, observer, changed };
        watched.go_on();
        watched
    }

    /// Returns `true` if others have added, removed or replaced nodes.
    pub(super) fn has_changed(&self) -> bool {
        let told = self.observer.as_ref().is_some_and(|it| it.take_records().length() > 0);
        if told || !self.root.is_connected() {
            self.changed.set(true);
        }
        self.changed.get()
    }

    /// Stops to watch, while the app itself draws.
    pub(super) fn pause(&self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }

    /// Watches again.
    pub(super) fn go_on(&self) {
        let nodes = MutationObserverInit::new();
        nodes.set_child_list(true);
        nodes.set_subtree(true);
        if let Some(observer) = &self.observer {
            let _ = observer.observe_with_options(&self.root, &nodes);
        }
    }
}
