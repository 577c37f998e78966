//! The waiting room's news: by server-sent events, and by asking every other second where events don't get through.

use super::{script::on, service::ask};
use js_sys::Date;
use leptos::{
    prelude::{IntervalHandle, set_interval_with_handle},
    task::spawn_local,
};
use std::{cell::Cell, rc::Rc, time::Duration};
use wasm_bindgen::JsCast;
use web_sys::{Event, EventSource, MessageEvent};

/// Time between two questions, where no events arrive.
const EVERY: Duration = Duration::from_secs(2);

/// Milliseconds of silence after which the page asks once although events seem to arrive.
const LONG_SILENCE: f64 = 10_000.0;

/// The news of a waiting room. Dropped, they end.
pub(super) struct News {
    source: Option<EventSource>,
    timer: Option<IntervalHandle>,
    over: Rc<Cell<bool>>,
}

impl News {
    /// Follows the waiting room. `hear` gets its JSON, or `None` if the service answers otherwise.
    pub(super) fn follow(token: &str, hear: Rc<dyn Fn(Option<String>)>) -> Self {
        let path = ["/m/", token, "/lobby"].concat();
        let source = EventSource::new(&path).ok();
        let over = Rc::new(Cell::new(false));
        let failed = Rc::new(Cell::new(source.is_none()));
        let last = Rc::new(Cell::new(Date::now()));
        if let Some(source) = &source {
            let (hear, failed, last) = (Rc::clone(&hear), Rc::clone(&failed), Rc::clone(&last));
            let ended = Rc::clone(&over);
            let said = move |event: Event| {
                failed.set(false);
                last.set(Date::now());
                let text = event.unchecked_ref::<MessageEvent>().data().as_string();
                if text.is_some() && !ended.get() {
                    hear(text);
                }
            };
            on(source, "message", Rc::new(said));
        }
        if let Some(source) = &source {
            let failed = Rc::clone(&failed);
            on(source, "error", Rc::new(move |_| failed.set(true)));
        }
        let ended = Rc::clone(&over);
        let look = move || {
            let silence = Date::now() - last.get();
            if ended.get() || !failed.get() && silence < LONG_SILENCE {
                return;
            }
            last.set(Date::now());
            let (path, hear, ended) = (path.clone(), Rc::clone(&hear), Rc::clone(&ended));
            spawn_local(async move {
                let answer = ask(&path).await;
                if let Some(answer) = answer.filter(|_| !ended.get()) {
                    hear((answer.status == 200).then_some(answer.text));
                }
            });
        };
        let timer = set_interval_with_handle(look, EVERY).ok();
        Self { source, timer, over }
    }
}

impl Drop for News {
    fn drop(&mut self) {
        self.over.set(true);
        if let Some(source) = &self.source {
            source.close();
        }
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
    }
}
