//! The signals that the views show, and the acts of a visitor.

pub(crate) use super::choice::{Choice, Kind};
use super::{
    end::End,
    text_log::TextLog,
    trouble::{Advice, Device, Kit, Trouble},
};
use crate::{
    i18n::room::RoomTexts,
    wire::{
        GuestLobby, HostLobby, Role,
        signal::{Seat, Slots},
    },
};
use leptos::prelude::*;
use std::rc::Rc;
use web_sys::HtmlVideoElement;

/// The part of the page that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// The check of the devices.
    Check,
    /// The same before the day of the meeting, without a way to join.
    Test,
    /// The waiting room.
    Waiting,
    /// The call.
    Call,
    /// The visitor is no longer in the meeting.
    Over(End),
}

#[cfg(feature = "room")]
impl Phase {
    /// `true` while the visitor checks the devices.
    pub(super) const fn is_check(self) -> bool {
        matches!(self, Self::Check | Self::Test)
    }
}

/// The state of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// It is being made for the first time.
    Connecting,
    /// Sound and pictures pass.
    Connected,
    /// It broke and is being made again.
    Broken,
    /// The room answers, but sound and pictures do not pass.
    Blocked,
}

/// A part of the call that can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Panel {
    /// Real-time text.
    Text,
    /// The people.
    People,
    /// The devices.
    Settings,
}

/// A picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Picture {
    /// The visitor's own camera.
    Own,
    /// Somebody's camera.
    Of(u32),
    /// Somebody's screen.
    Screen(u32),
}

/// A decision of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Admit a guest.
    Admit(String),
    /// Refuse a guest.
    Refuse(String),
    /// Move a guest to the waiting room.
    Wait(String),
    /// Remove a guest.
    Remove(String),
    /// Send a message to a guest.
    Tell(String, String),
    /// Lock or unlock the meeting.
    Lock(bool),
    /// End the meeting for everybody.
    End,
}

/// An act of the visitor.
#[cfg_attr(not(feature = "room"), expect(dead_code, reason = "in the gallery an act does nothing"))]
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Turn the camera and the microphone on, to try them.
    TurnOn,
    /// Choose a device.
    Choose(Kind, String),
    /// Play a sound.
    TestSound,
    /// Try the connection again.
    TryConnection,
    /// Join, with these devices.
    Join {
        /// `true` to join with a camera.
        camera: bool,
        /// `true` to join with a microphone.
        microphone: bool,
    },
    /// Turn a device on or off.
    Toggle(Device),
    /// Have sound alone, or pictures again.
    SoundOnly,
    /// Turn the sound of the waiting room on or off.
    Chime,
    /// Share the screen, or stop it.
    Share,
    /// Raise the hand, or lower it.
    Hand,
    /// The text field has this content.
    Typed(String),
    /// The line is finished.
    NewLine,
    /// Start all sounds.
    Hear,
    /// Show a picture in an element.
    Show(Picture, HtmlVideoElement),
    /// Leave the meeting or its waiting room.
    Leave,
    /// Join again after leaving.
    Rejoin,
    /// Turn somebody's microphone off.
    Mute(u32),
    /// A decision of the host.
    Decide(Decision),
}

/// The receiver of acts.
type Acts = Option<Rc<dyn Fn(Act)>>;

/// The signals of the room, which last as long as the document.
pub(crate) type Room = &'static Signals;

/// The signals of the room.
pub(crate) struct Signals {
    pub(crate) texts: &'static RoomTexts,
    pub(crate) role: Role,
    /// The name of the host. Empty if it is not known.
    pub(crate) leader: String,
    /// The page's advice on how to allow the devices.
    advice: Advice,
    pub(crate) phase: RwSignal<Phase>,
    pub(crate) camera: RwSignal<Kit>,
    pub(crate) microphone: RwSignal<Kit>,
    pub(crate) choices: RwSignal<Vec<Choice>>,
    /// The loudness of the microphone, from 0 to 100.
    pub(crate) level: RwSignal<u32>,
    /// `true` if the microphone is on and nothing is heard.
    pub(crate) silent: RwSignal<bool>,
    /// `true` while the connection is tried.
    pub(crate) trying: RwSignal<bool>,
    /// The verdict on the connection. Empty if there is none.
    pub(crate) way: RwSignal<String>,
    /// `true` if the verdict is that it does not work.
    pub(crate) way_fails: RwSignal<bool>,
    /// `true` while a form has no answer.
    pub(crate) busy: RwSignal<bool>,
    /// `true` if the service could not be reached.
    pub(crate) offline: RwSignal<bool>,
    pub(crate) guest: RwSignal<Option<GuestLobby>>,
    pub(crate) host: RwSignal<Option<HostLobby>>,
    pub(crate) line: RwSignal<Line>,
    pub(crate) seats: RwSignal<Vec<Seat>>,
    pub(crate) you: RwSignal<u32>,
    pub(crate) speaker: RwSignal<Option<u32>>,
    /// Number of connections so far. Each has other tracks.
    pub(crate) connection: RwSignal<u32>,
    pub(crate) sharing: RwSignal<bool>,
    pub(crate) hand: RwSignal<bool>,
    /// `true` if the browser lets no sound start before a press.
    pub(crate) unheard: RwSignal<bool>,
    /// `true` if the visitor has chosen sound alone.
    pub(crate) sound_only: RwSignal<bool>,
    /// `true` if the connection is too weak for pictures.
    pub(crate) low: RwSignal<bool>,
    /// `true` if the waiting room is heard.
    pub(crate) chime: RwSignal<bool>,
    /// Minutes until the room closes, once visitors are warned. 0 before.
    pub(crate) minutes: RwSignal<u32>,
    /// A passing notice. Empty if there is none.
    pub(crate) notice: RwSignal<String>,
    pub(crate) panel: RwSignal<Option<Panel>>,
    pub(crate) log: RwSignal<TextLog>,
    pub(crate) announcement: RwSignal<String>,
    acts: StoredValue<Acts, LocalStorage>,
}

impl Signals {
    /// Creates the signals, for the page's beginning.
    pub(crate) fn begin(
        texts: &'static RoomTexts,
        role: Role,
        leader: String,
        advice: Advice,
    ) -> Room {
        Box::leak(Box::new(Self {
            texts,
            role,
            leader,
            advice,
            phase: RwSignal::new(Phase::Check),
            camera: RwSignal::new(Kit::Unasked),
            microphone: RwSignal::new(Kit::Unasked),
            choices: RwSignal::new(Vec::new()),
            level: RwSignal::new(0),
            silent: RwSignal::new(false),
            trying: RwSignal::new(false),
            way: RwSignal::new(String::new()),
            way_fails: RwSignal::new(false),
            busy: RwSignal::new(false),
            offline: RwSignal::new(false),
            guest: RwSignal::new(None),
            host: RwSignal::new(None),
            line: RwSignal::new(Line::Connecting),
            seats: RwSignal::new(Vec::new()),
            you: RwSignal::new(0),
            speaker: RwSignal::new(None),
            connection: RwSignal::new(0),
            sharing: RwSignal::new(false),
            hand: RwSignal::new(false),
            unheard: RwSignal::new(false),
            sound_only: RwSignal::new(false),
            low: RwSignal::new(false),
            // A host may look elsewhere while guests wait.
            chime: RwSignal::new(role == Role::Host),
            minutes: RwSignal::new(0),
            notice: RwSignal::new(String::new()),
            panel: RwSignal::new(None),
            log: RwSignal::new(TextLog::default()),
            announcement: RwSignal::new(String::new()),
            acts: StoredValue::new_local(None),
        }))
    }

    /// Sets the receiver of acts. Without one they do nothing.
    #[cfg(feature = "room")]
    pub(super) fn receive(&self, acts: Rc<dyn Fn(Act)>) {
        self.acts.set_value(Some(acts));
    }

    /// Reports an act.
    pub(super) fn act(&self, act: Act) {
        if let Some(acts) = self.acts.get_value() {
            acts(act);
        }
    }

    /// Returns the state of a device.
    pub(super) const fn kit(&self, device: Device) -> RwSignal<Kit> {
        match device {
            Device::Camera => self.camera,
            Device::Microphone => self.microphone,
        }
    }

    /// Returns the trouble of a device, if there is one.
    pub(super) fn trouble(&self, device: Device) -> Option<Trouble> {
        self.kit(device).get().trouble()
    }

    /// `true` if no pictures pass.
    pub(super) fn is_sound_only(&self) -> bool {
        self.sound_only.get() || self.low.get()
    }

    /// Returns somebody in the room.
    pub(super) fn seat(&self, seat: u32) -> Option<Seat> {
        self.seats.get().into_iter().find(|it| it.seat == seat)
    }

    /// Adds letters to the conversation.
    #[cfg(feature = "room")]
    pub(super) fn write(&self, seat: Option<u32>, name: &str, letters: &str) {
        self.log.update(|log| log.add(seat, name, letters));
    }

    /// Returns the text of a device's trouble.
    pub(super) fn trouble_text(&self, device: Device, trouble: Trouble) -> String {
        trouble.text(&self.texts.trouble, device, &self.advice)
    }

    /// Returns the slots of a seat, if somebody else has it.
    pub(super) fn slots(&self, seat: u32) -> Option<Slots> {
        self.seat(seat)?.slots
    }
}
