//! Characters that nobody sees: they come along when text is copied, and make two texts differ that look alike.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory},
};

/// Whether a character leaves no mark and takes no place, or is a blank that counts as no space.
pub fn is_hidden(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || turns_round(c)
        // Annotations between lines, and the Braille pattern without dots.
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{2800}')
}

/// Whether a character decides by itself which way the text around it is read.
pub fn turns_round(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

/// Whether a character ends a line or a paragraph and is none of those that keyboards make.
pub const fn separates_lines(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether there is anything to be seen in a text.
pub fn is_visible(text: &str) -> bool {
    use GeneralCategory as Is;
    let kinds = CodePointMapData::<GeneralCategory>::new();
    text.chars().any(|c| {
        let kind = kinds.get(c);
        let nothing = matches!(
            kind,
            Is::Control
                | Is::Format
                | Is::SpaceSeparator
                | Is::LineSeparator
                | Is::ParagraphSeparator
                | Is::NonspacingMark
                | Is::Unassigned
        );
        !nothing && !is_hidden(c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leaves_no_mark_is_hidden() {
        let ranges = [
            '\u{200b}'..='\u{200f}',
            '\u{202a}'..='\u{202e}',
            '\u{2060}'..='\u{206f}',
            '\u{fe00}'..='\u{fe0f}',
            '\u{e0020}'..='\u{e007f}',
        ];
        let single = "\u{ad}\u{34f}\u{61c}\u{115f}\u{180e}\u{2800}\u{3164}\u{feff}\u{ffa0}\u{fff9}";
        for c in ranges.into_iter().flatten().chain(single.chars()) {
            assert!(is_hidden(c), "{}", c.escape_unicode());
        }
        for c in "aÅ-'\u{a0} \u{301}\u{2011}é漢\u{1f600}".chars() {
            assert!(!is_hidden(c), "{}", c.escape_unicode());
        }
    }

    #[test]
    fn a_text_of_blanks_and_marks_shows_nothing() {
        for text in
            ["", " ", "\u{200b}", "\u{feff}\u{ad}", "\u{3164}", "\u{2800}", "\u{a0}\u{3000}\u{301}"]
        {
            assert!(!is_visible(text), "{}", text.escape_unicode());
        }
        for text in ["K", "\u{200b}K", "漢", "\u{1f600}", "-", "ا"] {
            assert!(is_visible(text), "{}", text.escape_unicode());
        }
    }
}
