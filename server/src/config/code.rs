//! `code.*`: the one-time code and its limits.

use super::{Error, keys::Keys, read};
use jiff::SignedDuration;

pub(super) const KEYS: [&str; 10] = [
    "code.length",
    "code.lifetime",
    "code.tries_per_code",
    "code.tries_per_day",
    "code.tries_in_all",
    "code.resend_wait",
    "code.sends_per_hour",
    "code.sends_per_day",
    "code.sends_per_address",
    "code.same_code_while",
];

const HOUR: i64 = 3600;

/// The one-time code and its limits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Number of digits.
    pub length: u8,
    /// Validity of a code.
    pub lifetime: SignedDuration,
    /// Wrong attempts before a code is exhausted.
    pub tries_per_code: u8,
    /// Wrong attempts in 24 hours before an invitation is locked.
    pub tries_per_day: u8,
    /// Wrong attempts in an invitation's life before it is locked.
    pub tries_in_all: u8,
    /// Minimum time between two codes for an invitation.
    pub resend_wait: SignedDuration,
    /// Maximum number of codes for an invitation in an hour.
    pub sends_per_hour: u16,
    /// Maximum number of codes for an invitation in a day.
    pub sends_per_day: u16,
    /// Maximum number of codes to an address in a day, over all invitations.
    pub sends_per_address: u16,
    /// Minimum remaining validity with which a repeated message carries the same code.
    pub same_code_while: SignedDuration,
}

impl Default for Code {
    fn default() -> Self {
        Self {
            length: 4,
            lifetime: SignedDuration::from_mins(10),
            tries_per_code: 3,
            tries_per_day: 10,
            tries_in_all: 20,
            resend_wait: SignedDuration::from_mins(1),
            sends_per_hour: 5,
            sends_per_day: 10,
            sends_per_address: 20,
            same_code_while: SignedDuration::from_mins(5),
        }
    }
}

impl Code {
    pub(super) fn take(keys: &mut Keys) -> Result<Self, Error> {
        let d = Self::default();
        let code = Self {
            length: keys.take_or("code.length", d.length, read::whole(4..=8))?,
            lifetime: keys.take_or("code.lifetime", d.lifetime, read::duration(60..=HOUR))?,
            tries_per_code: keys.take_or(
                "code.tries_per_code",
                d.tries_per_code,
                read::whole(1..=10),
            )?,
            // A code of four digits allows few attempts: only these limits make guessing hopeless.
            tries_per_day: keys.take_or(
                "code.tries_per_day",
                d.tries_per_day,
                read::whole(1..=50),
            )?,
            tries_in_all: keys.take_or(
                "code.tries_in_all",
                d.tries_in_all,
                read::whole(1..=100),
            )?,
            resend_wait: keys.take_or(
                "code.resend_wait",
                d.resend_wait,
                read::duration(1..=HOUR),
            )?,
            sends_per_hour: keys.take_or(
                "code.sends_per_hour",
                d.sends_per_hour,
                read::whole(1..=100),
            )?,
            sends_per_day: keys.take_or(
                "code.sends_per_day",
                d.sends_per_day,
                read::whole(1..=1000),
            )?,
            sends_per_address: keys.take_or(
                "code.sends_per_address",
                d.sends_per_address,
                read::whole(1..=1000),
            )?,
            same_code_while: keys.take_or(
                "code.same_code_while",
                d.same_code_while,
                read::duration(1..=HOUR),
            )?,
        };
        code.check()?;
        Ok(code)
    }

    fn check(&self) -> Result<(), Error> {
        for (good, key, wrong) in [
            (
                self.tries_per_code <= self.tries_per_day,
                "code.tries_per_code",
                "must not be more than code.tries_per_day",
            ),
            (
                self.tries_per_day <= self.tries_in_all,
                "code.tries_per_day",
                "must not be more than code.tries_in_all",
            ),
            (
                self.sends_per_hour <= self.sends_per_day,
                "code.sends_per_hour",
                "must not be more than code.sends_per_day",
            ),
            (
                self.resend_wait <= self.lifetime,
                "code.resend_wait",
                "must not be longer than code.lifetime",
            ),
            (
                self.same_code_while <= self.lifetime,
                "code.same_code_while",
                "must not be longer than code.lifetime",
            ),
        ] {
            if !good {
                return Err(Error::key(key, wrong));
            }
        }
        Ok(())
    }
}
