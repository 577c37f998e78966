//! The state behind the signals: devices, connection, and what each act of the visitor does.

use super::{
    devices,
    link::{Conference, Link, Source},
    lobby::News,
    meter::Meter,
    sound::{self, Sounds},
    trial::Trial,
};
use crate::{
    conference::{
        boot::Begin,
        end::End,
        state::{Act, Kind, Phase, Picture, Room},
        text_log::edits,
        trouble::{Device, Kit, Trouble},
    },
    wire::{
        Lobby,
        signal::{FromBrowser, Layer},
    },
};
use leptos::{prelude::*, task::spawn_local};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};
use web_sys::{HtmlVideoElement, MediaStreamTrack};

/// An element that shows somebody else.
pub(super) struct Shown {
    pub(super) slot: String,
    pub(super) element: HtmlVideoElement,
    /// The quality that was last asked for.
    pub(super) asked: Option<Layer>,
}

/// The state of the page besides its signals.
pub(super) struct Driver {
    pub(super) room: Room,
    pub(super) begin: Begin,
    pub(super) tracks: RefCell<[Option<MediaStreamTrack>; 3]>,
    pub(super) link: RefCell<Option<Link>>,
    /// The connection that is only tried.
    pub(super) trial: RefCell<Option<Trial>>,
    pub(super) news: RefCell<Option<News>>,
    pub(super) sounds: RefCell<Sounds>,
    meter: RefCell<Option<Meter>>,
    /// The elements that show others, one a slot.
    pub(super) shown: RefCell<Vec<Shown>>,
    /// The text of the field, and the letters that were not sent yet.
    typed: RefCell<String>,
    pub(super) unsent: RefCell<String>,
    /// Number of the current entry. The news of others are ignored.
    pub(super) entry: Cell<u32>,
    /// `true` while the room is full for an admitted guest, who waits and tries.
    pub(super) full: Cell<bool>,
    /// Connections that failed in a row.
    pub(super) failures: Cell<u32>,
}

impl Driver {
    /// Starts to act for the room.
    pub(super) fn start(room: Room, begin: Begin, lobby: Option<Lobby>) {
        let driver = Rc::new(Self {
            room,
            begin,
            tracks: RefCell::default(),
            link: RefCell::default(),
            trial: RefCell::default(),
            news: RefCell::default(),
            sounds: RefCell::default(),
            meter: RefCell::default(),
            shown: RefCell::default(),
            typed: RefCell::default(),
            unsent: RefCell::default(),
            entry: Cell::new(0),
            full: Cell::new(false),
            failures: Cell::new(0),
        });
        let acts = Rc::clone(&driver);
        room.receive(Rc::new(move |act| acts.act(act)));
        let changes = Rc::clone(&driver);
        devices::on_change(Rc::new(move |_| changes.devices_changed()));
        let awake = Rc::clone(&driver);
        let seen = Rc::new(move |_| {
            awake.keep_awake();
            awake.try_again();
        });
        super::script::on(&document(), "visibilitychange", seen);
        driver.begin_with(lobby);
    }

    fn act(self: &Rc<Self>, act: Act) {
        match act {
            Act::TurnOn => self.turn_on(),
            Act::Choose(kind, id) => self.choose(kind, &id),
            Act::TestSound => sound::test(),
            Act::TryConnection => self.try_connection(),
            Act::Join { camera, microphone } => self.join(camera, microphone),
            Act::Toggle(device) => self.toggle(device),
            Act::Share => self.share(),
            Act::Hand => {
                self.room.hand.update(|hand| *hand = !*hand);
                self.say_state();
            }
            Act::Typed(text) => self.type_text(text),
            Act::NewLine => self.new_line(),
            Act::Hear => self.sounds.borrow().start(self.room),
            Act::Show(picture, element) => self.show(picture, &element),
            Act::Leave => self.leave(),
            Act::Rejoin => self.rejoin(),
            Act::Mute(seat) => self.say(&FromBrowser::Mute { seat }),
            Act::Decide(decision) => self.decide(decision),
        }
    }

    /// Sends a message to the room, if there is a connection.
    pub(super) fn say(&self, message: &FromBrowser) {
        if let Some(link) = &*self.link.borrow() {
            link.say(message);
        }
    }

    /// Sends the state of the devices to the room.
    pub(super) fn say_state(&self) {
        let on = |device| self.room.kit(device).get_untracked() == Kit::On;
        self.say(&FromBrowser::State {
            audio: on(Device::Microphone),
            video: on(Device::Camera),
            screen: self.room.sharing.get_untracked(),
            hand: self.room.hand.get_untracked(),
        });
    }

    /// Keeps the screen on during a call. The browser forgets it when the page is hidden.
    pub(super) fn keep_awake(&self) {
        if self.room.phase.get_untracked() == Phase::Call
            && let Some(window) = web_sys::window()
        {
            let lock = super::script::property(&window.navigator(), "wakeLock");
            if let Some(kept) = super::script::call(&lock, "request", &"screen".into()) {
                spawn_local(async move {
                    let _ = super::script::settled(kept).await;
                });
            }
        }
    }

    /// Runs something later.
    pub(super) fn later(self: &Rc<Self>, after: Duration, run: impl Fn(&Rc<Self>) + 'static) {
        let driver = Rc::clone(self);
        set_timeout(move || run(&driver), after);
    }

    // Devices.

    fn turn_on(self: &Rc<Self>) {
        let driver = Rc::clone(self);
        spawn_local(async move { driver.take(true, true).await });
    }

    /// Takes the devices that are not on.
    pub(super) async fn take(self: &Rc<Self>, camera: bool, microphone: bool) {
        let wanted = |device, wanted| {
            wanted && !matches!(self.room.kit(device).get_untracked(), Kit::On | Kit::Asking)
        };
        let (camera, microphone) =
            (wanted(Device::Camera, camera), wanted(Device::Microphone, microphone));
        if !camera && !microphone {
            return;
        }
        let both = camera && microphone;
        let each = [(Device::Camera, camera), (Device::Microphone, microphone)];
        let each = || each.into_iter().filter(|it| it.1).map(|it| it.0);
        each().for_each(|device| self.room.kit(device).set(Kit::Asking));
        match devices::take(camera, microphone).await {
            Ok(tracks) => tracks.into_iter().for_each(|track| self.got(track)),
            Err(trouble) if both && self.is_of_one(trouble).await => {
                // One of them may work.
                for device in each() {
                    let alone = device == Device::Camera;
                    match devices::take(alone, !alone).await {
                        Ok(tracks) => tracks.into_iter().for_each(|track| self.got(track)),
                        Err(trouble) => self.room.kit(device).set(Kit::Failed(trouble)),
                    }
                }
            }
            Err(trouble) => each().for_each(|it| self.room.kit(it).set(Kit::Failed(trouble))),
        }
        self.room.choices.set(devices::choices().await);
        self.watch_permissions().await;
        self.report_equipment();
    }

    /// `true` if one device may work although both together fail: one is missing or in use, or only one is denied.
    async fn is_of_one(&self, trouble: Trouble) -> bool {
        if trouble != Trouble::Denied {
            return trouble.is_of_one_device();
        }
        let denied = async |device| {
            let permission = devices::permission(device).await;
            permission.is_some_and(|it| devices::state_of(&it) == "denied")
        };
        denied(Device::Camera).await != denied(Device::Microphone).await
    }

    /// Uses a track from now on.
    fn got(self: &Rc<Self>, track: MediaStreamTrack) {
        let device = devices::device_of(&track);
        let source = source_of(device);
        let (driver, mine) = (Rc::clone(self), track.clone());
        super::script::on(
            &track,
            "ended",
            Rc::new(move |_| {
                let current = driver.tracks.borrow()[source as usize].as_ref() == Some(&mine);
                if current {
                    driver.drop_track(source);
                    driver.room.kit(device).set(Kit::Failed(Trouble::Ended));
                    driver.say_state();
                }
            }),
        );
        self.drop_track(source);
        if let Some(link) = &*self.link.borrow() {
            link.send(source, Some(&track));
        }
        if device == Device::Microphone {
            self.measure(&track);
        }
        self.tracks.borrow_mut()[source as usize] = Some(track);
        let kit = self.room.kit(device);
        // Another camera shows another picture in the same elements.
        kit.set(Kit::Off);
        kit.set(Kit::On);
        self.say_state();
    }

    fn measure(&self, track: &MediaStreamTrack) {
        let room = self.room;
        *self.meter.borrow_mut() = Meter::start(track, move |level, silent| {
            if room.level.get_untracked() != level {
                room.level.set(level);
            }
            if room.silent.get_untracked() != silent {
                room.silent.set(silent);
            }
        });
    }

    /// Stops a track, so that the device's light goes out.
    fn drop_track(&self, source: Source) {
        let track = self.tracks.borrow_mut()[source as usize].take();
        let Some(track) = track else { return };
        if let Some(link) = &*self.link.borrow() {
            link.send(source, None);
        }
        track.stop();
        if source == Source::Microphone {
            *self.meter.borrow_mut() = None;
            self.room.level.set(0);
            self.room.silent.set(false);
        }
    }

    fn choose(self: &Rc<Self>, kind: Kind, id: &str) {
        devices::keep(kind, id);
        let device = match kind {
            Kind::Camera => Device::Camera,
            Kind::Microphone => Device::Microphone,
            Kind::Speaker => return self.sounds.borrow().choose_speaker(),
        };
        self.turn_off(device);
        let driver = Rc::clone(self);
        let camera = device == Device::Camera;
        spawn_local(async move { driver.take(camera, !camera).await });
    }

    /// Turns a device off.
    pub(super) fn turn_off(&self, device: Device) {
        self.drop_track(source_of(device));
        if self.room.kit(device).get_untracked() == Kit::On {
            self.room.kit(device).set(Kit::Off);
        }
        self.say_state();
    }

    fn toggle(self: &Rc<Self>, device: Device) {
        if self.room.kit(device).get_untracked() == Kit::On {
            return self.turn_off(device);
        }
        let driver = Rc::clone(self);
        let camera = device == Device::Camera;
        spawn_local(async move { driver.take(camera, !camera).await });
    }

    /// Tries again what has failed, when devices or permissions have changed.
    fn devices_changed(self: &Rc<Self>) {
        let failed = |device| self.room.kit(device).get_untracked().trouble().is_some();
        let (camera, microphone) = (failed(Device::Camera), failed(Device::Microphone));
        let driver = Rc::clone(self);
        spawn_local(async move {
            if camera || microphone {
                driver.take(camera, microphone).await;
            } else {
                driver.room.choices.set(devices::choices().await);
            }
        });
    }

    /// Tries again when the visitor comes back from the system's settings or from the program that had the device.
    fn try_again(self: &Rc<Self>) {
        let elsewhere = |device| {
            let trouble = self.room.kit(device).get_untracked().trouble();
            trouble.is_some_and(Trouble::ends_elsewhere)
        };
        let any = elsewhere(Device::Camera) || elsewhere(Device::Microphone);
        if any && !document().hidden() {
            self.devices_changed();
        }
    }

    /// Tries again once the visitor has allowed what was denied.
    async fn watch_permissions(self: &Rc<Self>) {
        for device in [Device::Camera, Device::Microphone] {
            if self.room.kit(device).get_untracked() != Kit::Failed(Trouble::Denied) {
                continue;
            }
            let Some(permission) = devices::permission(device).await else { continue };
            let (driver, state) = (Rc::clone(self), permission.clone());
            let changed = move |_| {
                let denied = driver.room.kit(device).get_untracked().trouble().is_some();
                if denied && devices::state_of(&state) == "granted" {
                    driver.devices_changed();
                }
            };
            let target = wasm_bindgen::JsCast::unchecked_ref::<web_sys::EventTarget>(&permission);
            super::script::on(target, "change", Rc::new(changed));
        }
    }

    fn share(self: &Rc<Self>) {
        if self.room.sharing.get_untracked() {
            return self.stop_sharing();
        }
        if !devices::can_share() {
            return self.announce(self.room.texts.call.no_screen);
        }
        let driver = Rc::clone(self);
        spawn_local(async move {
            let Some(track) = devices::take_screen().await else { return };
            let ended = Rc::clone(&driver);
            super::script::on(&track, "ended", Rc::new(move |_| ended.stop_sharing()));
            if let Some(link) = &*driver.link.borrow() {
                link.send(Source::Screen, Some(&track));
            }
            driver.tracks.borrow_mut()[Source::Screen as usize] = Some(track);
            driver.room.sharing.set(true);
            driver.say_state();
        });
    }

    fn stop_sharing(&self) {
        self.drop_track(Source::Screen);
        if self.room.sharing.get_untracked() {
            self.room.sharing.set(false);
            self.say_state();
        }
    }

    /// Turns everything off.
    pub(super) fn turn_all_off(&self) {
        self.turn_off(Device::Camera);
        self.turn_off(Device::Microphone);
        self.stop_sharing();
        self.room.hand.set(false);
    }

    // Pictures.

    fn show(&self, picture: Picture, element: &HtmlVideoElement) {
        let slot = match picture {
            Picture::Own => None,
            Picture::Of(seat) => self.room.slots(seat).map(|slots| slots.video),
            Picture::Screen(seat) => self.room.slots(seat).and_then(|slots| slots.screen),
        };
        let track = match (&slot, &*self.link.borrow()) {
            (None, _) => self.tracks.borrow()[Source::Camera as usize].clone(),
            (Some(slot), Some(link)) => link.track(slot),
            _ => None,
        };
        let Some(track) = track else { return };
        if let Some(slot) = slot {
            let mut shown = self.shown.borrow_mut();
            // Another tile may show another person, of whom nothing was asked yet.
            if !shown.iter().any(|it| it.slot == slot && it.element == *element) {
                shown.retain(|it| it.slot != slot);
                shown.push(Shown { slot, element: element.clone(), asked: None });
            }
        }
        let same = element.src_object().is_some_and(|stream| {
            stream
                .get_tracks()
                .iter()
                .any(|old| old == *AsRef::<wasm_bindgen::JsValue>::as_ref(&track))
        });
        if !same {
            element.set_src_object(devices::stream_of(&track).as_ref());
        }
        if let Ok(playing) = element.play() {
            spawn_local(async move {
                let _ = super::script::settled(playing.into()).await;
            });
        }
    }

    // Text.

    fn type_text(self: &Rc<Self>, text: String) {
        let letters = edits(&self.typed.borrow(), &text);
        *self.typed.borrow_mut() = text;
        self.write(&letters);
    }

    fn new_line(self: &Rc<Self>) {
        if !self.typed.borrow().is_empty() {
            self.typed.borrow_mut().clear();
            self.write("\n");
        }
    }

    /// Shows letters at once, and sends those of a moment together.
    fn write(self: &Rc<Self>, letters: &str) {
        /// Others must see a letter within half a second.
        const TOGETHER: Duration = Duration::from_millis(200);
        let name = self.room.texts.call.you;
        self.room.log.update(|log| log.add(None, name, letters));
        let first = self.unsent.borrow().is_empty();
        self.unsent.borrow_mut().push_str(letters);
        if first {
            self.later(TOGETHER, |driver| {
                let text = driver.unsent.take();
                if !text.is_empty() {
                    driver.say(&FromBrowser::Text { text });
                }
            });
        }
    }

    /// Has a text read by screen readers.
    pub(super) fn announce(&self, text: &str) {
        self.room.announcement.set(text.to_owned());
    }

    /// Shows that it is over.
    pub(super) fn finish(&self, end: End) {
        self.disconnect();
        self.full.set(false);
        *self.news.borrow_mut() = None;
        self.turn_all_off();
        self.room.phase.set(Phase::Over(end));
    }

    /// Ends the connection.
    pub(super) fn disconnect(&self) {
        self.entry.set(self.entry.get().wrapping_add(1));
        let link = self.link.borrow_mut().take();
        drop(link);
        self.sounds.borrow_mut().stop();
        self.shown.borrow_mut().clear();
    }
}

/// Returns the section of a device.
const fn source_of(device: Device) -> Source {
    match device {
        Device::Camera => Source::Camera,
        Device::Microphone => Source::Microphone,
    }
}
