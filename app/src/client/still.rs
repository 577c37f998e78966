//! Pages without a service behind them: on the server, and in the gallery. Nothing is sent and nothing is asked.

use crate::{Wizard, components::form::FormState, wire::Progress};
use leptos::{
    ev::{MouseEvent, SubmitEvent},
    html::Form,
    prelude::*,
};

/// The browser's part, which is not there.
#[derive(Clone, Copy)]
pub(crate) struct Client;

impl Client {
    pub(crate) const fn new() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the browser's part has a state")]
    pub(crate) const fn is_running(self) -> bool {
        true
    }
}

/// Holds a form.
pub(crate) fn submit(_: Wizard, event: &SubmitEvent, _: FormState) {
    event.prevent_default();
}

/// Holds a link.
pub(crate) fn follow(_: Wizard, event: &MouseEvent, _: &str) {
    event.prevent_default();
}

/// Asks nobody.
pub(crate) const fn poll(_: Wizard, _: f64) {}

/// Asks nobody.
pub(crate) const fn poll_mail(_: Wizard, _: RwSignal<bool>, _: RwSignal<bool>) {}

/// Follows nothing.
pub(crate) const fn follow_identification(_: Wizard, _: RwSignal<Progress>, _: NodeRef<Form>) {}

/// Returns the time as it is: only a browser knows its own.
#[cfg(not(feature = "browser"))]
pub(crate) const fn own_time(time: &crate::wire::LocalTime) -> crate::wire::LocalTime {
    *time
}
