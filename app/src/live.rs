//! What needs the browser: forms without a reload, focus, Back, and what changes with time.
//!
//! One listener for each kind of event stands at the document and one clock ticks, whatever the
//! page. Texts that change are written into the places that [`ids`] names.
//!
//! A page that others have changed (a translation, a password manager, a proxy) is not drawn anew: its
//! nodes are no longer where they were left. It stays, or becomes, the plain page that it is, whose
//! forms the browser sends by itself.

mod clock;
mod dom;
mod progress;
mod rescue;
mod touch;
mod travel;

use crate::{
    pages::{self, stray_problem},
    parts::{LIVE, ids, layout::layout, message::notice_text},
    shape,
    wire::{Screen, View},
    words::words,
};
use js_sys::Date;
use leptos::{
    prelude::{AnyView, Render, RenderHtml},
    tachys::{hydration::Cursor, view::PositionState},
};
use std::{
    cell::{Cell, RefCell},
    mem::discriminant,
};

/// The running app.
#[derive(Clone, Copy)]
struct Live {
    page: &'static RefCell<Page>,
}

/// What is shown, and the nodes that show it.
struct Page {
    view: View,
    nodes: <AnyView as Render>::State,
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
/// HTML that it is: nothing listens before all of it is taken over.
pub fn start() {
    let (Some(inline), Some(root)) = (dom::by_id("view"), dom::by_id("app")) else { return };
    let view = inline.text_content().and_then(|json| serde_json::from_str::<View>(&json).ok());
    let Some(view) = view else { return };
    let as_sent = inline.get_attribute("data-shape") == Some(shape::of_node(&root));
    if !as_sent || rescue::was_given_back() {
        return;
    }
    let nodes =
        layout(&view).hydrate::<true>(&Cursor::new(root.clone()), &PositionState::default());
    dom::show_path(&view.path, false);
    let live = Live { page: Box::leak(Box::new(RefCell::new(Page { view, nodes }))) };
    rescue::prepare();
    touch::watch(root);
    settle();
    travel::listen(live);
    clock::start(live);
    progress::start(live);
    dom::mark(LIVE);
}

impl Live {
    /// Looks at what is shown.
    fn with<T>(self, look: impl FnOnce(&View) -> T) -> T {
        look(&self.page.borrow().view)
    }

    /// Draws another view in the place of the one shown.
    fn draw(self, next: View) {
        let page = &mut *self.page.borrow_mut();
        layout(&next).rebuild(&mut page.nodes);
        page.view = next;
        touch::was_us();
    }

    /// Shows what the service answered.
    fn arrive(self, next: View, push: bool) {
        let (same, problem) = self.with(|view| {
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
        if touch::by_others() {
            return dom::go(away.as_deref().unwrap_or(&next.path), push && away.is_none());
        }
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
        self.draw(next);
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
