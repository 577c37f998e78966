//! Reports of accessibility problems: their text and their limit.

use app::{
    fields::hidden::{is_visible, separates_lines, turns_round},
    wire::Problem,
};
use std::time::Duration;

/// Maximum length of a report, in characters. The texts of the form name it.
const LONGEST: usize = 2_000;

/// Maximum number of reports in [`PERIOD`], of all visitors together.
pub const MOST: i64 = 20;

/// The period for which reports are counted.
pub const PERIOD: Duration = Duration::from_hours(1);

/// The text of a report. It has lines, but no other control characters and none that turn the reading round.
#[derive(Clone, PartialEq, Eq)]
pub struct Report(String);

impl Report {
    /// Parses what was typed. Removes what can't be shown.
    ///
    /// # Errors
    /// Fails if nothing can be seen of it, or if it is longer than 2,000 characters.
    pub fn parse(typed: &str) -> Result<Self, Problem> {
        let text = readable(typed);
        let text = text.trim();
        if !is_visible(text) {
            return Err(Problem::ReportMissing);
        }
        let by = text.chars().count().saturating_sub(LONGEST);
        if by > 0 {
            return Err(Problem::ReportTooLong { by: u32::try_from(by).unwrap_or(u32::MAX) });
        }
        Ok(Self(text.to_owned()))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns a text with one kind of line end, and without characters that can't be shown.
pub fn readable(typed: &str) -> String {
    let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
    let shown = |c: &char| matches!(c, '\n' | '\t') || !(c.is_control() || turns_round(*c));
    lines.chars().map(|c| if separates_lines(c) { '\n' } else { c }).filter(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parsed(typed: &str) -> Result<String, Problem> {
        Report::parse(typed).map(|report| report.as_str().to_owned())
    }

    #[test]
    fn a_report_has_something_to_read_and_a_longest_length() {
        for empty in ["", " \r\n\t", "\u{200b}", "\0\u{202e}", "\u{3164}"] {
            assert_eq!(parsed(empty), Err(Problem::ReportMissing), "{}", empty.escape_unicode());
        }
        let longest = "å".repeat(2_000);
        assert_eq!(parsed(&format!(" {longest}\r\n")), Ok(longest.clone()));
        let long = |by| Err(Problem::ReportTooLong { by });
        assert_eq!(parsed(&(longest + "!")), long(1));
        // A line end is one character, as in a browser.
        assert_eq!(parsed(&"a\r\n".repeat(1_000)).map(|text| text.len()), Ok(1_999));
        assert_eq!(parsed(&("a\r\n".repeat(1_000) + "bb")), long(2));
    }

    #[test]
    fn what_can_t_be_shown_is_left_out() {
        assert_eq!(parsed("a\rb\u{2028}c\0\u{1b}[1m\td\u{202e}e"), Ok("a\nb\nc[1m\tde".to_owned()));
        assert_eq!(
            parsed("Möte \u{1f468}\u{200d}\u{1f469}"),
            Ok("Möte \u{1f468}\u{200d}\u{1f469}".to_owned())
        );
    }

    proptest! {
        #[test]
        fn any_report_can_be_read(typed in any::<String>()) {
            if let Ok(text) = parsed(&typed) {
                prop_assert!(is_visible(&text));
                prop_assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')));
                prop_assert_eq!(parsed(&text), Ok(text));
            }
        }
    }
}
