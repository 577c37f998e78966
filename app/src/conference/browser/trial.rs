//! The check of the connection: a throw-away connection to the room's server, which nobody hears.

use super::{conference::Heard, driver::Driver, join::reload, link::Link, service::send};
use crate::{
    conference::state::Phase,
    wire::{read, signal::RoomTicket},
};
use leptos::{prelude::*, task::spawn_local};
use std::{rc::Rc, time::Duration};

/// Time within which a connection must come about.
const PATIENCE: Duration = Duration::from_secs(12);

/// The status of a request by somebody whose session has ended.
const CONFLICT: u16 = 409;

/// A connection that is tried.
pub(super) struct Trial {
    link: Link,
    /// Time at which it was begun, in milliseconds. It distinguishes one trial from the next.
    begun: f64,
}

impl Driver {
    /// Tries the way to the room, and shows the verdict. Shows none if the service does not offer the check.
    pub(super) fn try_connection(self: &Rc<Self>) {
        if self.room.trying.get_untracked() {
            return;
        }
        self.room.trying.set(true);
        self.room.offline.set(false);
        self.room.way.set(String::new());
        let driver = Rc::clone(self);
        spawn_local(async move {
            if !driver.begin_trial().await {
                driver.room.trying.set(false);
            }
        });
    }

    /// Begins to try the connection. `false` if that does not lead to a verdict.
    async fn begin_trial(self: &Rc<Self>) -> bool {
        let Some(answer) = send("check", &self.begin.token, &[]).await else {
            self.room.offline.set(true);
            return false;
        };
        let Some(ticket) = read::<RoomTicket>(&answer.text) else {
            if answer.status == CONFLICT && self.room.phase.get_untracked() == Phase::Test {
                reload();
            }
            self.room.offline.set(answer.status >= 500);
            return false;
        };
        let begun = js_sys::Date::now();
        let told = Rc::clone(self);
        let ear = move |heard| match heard {
            Heard::Connected => told.conclude(begun, true),
            Heard::Closed(_) => told.conclude(begun, false),
            Heard::Said(_) | Heard::Silent | Heard::Tracks | Heard::Speaks(_) => {}
        };
        let link = Link::enter(ticket, self.begin.people, [None, None, None], Rc::new(ear));
        let Some(link) = link.await else {
            self.show_verdict(false, self.room.texts.trouble.old.to_owned());
            return true;
        };
        *self.trial.borrow_mut() = Some(Trial { link, begun });
        self.later(PATIENCE, move |driver| driver.conclude(begun, false));
        true
    }

    /// Ends the trial that was begun at this time, with its verdict. The first verdict counts.
    fn conclude(self: &Rc<Self>, begun: f64, works: bool) {
        let current = |trial: &mut Trial| trial.begun.to_bits() == begun.to_bits();
        let Some(Trial { link, .. }) = self.trial.borrow_mut().take_if(current) else { return };
        let texts = &self.room.texts.check;
        let way = link.media.way();
        link.leave();
        let text = match (works, way.is_empty()) {
            (false, _) => texts.way_fails.to_owned(),
            (true, true) => texts.way_works.to_owned(),
            (true, false) => [texts.way_works, " (", &way, ")"].concat(),
        };
        self.show_verdict(works, text);
    }

    /// Ends the trial without a verdict.
    pub(super) fn end_trial(&self) {
        drop(self.trial.take());
        self.room.trying.set(false);
    }

    fn show_verdict(self: &Rc<Self>, works: bool, text: String) {
        self.room.trying.set(false);
        self.room.way_fails.set(!works);
        self.room.way.set(text);
        self.report_equipment();
    }
}
