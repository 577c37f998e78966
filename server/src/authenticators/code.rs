//! One-time codes by e-mail and SMS.

use super::Proof;
use crate::{
    keys::{Keys, Purpose, constant_time_eq},
    model::Challenge,
    rules::{assurance::Level, code::digits},
};
use app::fields::OneTimeCode;

/// Method name of a code by e-mail, in the API and in the store.
pub const EMAIL_CODE: &str = "email-code";

/// Method name of a code by SMS, in the API and in the store.
pub const SMS_CODE: &str = "sms-code";

/// The channel of an invitation's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeChannel {
    /// E-mail.
    Email,
    /// SMS.
    Sms,
}

impl CodeChannel {
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
pub fn derive_code(keys: &Keys, challenge: &Challenge, length: u8) -> Option<String> {
    keys.derive(&challenge.key_id, Purpose::Code, &[challenge.id.as_bytes()])
        .map(|value| digits(value, length))
}

/// Checks a typed code. Returns a proof if it is correct. No code is correct if `locked`.
///
/// The caller counts the attempt before, if the challenge has one left, and consumes the challenge after.
pub fn check(
    keys: &Keys,
    challenge: &Challenge,
    channel: CodeChannel,
    locked: bool,
    typed: &OneTimeCode,
) -> Option<Proof> {
    let length = u8::try_from(typed.digits().len()).ok()?;
    let code = derive_code(keys, challenge, length)?;
    // A decoy would otherwise answer faster, so the code is compared first.
    let right = constant_time_eq(&code, typed.digits()) && !challenge.decoy && !locked;
    right.then_some(Proof {
        level: Level::Loa2,
        method: channel.method().to_owned(),
        name: None,
        identity_matched: None,
    })
}
