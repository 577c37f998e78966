//! The running app: its start, its clock, and what it remembers.

use super::{document, foreign::Foreign, navigation, rescue};
use crate::{
    Page, Wizard,
    components::LIVE,
    shape,
    wire::{PageView, read},
};
use any_spawner::Executor;
use js_sys::Date;
use leptos::{
    prelude::*,
    tachys::{hydration::Cursor, view::PositionState},
};
use std::{mem::forget, time::Duration};
use web_sys::EventSource;

/// The state of the app besides the signals.
#[derive(Clone, Copy)]
pub(crate) struct Client(StoredValue<State, LocalStorage>);

struct State {
    /// Time at which the view arrived, in milliseconds.
    since: f64,
    /// Time of the last request for the page's state, in milliseconds.
    asked_at: f64,
    /// Number of navigations that were started.
    navigation: u32,
    /// The events of the identification that is followed.
    source: Option<EventSource>,
    /// `None` before the page is hydrated.
    foreign: Option<Foreign>,
}

impl Client {
    pub(crate) fn new() -> Self {
        let now = Date::now();
        let state = State { since: now, asked_at: now, navigation: 0, source: None, foreign: None };
        Self(StoredValue::new_local(state))
    }

    /// Returns `false` until the app has taken over the page that the server rendered.
    pub(crate) fn is_running(self) -> bool {
        self.0.with_value(|state| state.foreign.is_some())
    }

    /// Restarts the times of the view.
    pub(super) fn restart(self) {
        let now = Date::now();
        self.0.update_value(|state| (state.since, state.asked_at) = (now, now));
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float is cut to the range of whole seconds"
    )]
    fn elapsed(self) -> u32 {
        self.0.with_value(|state| ((Date::now() - state.since) / 1_000.0) as u32)
    }

    /// Returns `true` at most every so many milliseconds, when the service must be asked.
    pub(super) fn is_due(self, every: f64) -> bool {
        let now = Date::now();
        let due = self.0.with_value(|state| now - state.asked_at >= every);
        if due {
            self.0.update_value(|state| state.asked_at = now);
        }
        due
    }

    /// Starts a navigation and returns its number. The responses to earlier navigations are then ignored.
    pub(super) fn set_out(self) -> u32 {
        self.0.update_value(|state| state.navigation = state.navigation.wrapping_add(1));
        self.navigation()
    }

    /// Returns the number of the last navigation.
    pub(super) fn navigation(self) -> u32 {
        self.0.with_value(|state| state.navigation)
    }

    /// Keeps the events that are followed, and closes those before them.
    pub(super) fn keep_source(self, source: Option<EventSource>) {
        self.0.update_value(|state| {
            if let Some(source) = std::mem::replace(&mut state.source, source) {
                source.close();
            }
        });
    }

    /// Returns `true` if others have changed the page.
    pub(super) fn is_foreign(self) -> bool {
        self.0.with_value(|state| state.foreign.as_ref().is_some_and(Foreign::has_changed))
    }

    /// Begins or ends a drawing of the app's own.
    pub(super) fn draws(self, begins: bool) {
        self.0.with_value(|state| match &state.foreign {
            Some(foreign) if begins => foreign.pause(),
            Some(foreign) => foreign.go_on(),
            None => {}
        });
    }
}

/// Hydrates the page that the server rendered. A page that is not as it was sent stays plain HTML: no listener is
/// added to it.
pub fn start() {
    let (Some(inline), Some(root)) = (document::by_id("view"), document::by_id("app")) else {
        return;
    };
    let view = inline.text_content().and_then(|json| read::<PageView>(&json));
    let Some(view) = view else { return };
    let as_sent = inline.get_attribute("data-shape") == Some(shape::of_node(&root));
    if !as_sent || rescue::was_given_back() {
        return;
    }
    rescue::prepare();
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new_root(None);
    let path = view.path.clone();
    let (wizard, page) = owner.with(|| {
        let wizard = Wizard::new(view);
        let page = view! { <Page wizard/> };
        (wizard, page.hydrate::<true>(&Cursor::new(root.clone()), &PositionState::default()))
    });
    // The page lasts as long as the document.
    forget((owner, page));
    document::show_path(&path, false);
    document::restore_typed();
    wizard.client.0.update_value(|state| state.foreign = Some(Foreign::watch(root)));
    navigation::listen(wizard);
    set_interval(move || tick(wizard), Duration::from_secs(1));
    document::mark(LIVE);
}

fn tick(wizard: Wizard) {
    if !rescue::is_over() {
        wizard.elapsed.set(wizard.client.elapsed());
    }
}
