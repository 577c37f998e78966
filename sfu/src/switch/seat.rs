//! A seat: what it sends, and its slots for what others send.

use std::time::{Duration, Instant};

use crate::event::{Layer, Sends};
use crate::names::SeatId;
use crate::packet::{Quality, Stream};

use super::Arrival;
use super::allocation::Allowance;
use super::key_frames::KeyFrames;
use super::rate::Rate;

/// A stream without a packet for this time is taken as switched off by its sender.
const PAUSED: Duration = Duration::from_millis(1500);

#[derive(Debug)]
pub(super) struct Seat {
    pub(super) id: SeatId,
    pub(super) sends: Sends,
    /// `true` if packets can be sent to it.
    pub(super) connected: bool,
    pub(super) audio: Source,
    pub(super) low: Source,
    pub(super) high: Source,
    pub(super) screen: Source,
    pub(super) pairs: Vec<Pair>,
    pub(super) screen_slot: Picture,
    pub(super) allowance: Allowance,
    /// Last time at which this was the speaker.
    pub(super) spoke: Option<Instant>,
}

/// A stream as its sender sends it.
#[derive(Debug, Default)]
pub(super) struct Source {
    pub(super) last: Option<Instant>,
    pub(super) newest: Option<u64>,
    pub(super) rate: Rate,
    pub(super) key_frames: KeyFrames,
}

/// The slots of one other seat.
#[derive(Debug)]
pub(super) struct Pair {
    /// `None` if the pair is free.
    pub(super) from: Option<SeatId>,
    /// `true` if the sound's last packet was passed on.
    pub(super) sounds: bool,
    pub(super) camera: Picture,
}

/// A slot for a picture.
#[derive(Debug)]
pub(super) struct Picture {
    /// The most that the receiver wants.
    pub(super) wish: Layer,
    /// The most that the way to the receiver allows.
    pub(super) allowed: Layer,
    /// The layer that flows. `None` before a key frame.
    pub(super) flows: Option<Quality>,
}

impl Seat {
    /// Creates a seat with empty slots, in a room for at most `most` people.
    pub(super) fn new(id: SeatId, sends: Sends, most: usize) -> Self {
        Self {
            id,
            sends,
            connected: false,
            audio: Source::default(),
            low: Source::default(),
            high: Source::default(),
            screen: Source::default(),
            pairs: (1..most).map(|_| Pair::new()).collect(),
            screen_slot: Picture::new(Layer::High),
            allowance: Allowance::default(),
            spoke: None,
        }
    }

    pub(super) const fn source_mut(&mut self, stream: Stream) -> &mut Source {
        match stream {
            Stream::Audio => &mut self.audio,
            Stream::Camera(Quality::Low) => &mut self.low,
            Stream::Camera(Quality::High) => &mut self.high,
            Stream::Screen => &mut self.screen,
        }
    }

    pub(super) const fn passes_on(&self, stream: Stream) -> bool {
        match stream {
            Stream::Audio => self.sends.audio,
            Stream::Camera(_) => self.sends.video,
            Stream::Screen => self.sends.screen,
        }
    }

    /// Returns the layer to show where at most `most` may be shown. `None` if nothing may, or nothing comes.
    pub(super) fn best(&self, now: Instant, most: Layer) -> Option<Quality> {
        match (most, self.low.is_active(now), self.high.is_active(now)) {
            (Layer::High, _, true) => Some(Quality::High),
            (Layer::Low | Layer::High, true, _) => Some(Quality::Low),
            _ => None,
        }
    }

    /// Gives another seat the first free pair.
    pub(super) fn place(&mut self, from: SeatId) {
        if let Some(free) = self.pairs.iter_mut().find(|pair| pair.from.is_none()) {
            free.from = Some(from);
        }
    }

    pub(super) fn pair_of(&mut self, from: SeatId) -> Option<(usize, &mut Pair)> {
        self.pairs.iter_mut().enumerate().find(|(_, pair)| pair.from == Some(from))
    }
}

impl Pair {
    const fn new() -> Self {
        Self { from: None, sounds: false, camera: Picture::new(Layer::Low) }
    }

    /// Frees the pair. What the receiver wishes of it stays.
    pub(super) const fn clear(&mut self) {
        let camera = Picture::new(self.camera.wish);
        *self = Self { camera, ..Self::new() };
    }
}

impl Source {
    /// Takes note of a packet. Returns `true` if a picture can start at it.
    pub(super) fn take(&mut self, now: Instant, arrival: Arrival) -> bool {
        self.last = Some(now);
        self.rate.add(now, arrival.size);
        // The rest of a key frame whose start comes late has passed already, and would be missing.
        let is_newest = self.newest.is_none_or(|newest| arrival.sequence > newest);
        if is_newest {
            self.newest = Some(arrival.sequence);
        }
        if arrival.is_entry {
            self.key_frames.came();
        }
        arrival.is_entry && is_newest
    }

    pub(super) fn is_active(&self, now: Instant) -> bool {
        self.last.is_some_and(|last| now.saturating_duration_since(last) < PAUSED)
    }
}

impl Picture {
    pub(super) const fn new(wish: Layer) -> Self {
        Self { wish, allowed: Layer::Low, flows: None }
    }
}
