//! One-time codes by e-mail and SMS.

use super::Evidence;
use crate::{
    keys::{Keys, Purpose, same},
    rules::{assurance::Level, code::digits},
    store::records::Challenge,
};
use app::fields::OneTimeCode;

/// Method name of a code by e-mail, in the API and in the store.
pub const EMAIL_CODE: &str = "email-code";

/// Method name of a code by SMS, in the API and in the store.
pub const SMS_CODE: &str = "sms-code";

/// The channel of an invitation's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// E-mail.
    Email,
    /// SMS.
    Sms,
}

impl Carrier {
    /// Returns the channel for a method: e-mail, unless the method is SMS.
    pub fn of(method: &str) -> Self {
        if method == SMS_CODE { Self::Sms } else { Self::Email }
    }

    const fn method(self) -> &'static str {
        match self {
            Self::Email => EMAIL_CODE,
            Self::Sms => SMS_CODE,
        }
    }
}

/// Returns the code of a challenge. `None` if its key is no longer configured.
pub fn code_of(keys: &Keys, challenge: &Challenge, length: u8) -> Option<String> {
    keys.derive(&challenge.key_id, Purpose::Code, &[challenge.id.as_bytes()])
        .map(|value| digits(value, length))
}

/// Checks a typed code. Returns a proof if it is correct. No code is correct if `locked`.
///
/// The caller counts the attempt before, if the challenge has one left, and consumes the challenge after.
pub fn check(
    keys: &Keys,
    challenge: &Challenge,
    carrier: Carrier,
    locked: bool,
    typed: &OneTimeCode,
) -> Option<Evidence> {
    let length = u8::try_from(typed.digits().len()).ok()?;
    let code = code_of(keys, challenge, length)?;
    // A decoy would otherwise answer faster, so the code is compared first.
    let right = same(&code, typed.digits()) && !challenge.decoy && !locked;
    right.then_some(Evidence {
        level: Level::Loa2,
        how: carrier.method().to_owned(),
        who: None,
        matched: None,
    })
}
