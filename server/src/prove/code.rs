//! One-time codes by e-mail and SMS.

use super::Evidence;
use crate::{
    keys::{Keys, Purpose, same},
    rules::{assurance::Level, code::digits},
    store::records::Challenge,
};
use app::fields::OneTimeCode;

/// The name of the way by e-mail, in the API and in the store.
pub const EMAIL_CODE: &str = "email-code";

/// The name of the way by SMS, in the API and in the store.
pub const SMS_CODE: &str = "sms-code";

/// The way that a code goes for an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// By e-mail.
    Email,
    /// By SMS.
    Sms,
}

impl Carrier {
    /// The one by which codes go where this way of identifying was chosen: e-mail, unless it is SMS.
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

/// The code of a challenge; none when the key that it was made with is no longer configured.
pub fn code_of(keys: &Keys, challenge: &Challenge, length: u8) -> Option<String> {
    keys.derive(&challenge.key_id, Purpose::Code, &[challenge.id.as_bytes()])
        .map(|value| digits(value, length))
}

/// Judges a typed code; none is right where the way is `locked`. That the challenge bears a try and that the try is counted is seen to by
/// the caller, before; that the challenge is used up, after.
pub fn check(
    keys: &Keys,
    challenge: &Challenge,
    carrier: Carrier,
    locked: bool,
    typed: &OneTimeCode,
) -> Option<Evidence> {
    let length = u8::try_from(typed.digits().len()).ok()?;
    let code = code_of(keys, challenge, length)?;
    // The code is looked at first, so that a decoy takes as long as a code does.
    let right = same(&code, typed.digits()) && !challenge.decoy && !locked;
    right.then_some(Evidence {
        level: Level::Loa2,
        how: carrier.method().to_owned(),
        who: None,
        matched: None,
    })
}
