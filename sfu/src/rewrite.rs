//! Numbers the packets of one slot as if they came from one source.
//!
//! Sequence numbers follow each other, with a gap only where a packet was lost. Timestamps and picture numbers
//! continue from one source to the next.

use std::time::Instant;

/// First sequence number of a slot.
///
/// SRTP's receiver assumes a rollover counter of 0 at the first packet, so the first numbers must be far below
/// 65,536. RFC 3711, 3.3.1.
const FIRST: u64 = 1;

/// Largest number of a VP8 picture.
const LARGEST_PICTURE: u16 = 0x7fff;

/// Numbers that a source gave to a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// Sequence number, extended so that it never wraps.
    pub(crate) sequence: u64,
    pub(crate) timestamp: u32,
    /// VP8's picture id of 15 bits. `None` if there is none.
    pub(crate) picture: Option<u16>,
    /// VP8's TL0PICIDX. `None` if there is none.
    pub(crate) base_picture: Option<u8>,
}

/// Renumbers the packets that go into one slot of one receiver.
#[derive(Debug)]
pub(crate) struct Rewriter {
    /// Ticks of the timestamp in a second.
    clock: u32,
    from: Option<Source>,
    last: Option<Last>,
}

/// The offsets between a source's numbers and the slot's.
#[derive(Clone, Copy, Debug)]
struct Source {
    id: u64,
    /// The first of the source's packets that went into the slot. Older ones are too late.
    first: u64,
    sequence: u64,
    timestamp: u32,
    picture: u16,
    base_picture: u8,
}

/// The newest numbers of the slot.
#[derive(Clone, Copy, Debug)]
struct Last {
    sequence: u64,
    timestamp: u32,
    picture: u16,
    base_picture: u8,
    sent: Instant,
}

impl Rewriter {
    /// Creates a slot without packets, for a codec with `clock` ticks a second.
    pub(crate) const fn new(clock: u32) -> Self {
        Self { clock, from: None, last: None }
    }

    /// Returns the numbers of a packet in this slot. `None` if the packet is older than its source's first in the
    /// slot.
    ///
    /// `source` is the stream that the packet is from. A packet of another source than the one before, or one that
    /// `resumes` after packets of its source that were left out, continues the numbers without a gap.
    pub(crate) fn rewrite(
        &mut self,
        now: Instant,
        source: u64,
        resumes: bool,
        numbers: Numbers,
    ) -> Option<Numbers> {
        let from = match self.from {
            Some(from) if from.id == source && !resumes => from,
            before => *self.from.insert(self.start(now, source, before, numbers)),
        };
        if numbers.sequence < from.first {
            return None;
        }
        let rewritten = Numbers {
            sequence: numbers.sequence - from.first + from.sequence,
            timestamp: numbers.timestamp.wrapping_add(from.timestamp),
            picture: numbers
                .picture
                .map(|picture| picture.wrapping_add(from.picture) & LARGEST_PICTURE),
            base_picture: numbers
                .base_picture
                .map(|picture| picture.wrapping_add(from.base_picture)),
        };
        if self.last.is_none_or(|last| rewritten.sequence > last.sequence) {
            self.last = Some(Last {
                sequence: rewritten.sequence,
                timestamp: rewritten.timestamp,
                picture: rewritten
                    .picture
                    .or(self.last.map(|last| last.picture))
                    .unwrap_or_default(),
                base_picture: rewritten
                    .base_picture
                    .or(self.last.map(|last| last.base_picture))
                    .unwrap_or_default(),
                sent: now,
            });
        }
        Some(rewritten)
    }

    /// Returns the offsets with which a source continues the slot's numbers.
    fn start(&self, now: Instant, id: u64, before: Option<Source>, numbers: Numbers) -> Source {
        let Some(last) = self.last else {
            return Source {
                id,
                first: numbers.sequence,
                sequence: FIRST,
                timestamp: 0,
                picture: 0,
                base_picture: 0,
            };
        };
        // A source that was only left out for a while keeps its clock.
        let timestamp = before.filter(|before| before.id == id).map_or_else(
            || self.timestamp_at(now, last).wrapping_sub(numbers.timestamp),
            |before| before.timestamp,
        );
        Source {
            id,
            first: numbers.sequence,
            sequence: last.sequence + 1,
            timestamp,
            picture: last.picture.wrapping_add(1).wrapping_sub(numbers.picture.unwrap_or_default()),
            base_picture: last
                .base_picture
                .wrapping_add(1)
                .wrapping_sub(numbers.base_picture.unwrap_or_default()),
        }
    }

    /// Returns the timestamp that follows the last one after the time that has passed. At least one tick later.
    fn timestamp_at(&self, now: Instant, last: Last) -> u32 {
        let passed = now.saturating_duration_since(last.sent);
        let ticks = passed.as_micros() * u128::from(self.clock) / 1_000_000;
        #[expect(clippy::cast_possible_truncation, reason = "timestamps wrap")]
        let ticks = ticks.max(1) as u32;
        last.timestamp.wrapping_add(ticks)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "any moment will do as a start")]
mod tests;
