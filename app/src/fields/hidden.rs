//! Invisible characters. They are copied along with a text, and make texts differ that look alike.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory},
};

/// `true` for an invisible character without width, and for a blank that doesn't count as a space.
pub fn is_hidden(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
        || turns_round(c)
        // Interlinear annotations, and the Braille pattern without dots.
        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{2800}')
}

/// `true` for a character that sets the direction of the text around it.
pub fn turns_round(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

/// `true` for the separators of lines and paragraphs that keyboards don't produce.
pub const fn separates_lines(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// Returns `true` if anything in a text is visible.
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
