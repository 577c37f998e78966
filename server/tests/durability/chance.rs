//! Random draws that can be repeated.

use std::env;

/// Random numbers from a seed (`SplitMix64`).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) const fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut drawn = self.0;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        drawn ^ (drawn >> 31)
    }

    /// Returns a number from 0 and below `end`.
    pub(crate) const fn below(&mut self, end: u64) -> u64 {
        self.draw() % end
    }

    /// `true` once in this many draws, on average.
    pub(crate) const fn one_in(&mut self, draws: u64) -> bool {
        self.below(draws) == 0
    }
}

/// Returns the seed from the environment, or a random one.
pub(crate) fn seed() -> u64 {
    match env::var("ANSLUT_SEED") {
        Ok(seed) => seed.parse().expect("ANSLUT_SEED is a number"),
        // A short one is easier to type.
        Err(_) => u64::from(u32::from_be_bytes(server::keys::random().expect("randomness"))),
    }
}
