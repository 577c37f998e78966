//! `code.*`: the one-time code and its limits.

use super::{
    Error,
    keys::Keys,
    reference::{Key, Section},
};
use crate::rules::limits::CodeLimits;

pub(super) const SECTION: Section = Section {
    name: "code",
    about: "",
    keys: &[
        Key::new("code.length", "4", "digits of a code, 4 to 8"),
        Key::new("code.lifetime", "10m", "how long a code is valid"),
        Key::new("code.tries_per_code", "3", "wrong attempts until a code is exhausted"),
        Key::new(
            "code.tries_per_day",
            "10",
            "wrong attempts with the invited address in 24 hours until an invitation is locked. One browser may \
             use half, with any address. Rejected e-ID identifications are counted separately, with the same \
             limits",
        ),
        Key::new(
            "code.tries_in_all",
            "20",
            "wrong attempts in an invitation's life until it is locked. One browser may use half. Rejected e-ID \
             identifications are counted likewise",
        ),
        Key::new(
            "code.resend_wait",
            "60s",
            "minimum time between two code messages for an invitation. If another browser asks sooner, its \
             message waits",
        ),
        Key::new(
            "code.sends_per_hour",
            "5",
            "code messages for an invitation in an hour. One browser may use four fifths, with any address",
        ),
        Key::new(
            "code.sends_per_day",
            "10",
            "code messages for an invitation in 24 hours. One browser may use half, with any address",
        ),
        Key::new(
            "code.sends_per_address",
            "20",
            "code messages to an address or number in 24 hours, over all invitations. Messages beyond this and the \
             two limits above are withheld. Only the events and the last message say so",
        ),
        Key::new(
            "code.same_code_while",
            "5m",
            "if a code is requested again and has at least this long left, the same code is sent. Otherwise a new \
             one is sent",
        ),
    ],
};

/// Reads the section.
pub(super) fn read(keys: &mut Keys) -> Result<CodeLimits, Error> {
    let code: CodeLimits = keys.section(SECTION.name)?;
    for (good, key, wrong) in [
        (
            code.tries_per_code <= code.tries_per_day,
            "code.tries_per_code",
            "must not be more than code.tries_per_day",
        ),
        (
            code.tries_per_day <= code.tries_in_all,
            "code.tries_per_day",
            "must not be more than code.tries_in_all",
        ),
        (
            code.sends_per_hour <= code.sends_per_day,
            "code.sends_per_hour",
            "must not be more than code.sends_per_day",
        ),
        (
            code.resend_wait <= code.lifetime,
            "code.resend_wait",
            "must not be longer than code.lifetime",
        ),
        (
            code.same_code_while <= code.lifetime,
            "code.same_code_while",
            "must not be longer than code.lifetime",
        ),
    ] {
        if !good {
            return Err(Error::key(key, wrong));
        }
    }
    Ok(code)
}
