//! What needs the browser: forms without a reload, focus, Back, and what changes with time.
//!
//! One listener for each kind of event stands at the document and one clock ticks, whatever the
//! page. Texts that change are written into the places that [`ids`] names.

mod clock;
mod dom;
mod progress;
mod travel;

use crate::{
    Wizard,
    pages::{self, stray_problem},
    parts::{ids, message::notice_text},
    wire::{Screen, View},
    words::words,
};
use js_sys::Date;
use leptos::{mount::hydrate_from, prelude::*, task::tick};
use std::{cell::Cell, mem::discriminant};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The running app.
#[derive(Clone, Copy)]
struct Live {
    view: RwSignal<View>,
}

thread_local! {
    /// Whether something sent is not yet answered.
    static BUSY: Cell<bool> = const { Cell::new(false) };
    /// How often one has set out for another page of ours.
    static TURN: Cell<u32> = const { Cell::new(0) };
    /// When the view came, in milliseconds.
    static SINCE: Cell<f64> = const { Cell::new(0.0) };
    /// When the service was last asked how things stand, in milliseconds.
    static LOOKED: Cell<f64> = const { Cell::new(0.0) };
    /// Whether the session's end has been warned of.
    static WARNED: Cell<bool> = const { Cell::new(false) };
}

/// Takes over the page that the server rendered. Where that can't be, the page goes on as the plain
/// HTML that it is.
pub fn start() {
    let view = dom::by_id("view")
        .and_then(|element| element.text_content())
        .and_then(|json| serde_json::from_str::<View>(&json).ok());
    let root = dom::by_id("app").and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let (Some(view), Some(root)) = (view, root) else { return };
    hydrate_from(root, move || {
        dom::show_path(&view.path, false);
        let view = RwSignal::new(view);
        let live = Live { view };
        settle();
        travel::listen(live);
        clock::start(live);
        progress::start(live);
        view! { <Wizard view/> }
    })
    .forget();
}

impl Live {
    /// Shows what the service answered.
    async fn arrive(self, next: View, push: bool) {
        let (same, problem) = self.view.with_untracked(|view| {
            let same = view.path == next.path
                && discriminant(&view.screen) == discriminant(&next.screen)
                && pages::heading(view) == pages::heading(&next);
            (same || view.language != next.language, next.problem.is_some())
        });
        let away = match &next.screen {
            Screen::Room(room) if push => Some(room.url.clone()),
            Screen::Provider(leaving) if push => Some(leaving.url.clone()),
            _ => None,
        };
        dom::set_title(&pages::title(&next));
        dom::set_language(next.language.tag());
        dom::show_path(&next.path, push);
        dom::close_dialog(ids::WARNING);
        let said = next
            .notice
            .map_or("", |notice| notice_text(words(next.language), &next.screen, notice));
        let stray = stray_problem(&next).is_some();
        let (slow, unsent) = match &next.screen {
            Screen::Code(code) => (code.slow, code.unsent),
            _ => (false, false),
        };
        self.view.set(next);
        tick().await;
        dom::show(ids::OFFLINE, false);
        // The page may show it by then though its view did not.
        dom::show(ids::SLOW, slow);
        dom::show(ids::UNSENT, unsent);
        dom::reset_fields(!same || problem);
        settle();
        if problem {
            dom::focus(if stray { "#problem" } else { "[autofocus]" });
        } else if !same {
            dom::to_top();
            dom::focus("h1");
        }
        dom::write(ids::SAID, if same { said } else { "" });
        progress::attend(self);
        if let Some(url) = away {
            dom::leave_for(&url);
        }
    }
}

/// Starts the view's time anew.
fn settle() {
    let now = Date::now();
    SINCE.set(now);
    LOOKED.set(now);
    WARNED.set(false);
}
