//! Messages on the page for the code: mail is slow, or was never sent.

use crate::{
    client,
    wire::Code,
    wizard::{effect, use_texts, use_wizard},
};
use leptos::prelude::*;

/// Seconds after a code's expiry in which the service is still asked whether its mail was sent.
const AFTERWARDS: u32 = 60;

/// Both messages, hidden until they hold. The app asks from time to time and shows them without touching the typed
/// text.
#[component]
pub(crate) fn SlowMail(
    /// The code that is waited for.
    code: Code,
) -> impl IntoView {
    let wizard = use_wizard();
    let texts = &use_texts().code;
    let (slow, unsent) = (RwSignal::new(code.slow), RwSignal::new(code.unsent));
    effect(move || {
        let passed = wizard.elapsed.get();
        if passed < code.valid_for.saturating_add(AFTERWARDS) {
            client::poll_mail(wizard, slow, unsent);
        }
    });
    view! {
        <div id="slow" class="message" hidden=move || !slow.get()>
            <p class="plain">{texts.slow}</p>
        </div>
        <div id="unsent" class="message" hidden=move || !unsent.get()>
            <p class="plain">{texts.unsent}</p>
        </div>
    }
}
