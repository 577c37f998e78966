//! A QR code as an image.

use crate::wire::Progress;
use leptos::prelude::*;

/// The image. Without a code it is empty.
#[component]
pub(crate) fn QrCode(
    /// The progress with the code.
    progress: RwSignal<Progress>,
    /// Its accessible name.
    name: &'static str,
) -> impl IntoView {
    let size = move || progress.with(|it| it.qr.as_ref().map_or(1, |qr| qr.size)).to_string();
    let path = move || progress.with(|it| it.qr.as_ref().map(|qr| qr.path.clone()));
    view! {
        <svg class="qr" role="img" aria-label=name viewBox=move || ["0 0 ", &size(), " ", &size()].concat()>
            <path d=move || path().unwrap_or_default()></path>
        </svg>
    }
}
