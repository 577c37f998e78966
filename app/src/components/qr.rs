//! A QR code as an image.

use crate::{
    components::{ids, whole::Part},
    wire::Qr,
};
use leptos::prelude::*;

/// Returns the image with this accessible name. Without a code it is empty, and the loaded app draws it
/// later.
pub(crate) fn qr_code(qr: Option<&Qr>, name: &'static str) -> AnyView {
    let (size, path) = qr.map_or((1, ""), |qr| (qr.size, qr.path.as_str()));
    view! {
        <svg id=ids::QR class="qr" role="img" aria-label=name viewBox=view_box(size)>
            <path id=ids::QR_PATH d=path.to_owned()></path>
        </svg>
    }
    .part()
}

/// Returns the `viewBox` for a code of this size.
pub(crate) fn view_box(size: u16) -> String {
    let size = size.to_string();
    ["0 0 ", &size, " ", &size].concat()
}
