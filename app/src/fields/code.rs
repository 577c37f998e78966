//! The one-time code, as visitors type it.

use super::hidden::is_hidden;
use crate::wire::Problem;

/// The digits of a one-time code.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

impl OneTimeCode {
    /// Parses a typed or pasted code of `length` digits. Spaces, dashes and invisible characters are dropped.
    /// Digits of other scripts are read by their value.
    pub fn parse(typed: &str, length: u8) -> Result<Self, Problem> {
        // Far more than any code with its spacing. Longer input is not worth parsing.
        if typed.len() > 200 {
            return Err(Problem::CodeMalformed { length });
        }
        let digits = typed
            .chars()
            .filter(|c| !c.is_whitespace() && !is_hidden(*c) && !is_dash(*c))
            .map(digit)
            .collect::<Option<String>>()
            .ok_or(Problem::CodeMalformed { length })?;
        match digits.len() {
            0 => Err(Problem::CodeMissing),
            n if n == usize::from(length) => Ok(Self(digits)),
            _ => Err(Problem::CodeMalformed { length }),
        }
    }

    /// Returns the digits, in ASCII.
    pub fn digits(&self) -> &str {
        &self.0
    }
}

// A derived `Debug` would log the code.
impl std::fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("OneTimeCode")
    }
}

/// `true` for a hyphen, a dash or a minus sign of any width.
pub(super) const fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
    )
}

/// The zeros of the scripts whose digits keyboards produce, and the full-width zero. Nine digits follow each.
const ZEROS: [char; 20] = [
    '0', '\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{ae6}', '\u{b66}',
    '\u{be6}', '\u{c66}', '\u{ce6}', '\u{d66}', '\u{e50}', '\u{ed0}', '\u{f20}', '\u{1040}',
    '\u{17e0}', '\u{1810}', '\u{ff10}',
];

/// Returns a decimal digit of any of these scripts in ASCII. `None` for another character.
fn digit(c: char) -> Option<char> {
    ZEROS.into_iter().find_map(|zero| {
        let value = u32::from(c).checked_sub(u32::from(zero))?;
        char::from_digit(value, 10)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_through_spaces_dashes_and_other_scripts() {
        for typed in [
            "0427",
            " 04 27 ",
            "04-27",
            "0 4\u{2013}2\u{a0}7\n",
            "04\u{2011}27",
            "0\u{3000}4\u{2009}2\u{202f}7",
            "٠٤٢٧",
            "۰۴۲۷",
            "０４２７",
            "०४२७",
            "๐๔๒๗",
        ] {
            let code = OneTimeCode::parse(typed, 4).expect(typed);
            assert_eq!(code.digits(), "0427", "{typed}");
        }
    }

    #[test]
    fn what_can_t_be_seen_in_a_code_is_dropped() {
        for hidden in
            ["\u{200b}", "\u{202a}", "\u{200e}", "\u{feff}", "\u{ad}", "\u{2068}", "\u{2060}"]
        {
            let typed = format!("{hidden}04{hidden}27{hidden}");
            let code = OneTimeCode::parse(&typed, 4).expect("a code");
            assert_eq!(code.digits(), "0427", "{}", typed.escape_unicode());
        }
    }

    #[test]
    fn what_is_no_code_is_told_from_nothing_at_all() {
        for typed in [" - ", "\u{200b}", ""] {
            assert_eq!(OneTimeCode::parse(typed, 4), Err(Problem::CodeMissing));
        }
        for typed in ["123", "12345", "12a4", "kod 1234", "１２３ａ", "12²4", &"1".repeat(201)]
        {
            let got = OneTimeCode::parse(typed, 4);
            assert_eq!(got, Err(Problem::CodeMalformed { length: 4 }), "{typed}");
        }
    }

    #[test]
    fn a_code_does_not_show_in_debug_output() {
        let code = OneTimeCode::parse("1234", 4).expect("a code");
        assert_eq!(format!("{code:?}"), "OneTimeCode");
    }
}
