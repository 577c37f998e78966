//! The animated QR code, as the app reads it.
//!
//! Its text changes every second: `bankid.`, the order's QR start token, the whole seconds since the order
//! was created, and an HMAC-SHA256 of those seconds under the order's QR start secret.

use crate::keys;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt::Write;

/// Tolerance for the age of a QR code, in seconds.
const TOLERANCE: u64 = 5;

/// The parsed text of a QR code.
pub(super) struct Picture<'a> {
    /// The order's QR start token.
    pub(super) token: &'a str,
    seconds: u64,
    /// The seconds as written, which the HMAC covers.
    written: &'a str,
    code: &'a str,
}

impl<'a> Picture<'a> {
    /// Parses the text of a QR code.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.trim().strip_prefix("bankid.")?.split('.');
        let (token, written, code) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = written.bytes().all(|byte| byte.is_ascii_digit());
        let plain = written == "0" || !written.starts_with('0');
        if parts.next().is_some() || !digits || !plain {
            return None;
        }
        Some(Self { token, seconds: written.parse().ok()?, written, code })
    }

    /// `true` if this secret made the code, for an order of this age in seconds.
    pub(super) fn is_genuine(&self, secret: &str, age: u64) -> bool {
        self.seconds.abs_diff(age) <= TOLERANCE
            && code(secret, self.written)
                .is_some_and(|code| keys::constant_time_eq(code, self.code))
    }
}

/// Returns the HMAC of the seconds, in lower-case hexadecimal.
pub(super) fn code(secret: &str, seconds: &str) -> Option<String> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(seconds.as_bytes());
    let mut code = String::new();
    for byte in mac.finalize().into_bytes() {
        write!(code, "{byte:02x}").ok()?;
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "67df3917-fa0d-44e5-b327-edcc928297f8";
    const SECRET: &str = "d28db9a7-4cde-429e-a983-359be676944c";

    #[test]
    fn the_code_is_that_of_the_published_examples() {
        for (seconds, expected) in [
            ("0", "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8"),
            ("1", "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2"),
            ("2", "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3"),
            ("29", "26049f2bc12d5b43ebe8bf701e7725abf015d2d8347aa04c924b5793ee4a196c"),
        ] {
            assert_eq!(code(SECRET, seconds).as_deref(), Some(expected), "{seconds}");
        }
    }

    fn text(seconds: &str) -> String {
        format!("bankid.{TOKEN}.{seconds}.{}", code(SECRET, seconds).expect("a code"))
    }

    #[test]
    fn a_picture_is_good_for_five_seconds_before_and_after() {
        let written = text("29");
        let picture = Picture::read(&written).expect("a picture");
        assert_eq!(picture.token, TOKEN);
        for (age, genuine) in [(23, false), (24, true), (29, true), (34, true), (35, false)] {
            assert_eq!(picture.is_genuine(SECRET, age), genuine, "{age}");
        }
        assert!(!picture.is_genuine("d28db9a7-4cde-429e-a983-359be676944d", 29));
    }

    #[test]
    fn a_forged_picture_is_not_genuine() {
        let genuine = text("2");
        let other = text("3");
        let code = other.rsplit('.').next().expect("a code");
        for forged in [
            format!("bankid.{TOKEN}.2.{code}"),
            genuine.to_uppercase().replace("BANKID", "bankid"),
            format!("bankid.{TOKEN}.2."),
        ] {
            let picture = Picture::read(&forged).expect("a picture");
            assert!(!picture.is_genuine(SECRET, 2), "{forged}");
        }
        for text in [
            "",
            "bankid.",
            "bankid.a.1",
            "BANKID.a.1.b",
            "bankid.a.+1.b",
            "bankid.a.01.b",
            "bankid.a..b",
            "bankid.a.1.b.c",
            "bankid.a.99999999999999999999999.b",
        ] {
            assert!(Picture::read(text).is_none(), "{text}");
        }
    }
}
