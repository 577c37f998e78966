//! One-time codes by e-mail.

use super::Evidence;
use crate::{
    keys::{Keys, Purpose, same},
    rules::{assurance::Level, code::digits},
    store::records::Challenge,
};
use app::fields::OneTimeCode;

/// The name of this way, in the API and in the store.
pub const EMAIL_CODE: &str = "email-code";

/// The code of a challenge; none when the key that it was made with is no longer configured.
pub fn code_of(keys: &Keys, challenge: &Challenge, length: u8) -> Option<String> {
    keys.derive(&challenge.key_id, Purpose::Code, &[challenge.id.as_bytes()])
        .map(|value| digits(value, length))
}

/// Judges a typed code. That the challenge bears a try and that the try is counted is seen to by
/// the caller, before; that the challenge is used up, after.
pub fn check(keys: &Keys, challenge: &Challenge, typed: &OneTimeCode) -> Option<Evidence> {
    let length = u8::try_from(typed.digits().len()).ok()?;
    let code = code_of(keys, challenge, length)?;
    // The code is looked at first, so that a decoy takes as long as a code does.
    let right = same(&code, typed.digits()) && !challenge.decoy;
    right.then_some(Evidence {
        level: Level::Loa2,
        how: EMAIL_CODE.to_owned(),
        who: None,
        matched: None,
    })
}
