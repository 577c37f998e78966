//! What people type, parsed once into types that can't hold anything else.

use crate::wire::Problem;

/// An e-mail address, trimmed; two of them are equal when they differ in case only.
#[derive(Clone, Debug, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The longest address that mail can carry (RFC 5321, 4.5.3.1.3, less the angle brackets).
    pub const MAX: usize = 254;

    /// Understands what was typed.
    pub fn parse(typed: &str) -> Result<Self, Problem> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(Problem::AddressMissing);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(Problem::AddressMalformed)?;
        let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"".contains(c);
        let label =
            |l: &str| (1..=63).contains(&l.len()) && !l.starts_with('-') && !l.ends_with('-');
        let good = typed.len() <= Self::MAX
            && (1..=64).contains(&local.len())
            && local.chars().all(|c| plain(c) && c != '@')
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && domain.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.')
            && domain.contains('.')
            && domain.split('.').all(label);
        if good { Ok(Self(typed.to_owned())) } else { Err(Problem::AddressMalformed) }
    }

    /// The address as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which addresses are compared.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }
}

/// Whether a text is a phone number in E.164: a plus sign and 7 to 15 digits, none of them a leading
/// zero.
pub fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The digits of a one-time code.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

impl OneTimeCode {
    /// Understands what was typed or pasted as a code of `length` digits: spaces and dashes are
    /// dropped, digits of other scripts are read as what they mean.
    pub fn parse(typed: &str, length: u8) -> Result<Self, Problem> {
        // Far more than any code with all its spacing; spares us reading a novel.
        if typed.len() > 200 {
            return Err(Problem::CodeMalformed { length });
        }
        let digits = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !is_dash(*c))
            .map(digit)
            .collect::<Option<String>>()
            .ok_or(Problem::CodeMalformed { length })?;
        match digits.len() {
            0 => Err(Problem::CodeMissing),
            n if n == usize::from(length) => Ok(Self(digits)),
            _ => Err(Problem::CodeMalformed { length }),
        }
    }

    /// The digits, in ASCII.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

// Written by hand so that a code can't slip into a log.
impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode")
    }
}

const fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{200b}' | '\u{feff}')
}

/// A decimal digit as ASCII: also Arabic, Persian and full-width ones, which keyboards produce.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => '0',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        '\u{ff10}'..='\u{ff19}' => '\u{ff10}',
        _ => return None,
    };
    char::from_digit(u32::from(c) - u32::from(zero), 10)
}

/// The secret in an invitation's link: 160 bits in base64url.
#[derive(Clone, PartialEq, Eq)]
pub struct InvitationToken(String);

impl InvitationToken {
    /// Characters of a token.
    pub const LENGTH: usize = 27;

    /// Takes the token out of an address or a form; anything of another shape is none.
    pub fn parse(text: &str) -> Option<Self> {
        let good = text.len() == Self::LENGTH
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        good.then(|| Self(text.to_owned()))
    }

    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

// Written by hand so that a link's secret can't slip into a log.
impl std::fmt::Debug for InvitationToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trimmed_and_compared_without_case() {
        let typed = EmailAddress::parse("  Anna@Example.ORG\u{a0}").expect("an address");
        assert_eq!(typed.as_str(), "Anna@Example.ORG");
        assert_eq!(typed, EmailAddress::parse("anna@example.org").expect("an address"));
    }

    #[test]
    fn what_is_no_address_is_told_from_nothing_at_all() {
        assert_eq!(EmailAddress::parse(" \t"), Err(Problem::AddressMissing));
        let long = format!("{}@example.org", "a".repeat(65));
        let wide = format!("a@{}.org", "b.".repeat(150));
        for typed in [
            "anna",
            "anna@",
            "@example.org",
            "a b@example.org",
            "a@b",
            "a@@b.se",
            "a..b@c.se",
            ".a@b.se",
            "a@-b.se",
            "a@b..se",
            "a@b.se\r\nBcc: x@y.z",
            "<a@b.se>",
            &long,
            &wide,
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(Problem::AddressMalformed), "{typed}");
        }
    }

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
    fn a_code_is_read_through_spaces_dashes_and_other_scripts() {
        for typed in
            ["0427", " 04 27 ", "04-27", "0 4\u{2013}2\u{a0}7\n", "٠٤٢٧", "۰۴۲۷", "０４２７"]
        {
            let code = OneTimeCode::parse(typed, 4).expect(typed);
            assert_eq!(code.digits(), "0427", "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_is_told_from_nothing_at_all() {
        assert_eq!(OneTimeCode::parse(" - ", 4), Err(Problem::CodeMissing));
        for typed in ["123", "12345", "12a4", "kod 1234", &"1".repeat(201)] {
            let got = OneTimeCode::parse(typed, 4);
            assert_eq!(got, Err(Problem::CodeMalformed { length: 4 }), "{typed}");
        }
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        let code = OneTimeCode::parse("1234", 4).expect("a code");
        let token = InvitationToken::parse(&"a".repeat(27)).expect("a token");
        assert_eq!(format!("{code:?} {token:?}"), "OneTimeCode InvitationToken");
    }

    #[test]
    fn a_token_of_another_shape_is_none() {
        for text in ["", "a", "../../../../../../../../../", &"a".repeat(28), &"å".repeat(27)] {
            assert_eq!(InvitationToken::parse(text), None, "{text}");
        }
    }
}
