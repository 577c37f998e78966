//! Typed input, parsed once into types that can't hold anything else.

#[cfg(feature = "ssr")]
mod address;
#[cfg(feature = "ssr")]
mod code;
// Unicode's character data is too large for the browser's bundle. Only the server needs it.
#[cfg(feature = "ssr")]
pub mod hidden;

#[cfg(feature = "ssr")]
pub use {
    address::{EmailAddress, comparable},
    code::OneTimeCode,
};

/// Returns `true` for a phone number in E.164: a plus sign and 7 to 15 digits, without a leading zero.
pub fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The secret in an invitation's link: 160 bits in base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationToken(String);

impl InvitationToken {
    /// Characters of a token.
    pub const LENGTH: usize = 27;

    /// Parses the token of an address or a form. `None` for a text of another form.
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == Self::LENGTH
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        good.then(|| Self(text.to_owned()))
    }

    /// Returns the token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// A derived `Debug` would log the secret.
impl std::fmt::Debug for InvitationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_has_its_country_and_only_digits() {
        for text in ["+46300834000", "+1234567", "+123456789012345"] {
            assert!(is_e164(text), "{text}");
        }
        for text in [
            "",
            "+",
            "46300834000",
            "+0300834000",
            "+123456",
            "+1234567890123456",
            "+46 300834000",
            "+4630083400٠",
        ] {
            assert!(!is_e164(text), "{text}");
        }
    }

    #[test]
    fn a_token_does_not_show_in_debug_output() {
        let token = InvitationToken::parse(&"a".repeat(27)).expect("a token");
        assert_eq!(format!("{token:?}"), "InvitationToken");
    }

    #[test]
    fn a_token_of_another_shape_is_none() {
        for text in ["", "a", "../../../../../../../../../", &"a".repeat(28), &"å".repeat(27)] {
            assert_eq!(InvitationToken::parse(text), None, "{text}");
        }
    }
}
