//! One-time codes: digits and state.

use super::limits::CodeLimits;
use crate::clock::Time;

/// Returns the digits of a keyed value, uniform over all codes of this length and with leading zeros. 128
/// bits are reduced to at most 10⁸ codes, so no code is likelier than another by more than one part in 10³⁰.
pub fn digits(value: [u8; 32], length: u8) -> String {
    let (head, _) = value.split_at(16);
    let wide = head.iter().fold(0_u128, |wide, byte| (wide << 8) | u128::from(*byte));
    let width = usize::from(length);
    format!("{:0width$}", wide % 10_u128.pow(u32::from(length)))
}

/// A code that was sent, or a decoy, as the rules see it.
#[derive(Clone, Copy, Debug)]
pub struct IssuedCode {
    /// Time at which it expires.
    pub expires_at: Time,
    /// `true` if it was seen to have expired. It then stays expired, whatever the clock says.
    pub expired: bool,
    /// Attempts so far, wrong and right.
    pub attempts: u32,
    /// `true` if it has been used.
    pub consumed: bool,
}

/// State of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeState {
    /// It accepts attempts.
    Valid,
    /// Its lifetime is over.
    Expired,
    /// It had too many wrong attempts, or was used.
    Exhausted,
}

/// Returns the state of a code.
pub fn state(sent: IssuedCode, limits: &CodeLimits, now: Time) -> CodeState {
    if sent.consumed || sent.attempts >= limits.tries_per_code {
        CodeState::Exhausted
    } else if sent.expired || now >= sent.expires_at {
        CodeState::Expired
    } else {
        CodeState::Valid
    }
}

/// `true` if a further request repeats this code instead of creating another. Late mail must not void the
/// newer code, and a repeated code must last long enough to be used.
pub fn can_resend_same(sent: IssuedCode, limits: &CodeLimits, now: Time) -> bool {
    state(sent, limits, now) == CodeState::Valid
        && sent.expires_at.since(now) >= limits.same_code_while
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    proptest! {
        #[test]
        fn a_code_is_as_long_as_asked_and_only_digits(value: [u8; 32], length in 4_u8..=8) {
            let code = digits(value, length);
            prop_assert_eq!(code.len(), usize::from(length));
            prop_assert!(code.bytes().all(|b| b.is_ascii_digit()));
        }

        #[test]
        fn no_code_is_tried_after_its_tries_its_time_or_its_use(
            attempts in 0_u32..9, age in 0_u64..1_200, consumed: bool, expired: bool,
        ) {
            let limits = CodeLimits::default();
            let made = Time(1_000_000);
            let sent = IssuedCode { expires_at: made + limits.lifetime, expired, attempts, consumed };
            let now = made + Duration::from_secs(age);
            let good = state(sent, &limits, now) == CodeState::Valid;
            prop_assert_eq!(good, !consumed && !expired && attempts < 3 && age < 600);
            prop_assert_eq!(can_resend_same(sent, &limits, now), good && age <= 300);
        }
    }

    #[test]
    fn leading_zeros_are_kept() {
        let mut value = [0; 32];
        value[15] = 42;
        assert_eq!(digits(value, 4), "0042");
    }

    #[test]
    fn codes_are_spread_evenly() {
        // Chi-squared test of the first and the last digit of 20,000 codes. With 9 degrees of freedom, 99.99
        // % of even spreads stay below 33.7.
        let keys = crate::keys::Keys::new([3; 32], &[]);
        let mut counts = [[0_f64; 10]; 2];
        for n in 0..20_000_u32 {
            let value = keys
                .derive(keys.current_id(), crate::keys::Purpose::Code, &[&n.to_be_bytes()])
                .expect("the current key");
            let code = digits(value, 4).into_bytes();
            counts[0][usize::from(code[0] - b'0')] += 1.0;
            counts[1][usize::from(code[3] - b'0')] += 1.0;
        }
        for counts in counts {
            let chi: f64 = counts.iter().map(|n| (n - 2_000.0).powi(2) / 2_000.0).sum();
            assert!(chi < 33.7, "{chi} {counts:?}");
        }
    }
}
