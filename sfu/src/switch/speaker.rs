//! Finds the person who speaks, from the volume that each packet of sound carries. RFC 6464.

use std::time::{Duration, Instant};

use crate::names::SeatId;

/// Volume of speech, in dB above silence: -50 dBov.
const SPEECH: f32 = 77.0;

/// Another person must be louder than the speaker by this, in dB.
const LOUDER: f32 = 6.0;

/// Share of a new packet in the mean volume. A word of 200 ms counts, a click does not.
const SHARE: f32 = 0.15;

/// Somebody without a packet for this time is quiet.
const QUIET: Duration = Duration::from_millis(500);

/// The speaker stays for this time after the last loud packet.
const PAUSE: Duration = Duration::from_secs(2);

/// The new speaker. `None` if nobody speaks any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speaks(pub(crate) Option<SeatId>);

/// Mean volumes of all people.
#[derive(Debug, Default)]
pub(super) struct Speaker {
    voices: Vec<Voice>,
    current: Option<SeatId>,
    /// The last time at which the speaker was loud.
    loud: Option<Instant>,
    /// `true` if the speaker has left or was muted since the last check.
    gone: bool,
}

#[derive(Debug)]
struct Voice {
    seat: SeatId,
    volume: f32,
    last: Instant,
}

impl Speaker {
    /// Takes note of a packet's volume, in dB above silence.
    pub(super) fn heard(&mut self, now: Instant, seat: SeatId, volume: u8) {
        let volume = f32::from(volume.min(127));
        if let Some(voice) = self.voices.iter_mut().find(|voice| voice.seat == seat) {
            voice.volume += (volume - voice.volume) * SHARE;
            voice.last = now;
        } else {
            self.voices.push(Voice { seat, volume: volume * SHARE, last: now });
        }
    }

    /// Forgets somebody who left or was muted.
    pub(super) fn forget(&mut self, seat: SeatId) {
        self.voices.retain(|voice| voice.seat != seat);
        self.gone |= self.current == Some(seat);
    }

    /// Returns the speaker as of the last check.
    pub(super) const fn current(&self) -> Option<SeatId> {
        self.current
    }

    /// Returns the speaker if it has changed.
    pub(super) fn check(&mut self, now: Instant) -> Option<Speaks> {
        let loud = |voice: &&Voice| {
            voice.volume >= SPEECH && now.saturating_duration_since(voice.last) < QUIET
        };
        let speaking = self
            .voices
            .iter()
            .filter(loud)
            .max_by(|one, other| one.volume.total_cmp(&other.volume));
        let current = self.current.filter(|_| !std::mem::take(&mut self.gone));
        let volume = self
            .voices
            .iter()
            .find(|voice| Some(voice.seat) == current)
            .map_or(0.0, |voice| voice.volume);
        let next = match speaking {
            Some(voice) if Some(voice.seat) == current => current,
            Some(voice) if voice.volume >= volume + LOUDER || current.is_none() => Some(voice.seat),
            Some(_) => current,
            None => current.filter(|_| {
                self.loud.is_some_and(|loud| now.saturating_duration_since(loud) < PAUSE)
            }),
        };
        if speaking.is_some() {
            self.loud = Some(now);
        }
        if next == self.current {
            return None;
        }
        self.current = next;
        Some(Speaks(next))
    }
}
