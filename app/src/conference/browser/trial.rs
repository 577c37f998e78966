//! The check of the connection: a throw-away connection to the room's server, which nobody hears.

use super::{
    driver::Driver,
    link::{Conference, Heard, Link},
    service::send,
};
use crate::wire::{read, signal::RoomTicket};
use leptos::{prelude::*, task::spawn_local};
use std::{rc::Rc, time::Duration};

/// Time within which a connection must come about.
const PATIENCE: Duration = Duration::from_secs(12);

impl Driver {
    /// Tries the way to the room once, and shows the verdict. Shows none if the service does not offer the check.
    pub(super) fn try_connection(self: &Rc<Self>) {
        let driver = Rc::clone(self);
        spawn_local(async move {
            let answer = send("check", &driver.begin.token, &[]).await;
            let ticket = answer.and_then(|answer| read::<RoomTicket>(&answer.text));
            let Some(ticket) = ticket else { return };
            let told = Rc::clone(&driver);
            let ear = move |heard| match heard {
                Heard::Connected => told.conclude(true),
                Heard::Closed(_) => told.conclude(false),
                Heard::Said(_) | Heard::Silent => {}
            };
            let link = Link::enter(ticket, driver.begin.people, [None, None, None], Rc::new(ear));
            *driver.trial.borrow_mut() = link.await;
            driver.later(PATIENCE, |driver| driver.conclude(false));
        });
    }

    /// Shows the verdict, the first time.
    fn conclude(self: &Rc<Self>, works: bool) {
        let Some(link) = self.trial.take() else { return };
        let texts = &self.room.texts.check;
        let way = link.way();
        link.leave();
        let text = match (works, way.is_empty()) {
            (false, _) => texts.way_fails.to_owned(),
            (true, true) => texts.way_works.to_owned(),
            (true, false) => [texts.way_works, " (", &way, ")"].concat(),
        };
        self.room.way_fails.set(!works);
        self.room.way.set(text);
        self.report_equipment();
    }
}
