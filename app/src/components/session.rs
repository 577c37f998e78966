//! The session: the button that ends it, and the warning before it times out.

use crate::{
    components::{
        form::{StepForm, Submit},
        live_text::Countdown,
    },
    pages::poll_from,
    server_fns::{EndSession, Stay},
    wire::Session,
    wizard::{effect, use_texts, use_view, use_wizard},
};
use leptos::{html::Dialog, prelude::*, server_fn::ServerFn};

/// The button that ends the session, and the reason to use it.
#[component]
pub(crate) fn SessionEnd(
    /// `true` if it is inside another invitation than the page's.
    elsewhere: bool,
) -> impl IntoView {
    let texts = &use_texts().frame;
    let why = if elsewhere { texts.identified_elsewhere } else { texts.identified };
    view! {
        <div class="session">
            <p class="quiet">{why}</p>
            <StepForm action=EndSession::PATH><Submit text=texts.end/></StepForm>
        </div>
    }
}

/// Milliseconds between two requests for the page, once the session has ended.
const POLLED_EVERY: f64 = 30_000.0;

/// The warning before the session's end. It opens automatically, and closes when another view comes.
#[component]
pub(crate) fn SessionWarning(
    /// The session.
    session: Session,
) -> impl IntoView {
    let wizard = use_wizard();
    let texts = use_texts();
    let Session { ends_in, warned_before, can_stay, .. } = session;
    let dialog = NodeRef::<Dialog>::new();
    let mut warned = false;
    effect(move || {
        let passed = wizard.elapsed.get();
        let left = ends_in.saturating_sub(passed);
        if left == 0 {
            poll_from(wizard, ends_in, passed, POLLED_EVERY);
        } else if left <= warned_before && !warned {
            warned = true;
            if let Some(dialog) = dialog.get_untracked().filter(|dialog| !dialog.open()) {
                let _ = dialog.show_modal();
            }
        }
    });
    on_cleanup(move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    });
    let soon = move |passed| {
        let left = ends_in.saturating_sub(passed).min(warned_before);
        (texts.session.soon)(&(texts.time.length)(left))
    };
    let texts = &texts.session;
    let way_on = if can_stay {
        view! {
            <p class="plain">{texts.why}</p>
            <StepForm action=Stay::PATH>
                <input type="hidden" name="path" value=use_view().path.clone()/>
                <Submit text=texts.stay main=true/>
            </StepForm>
        }
        .into_any()
    } else {
        view! {
            <p class="plain">{texts.last}</p>
            <form method="dialog">
                <button class="button" type="submit">{texts.close}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <dialog node_ref=dialog class="warning" aria-labelledby="warning-title">
            <h2 id="warning-title">{texts.title}</h2>
            <p><Countdown text=Box::new(soon)/></p>
            {way_on}
        </dialog>
    }
}
