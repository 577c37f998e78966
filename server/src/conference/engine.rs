//! The media engines of rooms: the SFU of this program, and the organisation's LiveKit.

use super::livekit::LiveKit;
use crate::rooms::Engine;
use ::sfu::{SeatId, Sends, Sfu};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// The engines of this process.
pub struct Engines {
    /// The SFU. `None` if no address for its media is configured.
    pub sfu: Option<Sfu>,
    /// LiveKit. `None` if it is not configured.
    pub livekit: Option<LiveKit>,
}

impl Engines {
    /// `true` if rooms with an engine can be held here.
    pub fn runs(&self, engine: Engine) -> bool {
        match engine {
            Engine::Sfu => self.sfu.as_ref().is_some_and(Sfu::is_running),
            Engine::LiveKit => self.livekit.is_some(),
        }
    }

    /// `true` if the SFU's thread has ended.
    pub fn has_lost_media(&self) -> bool {
        self.sfu.as_ref().is_some_and(|sfu| !sfu.is_running())
    }

    /// Ends the media of a connection, if they go through the SFU.
    pub fn leave(&self, media: SeatId) {
        if let Some(sfu) = &self.sfu {
            sfu.leave(media);
        }
    }

    /// Lets what a connection sends pass, if it goes through the SFU.
    pub(super) fn forward(&self, media: SeatId, sends: Sends) {
        if let Some(sfu) = &self.sfu {
            sfu.forward(media, sends);
        }
    }
}

/// The name of a live room at LiveKit. It is random, and another one each time the room becomes live and each time
/// somebody is taken out: a token holds as long as the meeting, and must open nothing afterwards. A name that is
/// dropped is retired.
#[derive(Debug)]
pub(super) struct RoomName {
    name: String,
    retired: Arc<Retired>,
}

/// Names whose rooms at LiveKit are to be ended.
#[derive(Debug, Default)]
pub struct Retired {
    names: Mutex<Vec<String>>,
    /// Wakes the task that looks after LiveKit's rooms.
    pub changed: Notify,
}

impl RoomName {
    /// Returns a new name.
    ///
    /// # Errors
    /// Fails if there is no randomness.
    pub(super) fn new(retired: &Arc<Retired>) -> Result<Self, getrandom::Error> {
        Ok(Self { name: crate::keys::new_id()?, retired: Arc::clone(retired) })
    }

    /// Returns its text.
    pub(super) fn as_str(&self) -> &str {
        &self.name
    }
}

impl Drop for RoomName {
    fn drop(&mut self) {
        self.retired.add(std::mem::take(&mut self.name));
    }
}

impl Retired {
    /// Adds a name.
    pub fn add(&self, name: String) {
        self.names().push(name);
        self.changed.notify_one();
    }

    /// Keeps names whose rooms could not be ended, without waking anybody.
    pub fn keep(&self, names: Vec<String>) {
        self.names().extend(names);
    }

    /// Takes all names.
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.names())
    }

    fn names(&self) -> MutexGuard<'_, Vec<String>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
