//! Chooses layers so that they fit into the way to a receiver.
//!
//! More than the way carries would wait in the sending queue, and everything would be late. Sound has its share
//! first, then the screen, then a small picture of each, then large ones, the last speakers first. A way that has been
//! narrow for a while carries no picture at all: a few that come and go would be worse.

use std::cmp::Reverse;
use std::time::{Duration, Instant};

use crate::event::Layer;
use crate::names::SeatId;
use crate::packet::Quality;

use super::narrowness::Narrowness;
use super::{Seat, Switch};

/// Rate of a small picture that has not been measured, in bits a second.
const LOW: u64 = 150_000;

/// Rate of a large picture that has not been measured, in bits a second.
const HIGH: u64 = 800_000;

/// Rate of a screen that has not been measured, in bits a second.
const SCREEN: u64 = 400_000;

/// Rate of one person's sound that has not been measured, in bits a second.
const AUDIO: u64 = 40_000;

/// Rate of the headers of one person's sound, in bits a second.
const HEADERS: u64 = 8_000;

/// After a picture was reduced, none is raised for this time.
const REST: Duration = Duration::from_secs(4);

/// A picture is reduced if the way has been too narrow for this time. The estimate dips now and then.
const GRACE: Duration = Duration::from_secs(1);

/// The way to a receiver.
#[derive(Debug, Default)]
pub(super) struct Allowance {
    /// Estimate of what it carries, in bits a second. `None` before the first one.
    pub(super) estimate: Option<u64>,
    pub(super) goal: Goal,
    pub(super) narrowness: Narrowness,
    reduced: Option<Instant>,
    /// Start of the time in which it has not carried what is allowed.
    short_since: Option<Instant>,
}

impl Allowance {
    /// Begins again at an estimate, in bits a second.
    pub(super) const fn restart(&mut self, estimate: u64) {
        self.estimate = Some(estimate);
        self.reduced = None;
        self.short_since = None;
        self.narrowness.forget();
    }
}

/// Rates for which the way to a receiver is to be probed, in bits a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Goal {
    /// Rate that all wishes need.
    pub(crate) desired: u64,
    /// Rate to be filled up to, so that the estimate can grow to the next picture. 0 if nothing is held back.
    pub(crate) sustained: u64,
}

/// A camera that a receiver may see.
struct Candidate {
    pair: usize,
    wish: Layer,
    before: Layer,
    /// Time since this person last spoke.
    quiet: Duration,
    audio: u64,
    low: u64,
    /// `None` if there is no large picture.
    high: Option<u64>,
    now: Layer,
}

impl Switch {
    /// Chooses the layers of one receiver.
    pub(super) fn allocate(&mut self, now: Instant, at: SeatId) {
        let Some(seat) = self.seat_mut(at) else {
            return;
        };
        let Allowance { estimate, narrowness, .. } = &mut seat.allowance;
        let narrow = estimate.is_some_and(|estimate| narrowness.check(now, estimate));
        let Some(seat) = self.seat(at) else {
            return;
        };
        let mut candidates = self.candidates(now, seat);
        let Allowance { estimate, reduced, .. } = seat.allowance;
        let audio = candidates.iter().map(|candidate| candidate.audio).sum();
        let mut budget = Budget {
            left: estimate.map(|estimate| estimate.saturating_sub(audio)),
            resting: reduced.is_some_and(|reduced| now.saturating_duration_since(reduced) < REST),
            narrow,
            spent: audio,
            refused: None,
        };
        let screen_before = seat.screen_slot.allowed != Layer::None;
        let screen = self.screen_rate(at, seat);
        let screen_now = screen.is_none_or(|rate| budget.take(rate, screen_before));
        for candidate in candidates.iter_mut().filter(|candidate| candidate.wish != Layer::None) {
            if budget.take(candidate.low, candidate.before >= Layer::Low) {
                candidate.now = Layer::Low;
            }
        }
        for candidate in &mut candidates {
            let more = candidate
                .more()
                .filter(|_| candidate.wish == Layer::High && candidate.now == Layer::Low);
            if more.is_some_and(|more| budget.take(more, candidate.before == Layer::High)) {
                candidate.now = Layer::High;
            }
        }
        let goal = Goal {
            desired: audio
                + screen.unwrap_or_default()
                + candidates.iter().map(Candidate::wished).sum::<u64>(),
            sustained: budget.goal(),
        };
        let flows = audio
            + screen.filter(|_| screen_before).unwrap_or_default()
            + candidates.iter().map(Candidate::flows).sum::<u64>();
        // Sound must not wait behind pictures.
        let is_far = estimate.is_some_and(|estimate| estimate < flows * 7 / 10);
        let reduces =
            (screen_before && !screen_now) || candidates.iter().any(Candidate::is_reduced);

        let Some(seat) = self.seat_mut(at) else {
            return;
        };
        seat.allowance.goal = goal;
        if reduces {
            let since = *seat.allowance.short_since.get_or_insert(now);
            if !is_far && !narrow && now.saturating_duration_since(since) < GRACE {
                return;
            }
            seat.allowance.reduced = Some(now);
        }
        seat.allowance.short_since = None;
        seat.screen_slot.allowed = if screen_now { Layer::High } else { Layer::None };
        for candidate in candidates {
            if let Some(pair) = seat.pairs.get_mut(candidate.pair) {
                pair.camera.allowed = candidate.now;
            }
        }
    }

    /// Returns the rate of the screen that a receiver sees. `None` if there is none.
    fn screen_rate(&self, at: SeatId, seat: &Seat) -> Option<u64> {
        let sender = self.screen.filter(|&id| id != at && seat.screen_slot.wish != Layer::None)?;
        Some(measured(self.seat(sender)?.screen.rate.bits(), SCREEN))
    }

    fn candidates(&self, now: Instant, receiver: &Seat) -> Vec<Candidate> {
        let pairs = receiver.pairs.iter().enumerate();
        let mut candidates: Vec<Candidate> = pairs
            .filter_map(|(pair, slots)| {
                let sender = self.seat(slots.from?)?;
                let sounds = sender.sends.audio && sender.audio.is_active(now);
                let audio = measured(sender.audio.rate.bits(), AUDIO) + HEADERS;
                let high = sender.best(now, Layer::High) == Some(Quality::High);
                Some(Candidate {
                    pair,
                    wish: slots.camera.wish,
                    before: slots.camera.allowed,
                    quiet: sender
                        .spoke
                        .map_or(Duration::MAX, |spoke| now.saturating_duration_since(spoke)),
                    audio: if sounds { audio } else { 0 },
                    low: measured(sender.low.rate.bits(), LOW),
                    high: high.then(|| measured(sender.high.rate.bits(), HIGH)),
                    now: Layer::None,
                })
            })
            .collect();
        candidates
            .sort_by_key(|candidate| (candidate.quiet, Reverse(candidate.before), candidate.pair));
        candidates
    }
}

impl Candidate {
    /// Returns what the large picture needs more than the small one. `None` if there is none.
    fn more(&self) -> Option<u64> {
        self.high.map(|high| high.saturating_sub(self.low))
    }

    /// Returns the rate of what is wished.
    fn wished(&self) -> u64 {
        self.rate(self.wish)
    }

    /// Returns the rate of what has been allowed so far.
    fn flows(&self) -> u64 {
        self.rate(self.wish.min(self.before))
    }

    fn rate(&self, layer: Layer) -> u64 {
        match layer {
            Layer::None => 0,
            Layer::Low => self.low,
            Layer::High => self.high.unwrap_or(self.low),
        }
    }

    fn is_reduced(&self) -> bool {
        self.now < self.before.min(self.wish)
    }
}

/// Remaining rate of the way to a receiver.
struct Budget {
    /// In bits a second. `None` if the way has not been measured.
    left: Option<u64>,
    resting: bool,
    /// `true` if it is too narrow for pictures.
    narrow: bool,
    spent: u64,
    /// Rate of the first stream that did not fit.
    refused: Option<u64>,
}

impl Budget {
    /// Takes `rate` if it fits. A stream that is new needs some room above it, so that it does not come and go.
    fn take(&mut self, rate: u64, had: bool) -> bool {
        let Some(left) = self.left else {
            return true;
        };
        let needed = if had { rate } else { rate + rate / 5 };
        let fits = needed <= left && (had || !self.resting) && !self.narrow;
        if !fits {
            self.refused.get_or_insert(rate);
            return false;
        }
        self.left = Some(left - rate);
        self.spent += rate;
        true
    }

    /// Returns the rate that would carry the first stream that did not fit. 0 if all fit, and while the way recovers.
    fn goal(&self) -> u64 {
        let refused = self.refused.filter(|_| !self.resting);
        refused.map_or(0, |refused| self.spent + refused + refused / 2)
    }
}

/// Returns a measured rate, or the usual one if there is none.
const fn measured(bits: u64, usual: u64) -> u64 {
    if bits == 0 { usual } else { bits }
}
