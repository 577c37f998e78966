//! Slots, and what goes into them.

use crate::names::SeatId;
use crate::packet::Stream;

/// Place of a stream at a receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Slot {
    /// Sound of the other seat in this pair.
    Audio(usize),
    /// Camera of the other seat in this pair.
    Camera(usize),
    /// The one shared screen.
    Screen,
}

impl Slot {
    /// Returns the slot at a place in the order of an offer, of `slots` in all.
    pub(crate) const fn at(place: usize, slots: usize) -> Self {
        match place {
            _ if place + 1 == slots => Self::Screen,
            _ if place.is_multiple_of(2) => Self::Audio(place / 2),
            _ => Self::Camera(place / 2),
        }
    }

    /// Returns the place of the slot in the order of an offer, of `slots` in all.
    pub(crate) const fn place(self, slots: usize) -> usize {
        match self {
            Self::Audio(pair) => 2 * pair,
            Self::Camera(pair) => 2 * pair + 1,
            Self::Screen => slots.saturating_sub(1),
        }
    }
}

/// A receiver of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forward {
    pub(crate) to: SeatId,
    pub(crate) slot: Slot,
    /// `true` if packets of this stream were left out before this one, or this is its first.
    pub(crate) resumes: bool,
    /// `true` if the receiver's picture has changed from one layer to another.
    pub(crate) changes_layer: bool,
}

/// The pair of slots of another seat, and the seat whose screen is in the screen's slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Placement {
    pub(crate) seat: SeatId,
    pub(crate) pair: usize,
    pub(crate) screen: bool,
}

/// Properties of a packet that the switch needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub(crate) stream: Stream,
    /// Sequence number, extended so that it never wraps.
    pub(crate) sequence: u64,
    /// `true` if a decoder can start at this packet.
    pub(crate) is_entry: bool,
    /// Size of the payload, in bytes.
    pub(crate) size: usize,
    /// Volume of the sound in dB above silence, from 0 to 127. `None` if the sender does not measure it.
    pub(crate) volume: Option<u8>,
}
