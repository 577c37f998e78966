//! An RTP packet on its way through.

use std::sync::Arc;
use std::time::Instant;

use crate::peer::{Picture, Tags};

/// Stream of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Stream {
    Audio,
    Camera(Quality),
    Screen,
}

/// One of the camera's two layers. A camera without layers sends `Low` alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Quality {
    Low,
    High,
}

/// One packet as it came from a sender.
#[derive(Debug)]
pub(crate) struct Packet {
    pub(crate) stream: Stream,
    /// Sequence number, extended so that it never wraps.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    pub(crate) marker: bool,
    pub(crate) arrived: Instant,
    pub(crate) payload: Arc<[u8]>,
    /// Its place in a VP8 picture. `None` for sound, and for a payload that can't be read.
    pub(crate) picture: Option<Picture>,
    pub(crate) tags: Tags,
}

impl Packet {
    /// Returns `true` if a decoder can start here.
    pub(crate) fn is_entry(&self) -> bool {
        match self.stream {
            Stream::Audio => true,
            Stream::Camera(_) | Stream::Screen => {
                self.picture.is_some_and(|picture| picture.starts_key_frame(&self.payload))
            }
        }
    }
}
