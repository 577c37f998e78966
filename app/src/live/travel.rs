//! Navigation: forms, internal links, and Back.

use super::{BUSY, Live, TURN, dom, rescue, touch};
use crate::{
    components::ids,
    i18n::texts,
    steps::Step,
    wire::{Notice, PageView, Screen},
};
use gloo_net::{
    Error,
    http::{Request, RequestBuilder, Response},
};
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Element, Event, EventTarget, FormData, HtmlButtonElement, HtmlFormElement, MouseEvent,
    SubmitEvent, UrlSearchParams, window,
};

/// Milliseconds within which another tab's response sets the new session cookie.
const LEARNT_WITHIN: i32 = 1_000;

/// Listens to forms, links and the history from now on.
pub(super) fn listen(live: Live) {
    if let Some(document) = dom::document() {
        on(&document, "submit", move |event| submit(live, &event));
        on(&document, "click", move |event| click(live, &event));
    }
    if let Some(window) = window() {
        on(&window, "popstate", move |_| {
            let Some(path) = dom::path() else { return };
            // A jump within the page, such as to its content, is no navigation.
            if live.with(|view| view.path == path) {
                set_out();
            } else if touch::by_others() {
                dom::go(&path, false);
            } else {
                follow(live, path, false);
            }
        });
    }
}

pub(super) fn on(target: &EventTarget, kind: &str, listener: impl Fn(Event) + 'static) {
    let closure = Closure::<dyn Fn(Event)>::new(listener);
    let listener = closure.as_ref().unchecked_ref();
    let _ = target.add_event_listener_with_callback_and_add_event_listener_options(
        kind,
        listener,
        &rescue::while_alive(),
    );
    // The listener lasts as long as the page.
    closure.forget();
}

fn submit(live: Live, event: &Event) {
    // Only the browser's own request shows that it keeps no cookies.
    if touch::by_others() || !dom::keeps_cookies() {
        return;
    }
    let Some((form, action, body)) = sent_by(event) else { return };
    event.prevent_default();
    send(live, form, action, body);
}

/// Sends the form within this element, as its button would.
pub(super) fn send_form(live: Live, id: &str) {
    let form = dom::by_id(id).and_then(|element| element.query_selector("form").ok().flatten());
    let Some(form) = form.and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
    if touch::by_others() {
        if !BUSY.replace(true) {
            let _ = form.submit();
        }
    } else if let Some((form, action, body)) = content(form, None) {
        send(live, form, action, body);
    }
}

fn send(live: Live, form: HtmlFormElement, action: String, body: JsValue) {
    // Only one form is sent at a time. A second press of the button sends nothing.
    if BUSY.replace(true) {
        return;
    }
    dom::show(ids::OFFLINE, false);
    let _ = form.set_attribute("aria-busy", "true");
    spawn_local(async move {
        let answer = match json(Request::post(&action)).body(body) {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        };
        let view = match answer {
            Ok(response) if response.status() == 401 => still_inside(live, response).await,
            Ok(response) => response.json::<PageView>().await,
            Err(error) => Err(error),
        };
        let _ = form.remove_attribute("aria-busy");
        BUSY.set(false);
        match view {
            // The typed text stays, to be sent again.
            Err(_) | Ok(PageView { screen: Screen::Unavailable, .. }) => {
                dom::show(ids::OFFLINE, true)
            }
            Ok(view) => live.arrive(view, true),
        }
    });
}

/// Returns the page if the session is inside after all. Another tab may have renewed the session cookie at
/// the same moment, so that this tab's request came too late.
async fn still_inside(live: Live, refused: Response) -> Result<PageView, Error> {
    let path = live.with(|view| view.path.clone());
    match get_known(&path).await {
        Some(view) if view.screen.step().is_some_and(Step::is_inside) => Ok(view),
        _ => refused.json().await,
    }
}

/// Returns the form of an event, its address and its body. `None` if it is not one of ours.
fn sent_by(event: &Event) -> Option<(HtmlFormElement, String, JsValue)> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let button = event
        .dyn_ref::<SubmitEvent>()
        .and_then(SubmitEvent::submitter)
        .and_then(|element| element.dyn_into::<HtmlButtonElement>().ok());
    content(form, button)
}

fn content(
    form: HtmlFormElement,
    button: Option<HtmlButtonElement>,
) -> Option<(HtmlFormElement, String, JsValue)> {
    let action = form.get_attribute("action").filter(|action| action.starts_with("/do/"))?;
    let data = FormData::new_with_form(&form).ok()?;
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        data.append_with_str(&button.name(), &button.value()).ok()?;
    }
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    Some((form, action, body.into()))
}

fn click(live: Live, event: &Event) {
    let Some(mouse) = event.dyn_ref::<MouseEvent>() else { return };
    // Anything but a plain click is the browser's: a new tab, a new window, a download. So is any click on a
    // page that others have changed.
    if touch::by_others()
        || mouse.button() != 0
        || mouse.ctrl_key()
        || mouse.meta_key()
        || mouse.shift_key()
        || mouse.alt_key()
    {
        return;
    }
    let path = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest("a[data-go]").ok().flatten())
        .and_then(|link| link.get_attribute("href"));
    if let Some(path) = path {
        event.prevent_default();
        follow(live, path, true);
    }
}

/// Navigates to a page of ours. Loads it as a document if the service doesn't respond to the app.
fn follow(live: Live, path: String, push: bool) {
    if BUSY.get() {
        return;
    }
    let turn = set_out();
    spawn_local(async move {
        let answer = get(&path).await;
        // The visitor has navigated elsewhere meanwhile, and stays there.
        if turn != TURN.get() || BUSY.get() {
            return;
        }
        match answer {
            Some(view) => live.arrive(view, push),
            None => dom::go(&path, true),
        }
    });
}

/// Starts a navigation and returns its number. The responses to earlier navigations are then ignored.
fn set_out() -> u32 {
    let turn = TURN.get().wrapping_add(1);
    TURN.set(turn);
    turn
}

/// Requests the current page in the background. Nothing changes if there is no response.
pub(super) fn look(live: Live, path: String) {
    if BUSY.get() {
        return;
    }
    spawn_local(async move {
        if let Some(view) = get_known(&path).await.filter(|_| !BUSY.get()) {
            live.arrive(view, false);
        }
    });
}

/// Requests the state of mail and of the code's message, and shows nothing else, since the visitor may be
/// typing.
pub(super) fn look_for_delay(live: Live, path: String) {
    spawn_local(async move {
        let Some(PageView { screen: Screen::Code(code), language, .. }) = get(&path).await else {
            return;
        };
        if live.with(|view| view.path == path) {
            dom::show(ids::SLOW, code.slow);
            dom::show(ids::UNSENT, code.unsent);
            let texts = &texts(language).code;
            let said = if code.unsent { texts.unsent } else { texts.slow };
            dom::write(ids::SAID, if code.slow || code.unsent { said } else { "" });
        }
    });
}

/// Requests a page, and again a moment later if the session is unknown. Another tab may just have recorded a
/// proof and renewed the session cookie. The browser has the new one by then.
async fn get_known(path: &str) -> Option<PageView> {
    let view = get(path).await?;
    if view.notice != Some(Notice::StartHere) {
        return Some(view);
    }
    pause(LEARNT_WITHIN).await;
    Some(get(path).await.unwrap_or(view))
}

async fn pause(milliseconds: i32) {
    let over = Promise::new(&mut |resolve, _| {
        let _ = window().map(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds)
        });
    });
    let _ = JsFuture::from(over).await;
}

async fn get(path: &str) -> Option<PageView> {
    json(Request::get(path)).send().await.ok()?.json().await.ok()
}

pub(super) fn json(request: RequestBuilder) -> RequestBuilder {
    request.header("Accept", "application/json")
}
