//! Texts that people read: names, titles, descriptions. Mails and pages show them before anybody has
//! identified, so they must not look like something else than they are.

use app::fields::hidden::{is_hidden, is_visible, separates_lines, turns_round};
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{CanonicalCombiningClass, EmojiModifier, ExtendedPictographic, JoiningType},
};

/// Parses a text of one line that is not empty, or returns what is wrong with it.
pub fn line(text: &str, longest: usize) -> Result<String, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err("must not be empty".to_owned());
    }
    // Checks the ends too: a character that is trimmed there may be more than a blank.
    if text.contains(separates_lines) || trimmed.contains(char::is_control) {
        return Err("must be one line without control characters".to_owned());
    }
    show(trimmed)?;
    if let Some(c) = out_of_place(trimmed) {
        return Err(format!("must not hold what can't be seen ({})", name(c)));
    }
    fitting(trimmed, longest)
}

/// Parses a text of any number of lines, or returns what is wrong with it. It may be empty. Text copied from
/// pages and documents may hold optional line breaks.
pub fn prose(text: &str, longest: usize) -> Result<String, String> {
    let trimmed = text.trim();
    if trimmed.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err("must not hold control characters".to_owned());
    }
    if let Some(c) = text.chars().find(|c| separates_lines(*c)) {
        return Err(format!("must not hold line separators ({})", name(c)));
    }
    if !trimmed.is_empty() {
        show(trimmed)?;
    }
    fitting(trimmed, longest)
}

/// Returns a text without characters that would disguise the list that shows it.
pub fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !separates_lines(*c) && !is_hidden(*c)).collect()
}

/// Checks what every text needs: something visible, read in the order in which it is written.
fn show(text: &str) -> Result<(), String> {
    // Directional marks alone turn nothing but blanks and brackets. Writers of Arabic or Hebrew may need
    // them.
    let mark = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}');
    if let Some(c) = text.chars().find(|c| turns_round(*c) && !mark(c)) {
        return Err(format!("must not turn the reading round ({})", name(c)));
    }
    if is_visible(text) { Ok(()) } else { Err("must hold something that can be seen".to_owned()) }
}

/// Returns the first invisible character of a line that no script or picture needs at its place.
fn out_of_place(text: &str) -> Option<char> {
    let all: Vec<char> = text.chars().collect();
    all.iter().enumerate().find_map(|(at, c)| {
        let before = all.get(..at).unwrap_or_default();
        let next = all.get(at + 1).copied();
        let fits = match c {
            '\u{200c}' => shapes(before, next),
            '\u{200d}' => shapes(before, next) || joins_pictures(before, next),
            // Selects the form of the character before it.
            '\u{180b}'..='\u{180d}'
            | '\u{180f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{e0100}'..='\u{e01ef}' => {
                before.last().is_some_and(|c| !c.is_whitespace() && !is_hidden(*c))
            }
            c => !is_hidden(*c),
        };
        (!fits).then_some(*c)
    })
}

/// `true` if a joiner may shape letters here: beside a mark that joins consonants, or after a letter that is
/// written joined (RFC 5892, A.1 and A.2, except that words may end there).
fn shapes(before: &[char], next: Option<char>) -> bool {
    let joins = |c: char| {
        CodePointMapData::<CanonicalCombiningClass>::new().get(c) == CanonicalCombiningClass::Virama
    };
    let kinds = CodePointMapData::<JoiningType>::new();
    let letter =
        before.iter().rev().map(|c| kinds.get(*c)).find(|k| *k != JoiningType::Transparent);
    before.last().copied().is_some_and(joins)
        || next.is_some_and(joins)
        || matches!(
            letter,
            Some(JoiningType::DualJoining | JoiningType::LeftJoining | JoiningType::RightJoining)
        )
}

/// `true` if a joiner makes one picture of two.
fn joins_pictures(before: &[char], next: Option<char>) -> bool {
    let picture = |c: char| CodePointSetData::new::<ExtendedPictographic>().contains(c);
    let tone = |c: char| CodePointSetData::new::<EmojiModifier>().contains(c);
    let last = before.iter().rev().copied().find(|c| *c != '\u{fe0f}' && !tone(*c));
    last.is_some_and(picture) && next.is_some_and(picture)
}

fn fitting(text: &str, longest: usize) -> Result<String, String> {
    if text.chars().count() > longest {
        return Err(format!("must not be longer than {longest} characters"));
    }
    Ok(text.to_owned())
}

/// Returns the code point of a character that can't be shown, for looking it up.
fn name(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_of_every_script_are_taken_as_they_stand() {
        for text in [
            "Kim Handläggare",
            "Anna-Karin O'Brien Öberg",
            "Nguyễn Thị Ánh",
            "محمد علی",
            // With a joiner that keeps letters apart, and with vowel signs before it.
            "می\u{200c}خواهم",
            "علی\u{64e}\u{200c}رضا",
            "שָׁלוֹם",
            "राम\u{94d}\u{200d}",
            "র\u{9cd}\u{200c}য",
            "র\u{200d}\u{9cd}যাব",
            "ක\u{dca}\u{200d}ෂ",
            "王小明",
            "葛\u{e0100}城",
            "한국",
            "Möte \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "Läkare \u{1f469}\u{1f3fd}\u{200d}\u{2695}\u{fe0f}",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "a\u{a0}b\u{3000}c",
        ] {
            assert_eq!(line(text, 200).as_deref(), Ok(text), "{}", text.escape_unicode());
        }
        assert_eq!(line("  Kim\t", 3).as_deref(), Ok("Kim"));
    }

    #[test]
    fn a_line_holds_nothing_that_can_t_be_seen_or_turns_the_reading_round() {
        let ranges = [
            '\u{200b}'..='\u{200f}',
            '\u{2028}'..='\u{202e}',
            '\u{2060}'..='\u{206f}',
            '\u{e0020}'..='\u{e007f}',
        ];
        let single = "\0\u{7}\u{1b}\u{7f}\u{80}\u{85}\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{2800}\u{3164}\u{fe0f}\u{feff}";
        for c in ranges.into_iter().flatten().chain(single.chars()) {
            for text in [format!("{c}Kim"), format!("{c}"), format!("Kim {c}gnp.exe")] {
                // U+0085 is a blank at the ends.
                let cut = text.trim() != text && !separates_lines(c);
                assert!(cut || line(&text, 200).is_err(), "{}", text.escape_unicode());
            }
            // After a letter a variation selector names its form.
            let text = format!("Kim{c}Karl");
            assert!(c == '\u{fe0f}' || line(&text, 200).is_err(), "{}", text.escape_unicode());
        }
        for text in
            ["Kim\u{feff}", "Kim\u{200d}", "K\u{200c}im", "\u{200d}\u{1f467}", "Kim\u{2028}"]
        {
            assert!(line(text, 200).is_err(), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn a_description_has_lines_and_places_to_break_but_is_read_as_it_stands() {
        for text in [
            "",
            "Vi går igenom planen.\r\n\tTa med papper.",
            "Upp\u{ad}följ\u{200b}ning",
            "\u{feff}Hej",
            "שלום (\u{200f}Kim\u{200f})!",
        ] {
            assert_eq!(prose(text, 200).as_deref(), Ok(text), "{}", text.escape_unicode());
        }
        assert_eq!(prose(" \n", 200).as_deref(), Ok(""));
        let bidi = ['\u{202a}'..='\u{202e}', '\u{2066}'..='\u{2069}', '\u{2028}'..='\u{2029}'];
        for c in bidi.into_iter().flatten().chain(['\0', '\u{b}', '\u{85}', '\u{9b}']) {
            let text = format!("Vi {c}går.");
            assert!(prose(&text, 200).is_err(), "{}", text.escape_unicode());
        }
        for text in ["\u{200b}", "\u{3164}\n\u{ad}", "\u{2800}", "Hej\u{2029}"] {
            assert!(prose(text, 200).is_err(), "{}", text.escape_unicode());
        }
    }

    #[test]
    fn what_is_wrong_is_named_without_being_repeated() {
        let wrong = line("Kim\u{202e}gnp.exe", 200);
        assert_eq!(wrong, Err("must not turn the reading round (U+202E)".to_owned()));
        assert_eq!(
            line("Kim\u{feff}", 200),
            Err("must not hold what can't be seen (U+FEFF)".to_owned())
        );
        assert_eq!(line("Kim", 2), Err("must not be longer than 2 characters".to_owned()));
        assert_eq!(shown("a\u{202e}\u{200b}\n\u{2028}b"), "ab");
    }

    proptest! {
        #[test]
        fn what_is_taken_is_on_one_line_and_seen(text in any::<String>()) {
            if let Ok(line) = line(&text, 1000) {
                prop_assert!(is_visible(&line));
                prop_assert!(!line.contains(char::is_control) && !line.contains(separates_lines));
            }
            let _ = prose(&text, 1000);
        }
    }
}
