//! The state behind the signals: devices, connection, and what each act of the visitor does.

use super::{
    conference::Source,
    devices,
    link::Link,
    lobby::News,
    meter::Meter,
    sound::{self, Notes, Sounds},
    trial::Trial,
};
use crate::{
    conference::{
        boot::Begin,
        choice::came_and_went,
        end::End,
        interruption::{Interruption, Sign},
        sound_only::{Own, SoundOnly},
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
    pub(super) notes: RefCell<Notes>,
    pub(super) sound_only: Cell<SoundOnly>,
    /// The watch over the camera and the microphone.
    watch: Cell<[Interruption; 2]>,
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
    /// The stage of the current entry.
    pub(super) stage: Cell<Stage>,
    /// Time at which the room closes, in seconds since 1970-01-01T00:00:00Z.
    pub(super) closes_at: Cell<i64>,
}

/// A stage of an entry into the room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The room has not answered.
    Outside,
    /// The room has answered. Sound and pictures do not pass yet.
    Welcomed,
    /// Sound and pictures pass.
    Connected,
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
            notes: RefCell::default(),
            sound_only: Cell::default(),
            watch: Cell::default(),
            meter: RefCell::default(),
            shown: RefCell::default(),
            typed: RefCell::default(),
            unsent: RefCell::default(),
            entry: Cell::new(0),
            full: Cell::new(false),
            failures: Cell::new(0),
            stage: Cell::new(Stage::Outside),
            closes_at: Cell::new(i64::MAX),
        });
        let acts = Rc::clone(&driver);
        room.receive(Rc::new(move |act| acts.act(act)));
        let changes = Rc::clone(&driver);
        devices::on_change(Rc::new(move |_| changes.devices_changed()));
        let back = Rc::clone(&driver);
        let seen = Rc::new(move |_| {
            back.come_back();
            back.try_again();
        });
        super::script::on(&document(), "visibilitychange", seen);
        let back = Rc::clone(&driver);
        super::script::on(&window(), "online", Rc::new(move |_| back.network_is_back()));
        if let Some(on) = devices::remembered(devices::CHIME) {
            room.chime.set(!on.is_empty());
        }
        driver.begin_with(lobby);
    }

    fn act(self: &Rc<Self>, act: Act) {
        match act {
            Act::TurnOn => self.take_later(true, true),
            Act::Choose(kind, id) => self.choose(kind, &id),
            Act::TestSound => self.ring(sound::TEST),
            Act::TryConnection => self.try_connection(),
            Act::Join { camera, microphone } => {
                if self.room.chime.get_untracked() {
                    self.notes.borrow_mut().wake();
                }
                self.join(camera, microphone);
            }
            Act::Toggle(device) => self.toggle(device),
            Act::SoundOnly => {
                let mut state = self.sound_only.get();
                let own = state.choose(!state.chosen, self.has_camera());
                self.have_sound_only(state, own);
            }
            Act::Chime => self.turn_chime(),
            Act::Share => self.share(),
            Act::Hand => {
                self.room.hand.set(!self.room.hand.get_untracked());
                self.say_state();
            }
            Act::Typed(text) => self.type_text(text),
            Act::NewLine => self.new_line(),
            Act::Hear => {
                self.notes.borrow_mut().wake();
                self.sounds.borrow().start(self.room);
            }
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

    /// Continues after the page was hidden: a phone call may have stopped everything that plays.
    fn come_back(&self) {
        if self.room.phase.get_untracked() == Phase::Call && !document().hidden() {
            self.keep_awake();
            self.sounds.borrow().start(self.room);
            self.show_again();
        }
    }

    /// Has each element show its picture again.
    pub(super) fn show_again(&self) {
        let number = self.room.connection;
        number.set(number.get_untracked() + 1);
    }

    /// Runs something later.
    pub(super) fn later(self: &Rc<Self>, after: Duration, run: impl Fn(&Rc<Self>) + 'static) {
        let driver = Rc::clone(self);
        set_timeout(move || run(&driver), after);
    }

    // Sound alone.

    fn has_camera(&self) -> bool {
        self.room.camera.get_untracked() == Kit::On
    }

    /// Shows that sound alone passes, or pictures too, and turns the own camera off or on for it.
    pub(super) fn have_sound_only(self: &Rc<Self>, state: SoundOnly, own: Own) {
        self.sound_only.set(state);
        self.room.sound_only.set(state.chosen);
        self.room.low.set(state.low);
        match own {
            Own::Stays => {}
            Own::Off => self.turn_off(Device::Camera),
            Own::On => self.take_later(true, false),
        }
    }

    /// Takes note that the connection is too weak for pictures, or no longer.
    pub(super) fn carry(self: &Rc<Self>, low: bool) {
        let mut state = self.sound_only.get();
        let own = state.carry(low, self.has_camera());
        self.have_sound_only(state, own);
    }

    // The page's own sounds.

    fn ring(&self, notes: [f32; 2]) {
        let _ = self.notes.borrow_mut().play(notes);
    }

    /// Rings for news of the waiting room.
    pub(super) fn chime(&self) {
        if self.room.chime.get_untracked() {
            self.ring(sound::CHIME);
        }
    }

    fn turn_chime(&self) {
        let on = !self.room.chime.get_untracked();
        self.room.chime.set(on);
        devices::remember(devices::CHIME, if on { "on" } else { "" });
        self.chime();
    }

    // Devices.

    fn take_later(self: &Rc<Self>, camera: bool, microphone: bool) {
        let driver = Rc::clone(self);
        spawn_local(async move { driver.take(camera, microphone).await });
    }

    /// Takes devices again that are on.
    fn retake(self: &Rc<Self>, camera: bool, microphone: bool) {
        for (device, anew) in [(Device::Camera, camera), (Device::Microphone, microphone)] {
            if anew {
                // The track stays until another one takes its place.
                self.room.kit(device).set(Kit::Off);
            }
        }
        self.take_later(camera, microphone);
    }

    /// Takes devices again that an interruption has left without sound or pictures.
    pub(super) fn look_at_devices(self: &Rc<Self>) {
        let (seen, now) = (!document().hidden(), js_sys::Date::now());
        let mut watch = self.watch.get();
        let [camera, microphone] = [Device::Camera, Device::Microphone].map(|device| {
            let tracks = self.tracks.borrow();
            let track = tracks[source_of(device) as usize].as_ref();
            let on = self.room.kit(device).get_untracked() == Kit::On;
            let Some(track) = track.filter(|_| on) else { return false };
            let quiet = device == Device::Microphone && self.room.level.get_untracked() == 0;
            let sign = match super::script::property(track, "readyState").as_string().as_deref() {
                Some("ended") => Sign::Ended,
                _ if track.muted() => Sign::Muted,
                _ if quiet => Sign::Quiet,
                _ => Sign::Flows,
            };
            watch[device as usize].look(sign, seen, now)
        });
        self.watch.set(watch);
        if camera || microphone {
            self.retake(camera, microphone);
        }
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
                        Err(trouble) => self.fail(device, trouble),
                    }
                }
            }
            Err(trouble) => each().for_each(|it| self.fail(it, trouble)),
        }
        self.room.choices.set(devices::choices().await);
        self.watch_permissions().await;
        self.report_equipment();
    }

    /// Shows that a device can't be used.
    fn fail(&self, device: Device, trouble: Trouble) {
        let source = source_of(device);
        let was_on = self.tracks.borrow()[source as usize].is_some();
        let trouble = if was_on && trouble == Trouble::Missing { Trouble::Ended } else { trouble };
        self.drop_track(source);
        self.room.kit(device).set(Kit::Failed(trouble));
        self.say_state();
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
        self.drop_track(source);
        if let Some(link) = &*self.link.borrow() {
            link.media.send(source, Some(&track));
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
            link.media.send(source, None);
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
        self.take_one(device);
    }

    fn take_one(self: &Rc<Self>, device: Device) {
        let camera = device == Device::Camera;
        self.take_later(camera, !camera);
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
        let on = self.room.kit(device).get_untracked() != Kit::On;
        if device == Device::Camera {
            let mut state = self.sound_only.get();
            state.camera_pressed(on);
            self.have_sound_only(state, Own::Stays);
        }
        if on { self.take_one(device) } else { self.turn_off(device) }
    }

    /// Follows devices that come and go: reports them, tries again what has failed, and returns to a chosen one.
    fn devices_changed(self: &Rc<Self>) {
        let driver = Rc::clone(self);
        spawn_local(async move {
            let choices = devices::choices().await;
            let room = driver.room;
            let before = room.choices.get_untracked();
            let words = came_and_went(&before, &choices, &room.texts.call);
            if !words.is_empty() {
                driver.notify(words);
            }
            let wanted = |device: Device, kind| match room.kit(device).get_untracked() {
                Kit::Failed(_) => true,
                Kit::On => driver.tracks.borrow()[source_of(device) as usize]
                    .as_ref()
                    .is_some_and(|track| devices::is_other(kind, &choices, track)),
                _ => false,
            };
            let camera = wanted(Device::Camera, Kind::Camera);
            let microphone = wanted(Device::Microphone, Kind::Microphone);
            room.choices.set(choices);
            driver.sounds.borrow().choose_speaker();
            if camera || microphone {
                driver.retake(camera, microphone);
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
                link.media.send(Source::Screen, Some(&track));
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
            (Some(slot), Some(link)) => link.media.track(slot),
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
        self.room.write(None, name, letters);
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

    /// Shows a notice for a while.
    pub(super) fn notify(self: &Rc<Self>, text: String) {
        /// Time to read a sentence or two.
        const SHOWN: Duration = Duration::from_secs(12);
        self.room.notice.set(text.clone());
        self.later(SHOWN, move |driver| {
            if driver.room.notice.get_untracked() == text {
                driver.room.notice.set(String::new());
            }
        });
    }

    /// Has a text read by screen readers.
    pub(super) fn announce(&self, text: &str) {
        self.room.announcement.set(text.to_owned());
    }

    /// Shows that it is over.
    pub(super) fn finish(self: &Rc<Self>, end: End) {
        self.disconnect();
        self.full.set(false);
        self.have_sound_only(SoundOnly::default(), Own::Stays);
        *self.news.borrow_mut() = None;
        self.turn_all_off();
        self.room.phase.set(Phase::Over(end));
    }

    /// Ends the connection.
    pub(super) fn disconnect(&self) {
        self.entry.set(self.entry.get().wrapping_add(1));
        let link = self.link.borrow_mut().take();
        drop(link);
        self.stage.set(Stage::Outside);
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
