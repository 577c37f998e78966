//! The way into the room: the knock, the waiting room, the ticket, the connection, and back after a fault.

use super::{
    driver::Driver,
    link::{Conference, Heard, Link},
    lobby::News,
    script::pause,
    service::send,
};
use crate::{
    conference::{
        boot::{lobby, lobby_of},
        end::End,
        ending::{Next, after, end_of, wait},
        layers::layer,
        news::news,
        state::{Decision, Line, Panel, Phase},
        trouble::{Device, Kit},
    },
    wire::{
        Knock, Lobby, Role, read,
        signal::{Bye, FromBrowser, FromServer, RoomTicket, Seat},
    },
};
use leptos::{prelude::*, task::spawn_local};
use std::{cell::Cell, rc::Rc, time::Duration};
use web_sys::window;

/// Time between two looks at the size of tiles.
const LOOKED_EVERY: Duration = Duration::from_millis(500);

/// Seconds before the room closes at which a warning is read.
const TOLD_BEFORE: i64 = 600;

impl Driver {
    /// Begins where the visitor was. A guest who waits continues to wait. One who was admitted checks the devices first.
    pub(super) fn begin_with(self: &Rc<Self>, lobby: Option<Lobby>) {
        if let Some(lobby) = lobby {
            let waits = matches!(&lobby, Lobby::Guest(guest) if matches!(
                guest.state,
                Knock::Waiting | Knock::Locked | Knock::Full
            ));
            if waits {
                self.room.phase.set(Phase::Waiting);
                self.follow();
            }
            // A refused or removed guest who opens the page again may knock again.
            if matches!(&lobby, Lobby::Guest(guest) if guest.state == Knock::Ended) {
                self.room.phase.set(Phase::Over(End::Ended));
            }
            self.note(lobby);
        }
        if self.room.phase.get_untracked().is_check() {
            self.try_connection();
            self.follow_network();
        }
        let driver = Rc::clone(self);
        set_interval(move || driver.look(), LOOKED_EVERY);
    }

    /// Keeps the state of the waiting room.
    fn note(&self, lobby: Lobby) {
        match lobby {
            Lobby::Guest(guest) => self.room.guest.set(Some(guest)),
            Lobby::Host(host) => {
                let texts = &self.room.texts.host;
                let new = self.room.host.with_untracked(|old| {
                    let old = old.as_ref().map(|old| old.waiting.as_slice()).unwrap_or_default();
                    let known = |id: &str| old.iter().any(|guest| guest.guest == id);
                    host.waiting.iter().find(|guest| !known(&guest.guest)).cloned()
                });
                let named =
                    |name: &str| if name.is_empty() { texts.unnamed } else { name }.to_owned();
                let call = self.room.host.with_untracked(|old| {
                    let old = old.as_ref()?;
                    host.calls.iter().find(|call| !old.calls.contains(call)).cloned()
                });
                if let Some(guest) = new {
                    self.announce(&(texts.knocks)(&named(&guest.name)));
                } else if let Some(call) = call {
                    self.announce(&(texts.call_wanted)(&named(&call.name)));
                }
                self.room.host.set(Some(host));
            }
        }
    }

    /// Follows the waiting room from now on.
    fn follow(self: &Rc<Self>) {
        let driver = Rc::clone(self);
        let hear = move |text: Option<String>| {
            match text.as_deref().and_then(|text| lobby(text, driver.begin.role)) {
                Some(news) => driver.hear_lobby(news),
                // The session or the knock is gone. The page says what is so.
                None if text.is_none() => reload(),
                None => {}
            }
        };
        *self.news.borrow_mut() = Some(News::follow(&self.begin.token, Rc::new(hear)));
    }

    /// Acts on the state of the waiting room.
    fn hear_lobby(self: &Rc<Self>, lobby: Lobby) {
        let knock = match &lobby {
            Lobby::Guest(guest) => Some(guest.state),
            Lobby::Host(_) => None,
        };
        self.note(lobby);
        let Some(knock) = knock else { return };
        if let Some(end) = end_of(knock) {
            return self.finish(end);
        }
        let phase = self.room.phase.get_untracked();
        if knock == Knock::Admitted && phase != Phase::Call {
            *self.news.borrow_mut() = None;
            self.enter();
        }
        if knock != Knock::Admitted && phase != Phase::Waiting {
            self.room.phase.set(Phase::Waiting);
            self.follow();
        }
    }

    /// Joins: a guest knocks, and a host opens the room.
    pub(super) fn join(self: &Rc<Self>, camera: bool, microphone: bool) {
        if self.room.busy.get_untracked() {
            return;
        }
        self.room.busy.set(true);
        self.room.offline.set(false);
        let driver = Rc::clone(self);
        spawn_local(async move {
            driver.knock(camera, microphone).await;
            driver.room.busy.set(false);
        });
    }

    async fn knock(self: &Rc<Self>, camera: bool, microphone: bool) {
        let kits = [(Device::Camera, camera), (Device::Microphone, microphone)];
        let [take_camera, take_microphone] =
            kits.map(|(device, wanted)| self.room.kit(device).get_untracked().is_missing(wanted));
        if take_camera || take_microphone {
            self.take(take_camera, take_microphone).await;
            let failed = kits.iter().any(|(device, wanted)| {
                *wanted && self.room.kit(*device).get_untracked().trouble().is_some()
            });
            // The visitor reads why first, and may then join without it.
            if failed {
                return;
            }
        }
        for (device, wanted) in kits {
            if !wanted {
                self.turn_off(device);
            }
        }
        let answer = |device| {
            let on = self.room.kit(device).get_untracked() == Kit::On;
            if on { "yes" } else { "no" }
        };
        let fields =
            [("camera", answer(Device::Camera)), ("microphone", answer(Device::Microphone))];
        let Some(answer) = send("join", &self.begin.token, &fields).await else {
            return self.room.offline.set(true);
        };
        if answer.status >= 500 {
            return self.room.offline.set(true);
        }
        match lobby_of(&answer.text, self.begin.role) {
            Some(lobby @ Lobby::Host(_)) => {
                self.note(lobby);
                self.follow();
                self.room.panel.set(None);
                self.enter();
            }
            Some(lobby) => self.hear_lobby(lobby),
            None => reload(),
        }
    }

    /// Reports the devices that were tried, for the host.
    pub(super) fn report_equipment(self: &Rc<Self>) {
        let mut fields = Vec::new();
        for (name, device) in [("camera", Device::Camera), ("microphone", Device::Microphone)] {
            if let Some(works) = self.room.kit(device).get_untracked().works() {
                fields.push((name, if works { "yes" } else { "no" }));
            }
        }
        if self.room.way.with_untracked(|way| !way.is_empty()) {
            let fails = self.room.way_fails.get_untracked();
            fields.push(("connection", if fails { "no" } else { "yes" }));
        }
        let driver = Rc::clone(self);
        spawn_local(async move {
            let _ = send("equipment", &driver.begin.token, &fields).await;
        });
    }

    /// Enters the room, or enters it again.
    pub(super) fn enter(self: &Rc<Self>) {
        self.disconnect();
        // The real connection takes the place of the one that is only tried.
        self.end_trial();
        if self.room.phase.get_untracked() != Phase::Call && !self.full.get() {
            self.room.line.set(Line::Connecting);
            self.room.phase.set(Phase::Call);
        }
        let (driver, entry) = (Rc::clone(self), self.entry.get());
        spawn_local(async move {
            pause(wait(driver.failures.get())).await;
            if driver.entry.get() == entry {
                driver.connect(entry).await;
            }
        });
    }

    async fn connect(self: &Rc<Self>, entry: u32) {
        let answer = send("room-ticket", &self.begin.token, &[]).await;
        if self.entry.get() != entry {
            return;
        }
        let Some(answer) = answer.filter(|answer| answer.status < 500) else {
            return self.again();
        };
        let Some(ticket) = read::<RoomTicket>(&answer.text) else {
            return self.refused(&answer.text);
        };
        let (driver, bye) = (Rc::clone(self), Cell::new(None));
        let ear = move |heard| {
            if driver.entry.get() == entry {
                driver.hear(heard, &bye);
            }
        };
        let tracks = self.tracks.borrow().clone();
        let link = Link::enter(ticket, self.begin.people, tracks, Rc::new(ear)).await;
        if self.entry.get() != entry {
            return;
        }
        match link {
            Some(link) => *self.link.borrow_mut() = Some(link),
            None => self.again(),
        }
    }

    /// Acts on a view that came instead of a ticket.
    fn refused(self: &Rc<Self>, view: &str) {
        match lobby_of(view, self.begin.role) {
            Some(Lobby::Guest(guest)) if guest.state == Knock::Admitted => self.again(),
            Some(Lobby::Guest(guest)) if guest.state == Knock::Full => {
                self.note(Lobby::Guest(guest));
                // The page stays at the waiting room until there is a seat.
                if !self.full.replace(true) {
                    self.room.phase.set(Phase::Waiting);
                }
                self.failures.set(self.failures.get().saturating_add(1));
                self.enter();
            }
            Some(lobby @ Lobby::Guest(_)) => self.hear_lobby(lobby),
            Some(lobby) => {
                self.note(lobby);
                self.again();
            }
            None => reload(),
        }
    }

    /// Enters again after a fault, in a while.
    fn again(self: &Rc<Self>) {
        self.failures.set(self.failures.get().saturating_add(1));
        self.room.line.set(Line::Broken);
        self.room.speaker.set(None);
        self.enter();
    }

    fn hear(self: &Rc<Self>, heard: Heard, bye: &Cell<Option<Bye>>) {
        match heard {
            Heard::Connected => {
                self.failures.set(0);
                if self.room.line.get_untracked() == Line::Broken {
                    self.announce(self.room.texts.call.back);
                }
                self.room.line.set(Line::Connected);
            }
            Heard::Said(FromServer::Bye { reason }) => bye.set(Some(reason)),
            Heard::Said(message) => self.hear_message(message),
            Heard::Closed(code) => match after(bye.get(), code) {
                Next::Over(end) => self.finish(end),
                Next::Wait => self.wait_again(),
                Next::Again => self.again(),
            },
        }
    }

    fn hear_message(self: &Rc<Self>, message: FromServer) {
        let room = self.room;
        match message {
            FromServer::Welcome { you, seats, closes_at, .. } => {
                room.you.set(you);
                room.seats.set(seats);
                if self.full.replace(false) {
                    room.phase.set(Phase::Call);
                }
                // The connection itself is kept only after this message may have come.
                self.later(Duration::ZERO, |driver| {
                    if let Some(link) = &*driver.link.borrow() {
                        let sounds = link.sounds().into_iter();
                        driver.sounds.borrow_mut().play(driver.room, sounds);
                    }
                    driver.room.connection.update(|number| *number += 1);
                    driver.say_state();
                });
                self.tell_before(closes_at);
                self.keep_awake();
            }
            FromServer::Seats { seats } => self.seated(seats),
            FromServer::Speaker { seat } => room.speaker.set(seat),
            FromServer::Text { seat, text } => {
                let name = room.seats.with_untracked(|seats| {
                    seats.iter().find(|it| it.seat == seat).map(|it| it.name.clone())
                });
                room.log.update(|log| log.add(Some(seat), &name.unwrap_or_default(), &text));
                if room.panel.get_untracked().is_none() {
                    room.panel.set(Some(Panel::Text));
                }
            }
            FromServer::Muted => {
                self.turn_off(Device::Microphone);
                self.announce(room.texts.call.muted_by_host);
            }
            FromServer::Bandwidth { low } => room.low.set(low),
            FromServer::Bye { .. } => {}
        }
    }

    fn seated(&self, seats: Vec<Seat>) {
        let room = self.room;
        let you = room.you.get_untracked();
        let news = room.seats.with_untracked(|before| news(before, &seats, you, &room.texts.call));
        // A person who is gone writes no more.
        room.seats.with_untracked(|before| {
            for gone in before.iter().filter(|old| !seats.iter().any(|it| it.seat == old.seat)) {
                room.log.update(|log| log.finish(Some(gone.seat)));
            }
        });
        room.seats.set(seats);
        if !news.is_empty() {
            self.announce(&news.join(" "));
        }
    }

    fn tell_before(self: &Rc<Self>, closes_at: i64) {
        #[expect(clippy::cast_possible_truncation, reason = "a date in whole seconds")]
        let now = (js_sys::Date::now() / 1_000.0) as i64;
        let Ok(after) = u64::try_from(closes_at - TOLD_BEFORE - now) else { return };
        let entry = self.entry.get();
        // A browser's timer holds 24 days at most, and a meeting never lasts as long.
        self.later(Duration::from_secs(after.min(1_000_000)), move |driver| {
            if driver.entry.get() == entry {
                driver.announce(driver.room.texts.call.soon_over);
            }
        });
    }

    /// Asks for the picture that each tile needs.
    fn look(&self) {
        let density = window().map_or(1.0, |window| window.device_pixel_ratio());
        let mut wishes = Vec::new();
        for shown in self.shown.borrow_mut().iter_mut() {
            let wish = layer(f64::from(shown.element.client_width()), density);
            if shown.asked != Some(wish) {
                shown.asked = Some(wish);
                wishes.push(FromBrowser::See { slot: shown.slot.clone(), layer: wish });
            }
        }
        for wish in wishes {
            self.say(&wish);
        }
    }

    fn wait_again(self: &Rc<Self>) {
        self.disconnect();
        self.room.phase.set(Phase::Waiting);
        self.follow();
    }

    /// Leaves the meeting or the waiting room. The knock remains.
    pub(super) fn leave(self: &Rc<Self>) {
        self.finish(End::Left);
    }

    /// Returns to the check, or at once into a meeting that another window has taken over.
    pub(super) fn rejoin(self: &Rc<Self>) {
        let taken = self.room.phase.get_untracked() == Phase::Over(End::TakenOver);
        self.failures.set(0);
        if taken {
            if self.begin.role == Role::Host {
                self.follow();
            }
            self.enter();
        } else {
            self.room.phase.set(Phase::Check);
        }
    }

    /// Sends a decision of the host.
    pub(super) fn decide(self: &Rc<Self>, decision: Decision) {
        let driver = Rc::clone(self);
        self.room.offline.set(false);
        spawn_local(async move {
            let fields: Vec<(&str, &str)>;
            let call = match &decision {
                Decision::Admit(guest) => {
                    fields = vec![("guest", guest)];
                    "admit"
                }
                Decision::Refuse(guest) => {
                    fields = vec![("guest", guest)];
                    "refuse"
                }
                Decision::Wait(guest) => {
                    fields = vec![("guest", guest)];
                    "wait"
                }
                Decision::Remove(guest) => {
                    fields = vec![("guest", guest)];
                    "remove"
                }
                Decision::Tell(guest, text) => {
                    fields = vec![("guest", guest), ("text", text)];
                    "tell"
                }
                Decision::Lock(on) => {
                    fields = vec![("on", if *on { "yes" } else { "no" })];
                    "lock"
                }
                Decision::End => {
                    fields = Vec::new();
                    "end-meeting"
                }
            };
            let answer = send(call, &driver.begin.token, &fields).await;
            match answer.filter(|answer| answer.status < 400) {
                Some(answer) => {
                    if let Some(lobby) = lobby_of(&answer.text, Role::Host) {
                        driver.note(lobby);
                    }
                }
                None => driver.room.offline.set(true),
            }
        });
    }
}

/// Loads the page, which says what is so.
pub(super) fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}
