//! The app in the browser: forms without a reload, focus, Back, and what changes with time.
//!
//! There is one listener for each kind of event, on the document, and one clock. Changing texts are written
//! to the elements that [`ids`] names.
//!
//! A page that others have changed (a translation, a password manager, a proxy) is not redrawn, because its
//! nodes are no longer where the app left them. It stays or becomes a plain page, whose forms the browser
//! sends.

mod clock;
mod dom;
mod progress;
mod rescue;
mod touch;
mod travel;

use crate::{
    components::{LIVE, ids, layout::layout, message::notice_text},
    i18n::texts,
    pages::{self, page_error},
    shape,
    wire::{PageView, Screen},
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

/// The view that is shown, and its nodes.
struct Page {
    view: PageView,
    nodes: <AnyView as Render>::State,
}

thread_local! {
    /// `true` while a sent form has no response.
    static BUSY: Cell<bool> = const { Cell::new(false) };
    /// Number of navigations that were started.
    static TURN: Cell<u32> = const { Cell::new(0) };
    /// Time at which the view arrived, in milliseconds.
    static SINCE: Cell<f64> = const { Cell::new(0.0) };
    /// Time of the last request for the page's state, in milliseconds.
    static LOOKED: Cell<f64> = const { Cell::new(0.0) };
    /// `true` if the warning before the session's end was shown.
    static WARNED: Cell<bool> = const { Cell::new(false) };
}

/// Hydrates the page that the server rendered. If that fails, the page stays plain HTML: no listener is added
/// before everything is hydrated.
pub fn start() {
    let (Some(inline), Some(root)) = (dom::by_id("view"), dom::by_id("app")) else { return };
    let view = inline.text_content().and_then(|json| serde_json::from_str::<PageView>(&json).ok());
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
    /// Reads the current view.
    fn with<T>(self, look: impl FnOnce(&PageView) -> T) -> T {
        look(&self.page.borrow().view)
    }

    /// Draws another view in place of the current one.
    fn draw(self, next: PageView) {
        let page = &mut *self.page.borrow_mut();
        layout(&next).rebuild(&mut page.nodes);
        page.view = next;
        touch::was_us();
    }

    /// Shows the view that the service returned.
    fn arrive(self, next: PageView, push: bool) {
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
            .map_or("", |notice| notice_text(texts(next.language), &next.screen, notice));
        let stray = page_error(&next).is_some();
        let (slow, unsent) = match &next.screen {
            Screen::Code(code) => (code.slow, code.unsent),
            _ => (false, false),
        };
        self.draw(next);
        dom::show(ids::OFFLINE, false);
        // The page may show them already, though its view did not.
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

/// Restarts the times of the view.
fn settle() {
    let now = Date::now();
    SINCE.set(now);
    LOOKED.set(now);
    WARNED.set(false);
}
