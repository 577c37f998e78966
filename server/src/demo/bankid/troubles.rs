//! Errors that a tester has requested in advance.

use super::{refusal::Refusal, rp::Call};
use std::collections::VecDeque;

/// Maximum number of pending requests for errors.
const MOST: usize = 100;

/// The pending errors.
#[derive(Default)]
pub(super) struct Troubles(VecDeque<Trouble>);

struct Trouble {
    call: Call,
    refusal: Refusal,
    times: u32,
}

impl Troubles {
    /// Makes the next calls of a kind return an error, after those that are pending. Returns `false` if too
    /// many are.
    pub(super) fn add(&mut self, call: Call, refusal: Refusal, times: u32) -> bool {
        let fits = self.0.len() < MOST;
        if fits && times > 0 {
            self.0.push_back(Trouble { call, refusal, times });
        }
        fits
    }

    /// Returns the error for a call, and counts it down.
    pub(super) fn next(&mut self, call: Call) -> Option<Refusal> {
        let trouble = self.0.iter_mut().find(|trouble| trouble.call == call)?;
        trouble.times -= 1;
        let refusal = trouble.refusal.clone();
        self.0.retain(|trouble| trouble.times > 0);
        Some(refusal)
    }
}
