//! The way into the room: the knock, the waiting room, the ticket, the connection, and back after a fault.

use super::{
    conference::{Heard, MEDIA_BROKEN},
    driver::{Driver, Stage},
    link::Link,
    lobby::News,
    script::{pause, property},
    service::send,
};
use crate::{
    conference::{
        boot::{lobby, lobby_of},
        closing::minutes_left,
        end::End,
        ending::{Next, after, end_of, wait},
        knocks::{host_news, rings},
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
use wasm_bindgen::JsValue;
use web_sys::window;

/// Time between two looks at the size of tiles.
const LOOKED_EVERY: Duration = Duration::from_millis(500);

/// Time within which the room must answer who enters. A request that was lost with the network gets no answer for
/// minutes.
const WELCOMED_WITHIN: Duration = Duration::from_secs(5);

/// Time within which sound and pictures must then pass.
const CONNECTED_WITHIN: Duration = Duration::from_secs(12);

/// The failures in a row that mean as long a wait as between two questions for a free seat.
const FULL: u32 = 3;

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
                // After a reload some browsers let no sound begin before a press.
                let activation = property(
                    &window().map_or(JsValue::NULL, |it| it.navigator().into()),
                    "userActivation",
                );
                let pressed = property(&activation, "hasBeenActive") != JsValue::FALSE;
                self.room.unheard.set(self.room.chime.get_untracked() && !pressed);
            }
            // A refused or removed guest who opens the page again may knock again.
            if matches!(&lobby, Lobby::Guest(guest) if guest.state == Knock::Ended) {
                self.room.phase.set(Phase::Over(End::Ended));
            }
            self.note(lobby);
        }
        if self.room.phase.get_untracked().is_check() {
            self.try_connection();
        }
        let driver = Rc::clone(self);
        let look = move || {
            driver.look();
            driver.look_at_devices();
            driver.look_at_clock();
        };
        set_interval(look, LOOKED_EVERY);
    }

    /// Keeps the state of the waiting room.
    fn note(&self, lobby: Lobby) {
        match lobby {
            Lobby::Guest(guest) => {
                if rings(self.room.guest.get_untracked().as_ref(), &guest) {
                    self.chime();
                }
                self.room.guest.set(Some(guest));
            }
            Lobby::Host(host) => {
                let texts = &self.room.texts.host;
                let old = self.room.host.get_untracked();
                let news = host_news(old.as_ref(), &host, texts);
                if !news.is_empty() {
                    self.announce(&news);
                    self.chime();
                }
                self.room.host.set(Some(host));
            }
        }
    }

    /// Follows the waiting room from now on.
    fn follow(self: &Rc<Self>) {
        let driver = Rc::clone(self);
        let hear = move |text: Option<String>| {
            match text.as_deref().and_then(lobby) {
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
        match lobby_of(&answer.text) {
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
        if !self.room.way.get_untracked().is_empty() {
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
                driver.expect_more_than(Stage::Outside, WELCOMED_WITHIN, Line::Broken);
                driver.connect(entry).await;
            }
        });
    }

    /// Gives the current entry up, with this news, if it comes no further within a time.
    fn expect_more_than(self: &Rc<Self>, stage: Stage, within: Duration, news: Line) {
        let entry = self.entry.get();
        self.later(within, move |driver| {
            if driver.entry.get() == entry && driver.stage.get() == stage {
                driver.again(news);
            }
        });
    }

    /// Tries again at once what has failed: the connection of the room, or the check of it.
    pub(super) fn network_is_back(self: &Rc<Self>) {
        let phase = self.room.phase.get_untracked();
        if phase == Phase::Call && self.room.line.get_untracked() == Line::Broken {
            self.failures.set(0);
            self.enter();
        }
        let failed = self.room.way_fails.get_untracked() || self.room.offline.get_untracked();
        if phase.is_check() && failed {
            self.try_connection();
        }
    }

    async fn connect(self: &Rc<Self>, entry: u32) {
        let answer = send("room-ticket", &self.begin.token, &[]).await;
        if self.entry.get() != entry {
            return;
        }
        let Some(answer) = answer.filter(|answer| answer.status < 500) else {
            return self.again(Line::Broken);
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
            None => self.again(Line::Broken),
        }
    }

    /// Acts on a view that came instead of a ticket.
    fn refused(self: &Rc<Self>, view: &str) {
        match lobby_of(view) {
            Some(Lobby::Guest(guest)) if guest.state == Knock::Admitted => self.again(Line::Broken),
            Some(Lobby::Guest(guest)) if guest.state == Knock::Full => {
                self.wait_for_seat(Lobby::Guest(guest));
            }
            Some(lobby @ Lobby::Guest(_)) => self.hear_lobby(lobby),
            Some(Lobby::Host(host)) if host.full => self.wait_for_seat(Lobby::Host(host)),
            Some(lobby) => {
                self.note(lobby);
                self.again(Line::Broken);
            }
            None => reload(),
        }
    }

    /// Stays at the waiting room until there is a seat, and asks for one now and then.
    fn wait_for_seat(self: &Rc<Self>, lobby: Lobby) {
        self.note(lobby);
        if !self.full.replace(true) {
            self.room.phase.set(Phase::Waiting);
        }
        self.failures.set(FULL);
        self.enter();
    }

    /// Enters again after a fault, in a while. Meanwhile the page shows `news`.
    fn again(self: &Rc<Self>, news: Line) {
        self.failures.set(self.failures.get().saturating_add(1));
        self.lose(news);
        self.enter();
    }

    fn lose(&self, news: Line) {
        self.room.line.set(news);
        self.room.speaker.set(None);
    }

    fn hear(self: &Rc<Self>, heard: Heard, bye: &Cell<Option<Bye>>) {
        match heard {
            Heard::Connected => {
                self.failures.set(0);
                self.stage.set(Stage::Connected);
                if matches!(self.room.line.get_untracked(), Line::Broken | Line::Blocked) {
                    self.announce(self.room.texts.call.back);
                }
                self.room.line.set(Line::Connected);
            }
            Heard::Silent => self.lose(Line::Broken),
            Heard::Tracks => self.take_tracks(),
            Heard::Speaks(seat) => self.room.speaker.set((seat > 0).then_some(seat)),
            Heard::Said(FromServer::Bye { reason }) => bye.set(Some(reason)),
            Heard::Said(message) => self.hear_message(message),
            Heard::Closed(code) => match after(bye.get(), code) {
                Next::Over(end) => self.finish(end),
                Next::Wait => self.wait_again(),
                // The room has answered, and only sound and pictures do not pass.
                Next::Again if code == MEDIA_BROKEN && self.stage.get() == Stage::Welcomed => {
                    self.again(Line::Blocked);
                }
                Next::Again => self.again(Line::Broken),
            },
        }
    }

    fn hear_message(self: &Rc<Self>, message: FromServer) {
        let room = self.room;
        match message {
            FromServer::Welcome { you, seats, closes_at, .. } => {
                self.stage.set(Stage::Welcomed);
                self.expect_more_than(Stage::Welcomed, CONNECTED_WITHIN, Line::Blocked);
                room.you.set(you);
                room.seats.set(seats);
                if self.full.replace(false) {
                    room.phase.set(Phase::Call);
                }
                // The connection itself is kept only after this message may have come.
                self.later(Duration::ZERO, |driver| {
                    driver.take_tracks();
                    driver.say_state();
                });
                self.closes_at.set(closes_at);
                // A new connection has not been found weak.
                self.carry(false);
                self.keep_awake();
            }
            FromServer::Seats { seats, closes_at } => {
                self.closes_at.set(closes_at);
                self.seated(seats);
            }
            FromServer::Speaker { seat } => room.speaker.set(seat),
            FromServer::Text { seat, text } => {
                let name = untrack(|| room.seat(seat)).map(|it| it.name).unwrap_or_default();
                room.write(Some(seat), &name, &text);
                if room.panel.get_untracked().is_none() {
                    room.panel.set(Some(Panel::Text));
                }
            }
            FromServer::Muted => {
                self.turn_off(Device::Microphone);
                self.notify(room.texts.call.muted_by_host.to_owned());
            }
            FromServer::Bandwidth { low } => self.carry(low),
            FromServer::Bye { .. } => {}
        }
    }

    /// Plays and shows the tracks that arrive now.
    fn take_tracks(&self) {
        if let Some(link) = &*self.link.borrow() {
            let sounds = link.media.sounds().into_iter();
            self.sounds.borrow_mut().play(self.room, sounds);
        }
        self.show_again();
    }

    fn seated(&self, seats: Vec<Seat>) {
        let room = self.room;
        let you = room.you.get_untracked();
        let before = room.seats.get_untracked();
        let news = news(&before, &seats, you, &room.texts.call);
        // A person who is gone writes no more.
        for gone in before.iter().filter(|old| !seats.iter().any(|it| it.seat == old.seat)) {
            room.write(Some(gone.seat), "", "\n");
        }
        room.seats.set(seats);
        if !news.is_empty() {
            self.announce(&news.join(" "));
        }
    }

    /// Warns of the time at which the room closes.
    fn look_at_clock(&self) {
        let room = self.room;
        let inside = room.phase.get_untracked() == Phase::Call;
        #[expect(clippy::cast_possible_truncation, reason = "a date in whole seconds")]
        let now = (js_sys::Date::now() / 1_000.0) as i64;
        let minutes = if inside { minutes_left(self.closes_at.get(), now) } else { 0 };
        let before = room.minutes.get_untracked();
        if before == minutes {
            return;
        }
        room.minutes.set(minutes);
        if before == 0 {
            self.announce(&(room.texts.call.soon_over)(minutes as usize));
        }
    }

    /// Asks for the picture that each tile needs.
    fn look(&self) {
        let sound_only = self.sound_only.get();
        // The server holds the pictures back, and needs to know what is wished.
        if sound_only.low && !sound_only.chosen {
            return;
        }
        let density = window().map_or(1.0, |window| window.device_pixel_ratio());
        let mut wishes = Vec::new();
        for shown in self.shown.borrow_mut().iter_mut() {
            let width = if sound_only.chosen { 0 } else { shown.element.client_width() };
            let wish = layer(f64::from(width), density);
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
            let (call, guest, more) = match &decision {
                Decision::Admit(guest) => ("admit", Some(guest), None),
                Decision::Refuse(guest) => ("refuse", Some(guest), None),
                Decision::Wait(guest) => ("wait", Some(guest), None),
                Decision::Remove(guest) => ("remove", Some(guest), None),
                Decision::Tell(guest, text) => ("tell", Some(guest), Some(("text", text.as_str()))),
                Decision::Lock(on) => ("lock", None, Some(("on", if *on { "yes" } else { "no" }))),
                Decision::End => ("end-meeting", None, None),
            };
            let guest = guest.map(|guest| ("guest", guest.as_str()));
            let fields: Vec<_> = guest.into_iter().chain(more).collect();
            let answer = send(call, &driver.begin.token, &fields).await;
            match answer.filter(|answer| answer.status < 400) {
                Some(answer) => {
                    if let Some(lobby) = lobby_of(&answer.text) {
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
