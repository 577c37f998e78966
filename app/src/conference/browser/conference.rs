//! The port to the media of a room, whichever engine they go through. The built-in one is in `rtc`, LiveKit in `livekit`.

use crate::wire::signal::FromServer;
use std::rc::Rc;
use web_sys::MediaStreamTrack;

/// A track that the browser sends. Its number is that of its section in the offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The microphone.
    Microphone = 0,
    /// The camera.
    Camera = 1,
    /// The screen.
    Screen = 2,
}

/// Number of tracks that the browser can send.
pub(super) const SENT: usize = 3;

/// The browser's own close code: the media have broken.
pub(super) const MEDIA_BROKEN: u16 = 4_900;

/// The close code of media that can't be had at all, as the server sends it, too.
pub(super) const NO_MEDIA: u16 = 4_502;

/// News of a connection.
pub(super) enum Heard {
    /// A message.
    Said(FromServer),
    /// Sound and pictures pass, for the first time or again.
    Connected,
    /// Nothing arrives any more. It may come back.
    Silent,
    /// Others send something else than before.
    Tracks,
    /// The person of a seat speaks, or nobody if it is 0.
    Speaks(u32),
    /// It is over, with the WebSocket's code.
    Closed(u16),
}

/// The receiver of news.
pub(super) type Ear = Rc<dyn Fn(Heard)>;

/// The media of a connection to a room.
pub(super) trait Conference {
    /// Reports news from now on.
    fn listen(&self, ear: Ear);
    /// Takes the room's answer, after which the media can pass.
    fn answered(&self, answer: &str, ear: &Ear);
    /// Sends a track from now on, or none.
    fn send(&self, source: Source, track: Option<&MediaStreamTrack>);
    /// Returns the track of a slot.
    fn track(&self, slot: &str) -> Option<MediaStreamTrack>;
    /// Returns the tracks of all sounds.
    fn sounds(&self) -> Vec<MediaStreamTrack>;
    /// Asks for the quality of a picture, with the message that the server would get. `false` if it is to get it.
    fn see(&self, message: &str) -> bool;
    /// Returns the way that packets take: `UDP`, `TCP` or `TURN`. Empty if it is not known.
    fn way(&self) -> String;
    /// Ends the media. Nothing is heard of them afterwards.
    fn leave(&self);
}
