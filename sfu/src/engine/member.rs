//! A person in a room.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use crate::credentials::Ufrag;
use crate::event::Event;
use crate::names::{Mid, RoomId};
use crate::peer::Peer;
use crate::rewrite::Rewriter;
use crate::switch::{Goal, Slot};
use crate::watch::Silence;

use super::Remote;

/// A browser that has not connected after this time is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// Time after a silence in which browsers report what was lost meanwhile. That says nothing about the way.
const SETTLES: Duration = Duration::from_millis(500);

/// A person in a room.
pub(super) struct Member {
    pub(super) peer: Peer,
    pub(super) room: RoomId,
    pub(super) events: UnboundedSender<Event>,
    pub(super) ufrag: Ufrag,
    pub(super) remotes: VecDeque<Remote>,
    /// The sections of the slots: sound and camera of each pair, then the screen.
    pub(super) down: Vec<Mid>,
    pub(super) rewriters: Vec<Rewriter>,
    pub(super) silence: Silence,
    pub(super) connected: bool,
    /// Time at which the last silence has ended, until the way is measured again.
    pub(super) resumed: Option<Instant>,
    /// `true` if a packet of a picture has been sent.
    pub(super) has_picture: bool,
    pub(super) joined: Instant,
    /// Time under which this is found in `timeouts`.
    pub(super) scheduled: Instant,
    /// `true` if this is in `written`.
    pub(super) written: bool,
    pub(super) goal: Goal,
}

impl Member {
    /// Creates somebody with a connection that is not yet established. `down` are the sections of the slots.
    pub(super) fn new(
        now: Instant,
        peer: Peer,
        room: RoomId,
        events: UnboundedSender<Event>,
        ufrag: Ufrag,
        down: Vec<Mid>,
    ) -> Self {
        let slots = down.len();
        let rewriters = (0..slots).map(|place| match Slot::at(place, slots) {
            Slot::Audio(_) => Rewriter::new(48_000),
            Slot::Camera(_) | Slot::Screen => Rewriter::new(90_000),
        });
        Self {
            peer,
            room,
            events,
            ufrag,
            remotes: VecDeque::new(),
            rewriters: rewriters.collect(),
            down,
            silence: Silence::new(now),
            connected: false,
            resumed: None,
            has_picture: false,
            joined: now,
            scheduled: now,
            written: false,
            goal: Goal::default(),
        }
    }

    /// Reports silence. Returns `false` if the person is to be removed.
    pub(super) fn look(&mut self, now: Instant) -> bool {
        if let Some(silent) = self.silence.check(now).filter(|_| self.connected) {
            self.tell(Event::Silent(silent));
        }
        self.connected || now.saturating_duration_since(self.joined) < PATIENCE
    }

    /// Returns `true` during a silence, and until the way is measured again.
    pub(super) const fn is_unsettled(&self) -> bool {
        self.silence.is_silent() || self.resumed.is_some()
    }

    /// Returns `true` once, when the way to the browser is to be measured again after a silence.
    pub(super) fn has_settled(&mut self, now: Instant) -> bool {
        let settled = |resumed: &mut Instant| now.saturating_duration_since(*resumed) >= SETTLES;
        self.resumed.take_if(settled).is_some()
    }

    pub(super) fn tell(&self, event: Event) {
        // A caller that listens no more has left, and says so.
        let _ = self.events.send(event);
    }
}
