//! Navigation: forms, internal links, and Back.

use super::{
    document,
    fetch::{content_of, get, post},
    rescue,
};
use crate::{
    Wizard,
    components::{form::FormState, message::NEWS},
    i18n::{is_compiled, texts},
    pages,
    steps::Step,
    wire::{Meeting, Notice, PageView, Screen},
};
use js_sys::Promise;
use leptos::{
    ev::{MouseEvent, SubmitEvent},
    prelude::*,
    task::{spawn_local, tick},
};
use std::{mem::discriminant, sync::Arc};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{FormData, HtmlButtonElement, HtmlFormElement, Response, UrlSearchParams, window};

/// Milliseconds within which another tab's response sets the new session cookie.
const LEARNT_WITHIN: i32 = 1_000;

/// Milliseconds between two requests for the state of mail, while the visitor waits for a code.
const MAIL_EVERY: f64 = 15_000.0;

/// Listens to the history from now on.
pub(super) fn listen(wizard: Wizard) {
    let Some(window) = window() else { return };
    document::on(&window, "popstate", move |_| {
        let Some(path) = document::path() else { return };
        // A jump within the page, such as to its content, is no navigation.
        if wizard.view.with_untracked(|view| view.path == path) {
            wizard.client.set_out();
        } else if wizard.client.is_foreign() {
            document::go(&path, false);
        } else {
            navigate(wizard, path, false);
        }
    });
}

/// Sends a form and shows the view that the service returns.
pub(crate) fn submit(wizard: Wizard, event: &SubmitEvent, state: FormState) {
    // Only the browser's own request shows that it keeps no cookies.
    if rescue::is_over() || wizard.client.is_foreign() || !document::keeps_cookies() {
        return;
    }
    let Some((form, action, body)) = content(event) else { return };
    event.prevent_default();
    // Only one form is sent at a time. A second press of the button sends nothing.
    if wizard.pending.get_untracked() {
        return;
    }
    wizard.pending.set(true);
    let FormState { busy, offline } = state;
    offline.set(false);
    busy.set(true);
    spawn_local(async move {
        let view = match post(&action, &body).await {
            Some(response) if response.status() == 401 => still_inside(wizard, response).await,
            Some(response) => content_of(response).await,
            None => None,
        };
        busy.set(false);
        wizard.pending.set(false);
        match view {
            // The typed text stays, to be sent again.
            None | Some(PageView { screen: Screen::Unavailable, .. }) => {
                offline.set(true);
                tick().await;
                document::reveal(&form, "[role=alert] .message");
            }
            Some(view) => show(wizard, view, true).await,
        }
    });
}

/// Returns the page if the session is inside after all. Another tab may have renewed the session cookie at
/// the same moment, so that this tab's request came too late.
async fn still_inside(wizard: Wizard, refused: Response) -> Option<PageView> {
    match get_known(&path_of(wizard)).await {
        Some(view) if view.screen.step().is_some_and(Step::is_inside) => Some(view),
        _ => content_of(refused).await,
    }
}

/// Returns a form that is sent, with its address and its body.
fn content(event: &SubmitEvent) -> Option<(HtmlFormElement, String, JsValue)> {
    let form = event.target()?.dyn_into::<HtmlFormElement>().ok()?;
    let action = form.get_attribute("action")?;
    let data = FormData::new_with_form(&form).ok()?;
    let button = event.submitter().and_then(|it| it.dyn_into::<HtmlButtonElement>().ok());
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        data.append_with_str(&button.name(), &button.value()).ok()?;
    }
    let body = UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    Some((form, action, body.into()))
}

/// Follows an internal link.
pub(crate) fn follow(wizard: Wizard, event: &MouseEvent, path: &str) {
    // Anything but a plain click is the browser's: a new tab, a new window, a download. So is any click on a
    // page that others have changed.
    if rescue::is_over()
        || wizard.client.is_foreign()
        || event.button() != 0
        || event.ctrl_key()
        || event.meta_key()
        || event.shift_key()
        || event.alt_key()
    {
        return;
    }
    event.prevent_default();
    navigate(wizard, path.to_owned(), true);
}

/// Navigates to a page of ours. Loads it as a document if the service doesn't respond to the app.
fn navigate(wizard: Wizard, path: String, push: bool) {
    if wizard.pending.get_untracked() {
        return;
    }
    let number = wizard.client.set_out();
    spawn_local(async move {
        let answer = page(&path).await;
        // The visitor has navigated elsewhere meanwhile, and stays there.
        if number != wizard.client.navigation() || wizard.pending.get_untracked() {
            return;
        }
        match answer {
            Some(view) => show(wizard, view, push).await,
            None => document::go(&path, true),
        }
    });
}

/// Requests the current page in the background, at most every so many milliseconds. Nothing changes if there is
/// no response.
pub(crate) fn poll(wizard: Wizard, every: f64) {
    if wizard.pending.get_untracked() || !wizard.client.is_due(every) {
        return;
    }
    let path = path_of(wizard);
    spawn_local(async move {
        if let Some(view) = get_known(&path).await
            && !wizard.pending.get_untracked()
            && path_of(wizard) == path
        {
            show(wizard, view, false).await;
        }
    });
}

/// Requests the state of mail and of the code's message from time to time, and changes nothing else, since the
/// visitor may be typing.
pub(crate) fn poll_mail(wizard: Wizard, slow: RwSignal<bool>, unsent: RwSignal<bool>) {
    if !wizard.client.is_due(MAIL_EVERY) {
        return;
    }
    let path = path_of(wizard);
    spawn_local(async move {
        let Some(PageView { screen: Screen::Code(code), language, .. }) = page(&path).await else {
            return;
        };
        if path_of(wizard) != path {
            return;
        }
        let news = code.slow && !slow.get_untracked() || code.unsent && !unsent.get_untracked();
        slow.set(code.slow);
        unsent.set(code.unsent);
        let texts = &texts(language).code;
        wizard.announcement.set(match (code.unsent, code.slow) {
            (true, _) => texts.unsent,
            (_, true) => texts.slow,
            _ => "",
        });
        if news && !document::is_typing() {
            tick().await;
            document::reveal_in_page("#slow:not([hidden]), #unsent:not([hidden])");
        }
    });
}

/// Shows the view that the service returned.
async fn show(wizard: Wizard, next: PageView, push: bool) {
    let same = wizard.view.with_untracked(|view| {
        view.path == next.path
            && discriminant(&view.screen) == discriminant(&next.screen)
            && pages::heading(view) == pages::heading(&next)
            && pages::is_over(view) == pages::is_over(&next)
    });
    let away = match &next.screen {
        Screen::Room(room) if push => Some(room.url.clone()),
        Screen::Provider(leaving) if push => Some(leaving.url.clone()),
        _ => None,
    };
    if wizard.client.is_foreign() {
        return document::go(away.as_deref().unwrap_or(&next.path), push && away.is_none());
    }
    // The built-in room has its own bundle and permissions, which only a document brings.
    if let Screen::Meeting(Meeting { conference: Some(_), .. }) = next.screen {
        return document::go(&next.path, push);
    }
    // The bundle of another language comes with a document.
    if !is_compiled(next.language) {
        document::keep_typed();
        return document::go(&next.path, push);
    }
    document::set_title(&pages::title(&next));
    document::show_path(&next.path, push);
    let problem = next.problem.is_some();
    wizard.client.restart();
    wizard.client.draws(true);
    wizard.view.set(Arc::new(next));
    wizard.elapsed.set(0);
    tick().await;
    wizard.client.draws(false);
    document::reset_fields(!same || problem);
    if !same {
        document::to_top();
        document::close_help();
    }
    // What is asked for in the background leaves the visitor where they are.
    if push || !same {
        if !document::focus("[autofocus]") {
            document::focus(if same { ".news[tabindex]" } else { "h1" });
        }
        document::reveal_in_page(NEWS);
    }
    wizard.announcement.set("");
    if let Some(url) = away {
        // Back would otherwise lead here, and from here straight away again.
        document::go(&url, false);
    }
}

/// Requests a page, and again a moment later if the session is unknown. Another tab may just have recorded a
/// proof and renewed the session cookie. The browser has the new one by then.
async fn get_known(path: &str) -> Option<PageView> {
    let view = page(path).await?;
    if view.notice != Some(Notice::StartHere) {
        return Some(view);
    }
    pause(LEARNT_WITHIN).await;
    Some(page(path).await.unwrap_or(view))
}

async fn pause(milliseconds: i32) {
    let over = Promise::new(&mut |resolve, _| {
        let _ = window().map(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds)
        });
    });
    let _ = JsFuture::from(over).await;
}

async fn page(path: &str) -> Option<PageView> {
    content_of(get(path).await?).await
}

/// Returns the path of the current view.
pub(super) fn path_of(wizard: Wizard) -> String {
    wizard.view.with_untracked(|view| view.path.clone())
}
