//! Real-time text (ITU-T T.140): what was typed as it was typed, letters that were erased included.

/// The letter that erases the one before it.
const ERASE: char = '\u{8}';

/// Letters of a line at most. A longer one continues on the next.
const LONGEST: usize = 2_000;

/// Lines at most. The first ones then vanish.
const MOST: usize = 500;

/// The lines that were written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextLog {
    lines: Vec<Line>,
    next: u32,
}

/// A line of one writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// Its number, which no other line has.
    pub(crate) id: u32,
    /// The writer's seat. `None` for the visitor's own lines.
    pub(crate) seat: Option<u32>,
    /// The writer's name.
    pub(crate) name: String,
    /// The letters.
    pub(crate) text: String,
    /// `true` if it is finished.
    pub(crate) done: bool,
}

impl TextLog {
    /// Returns the lines, in the order in which they were begun.
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Adds letters of a writer.
    pub(crate) fn add(&mut self, seat: Option<u32>, name: &str, letters: &str) {
        for letter in letters.chars() {
            match letter {
                ERASE => self.erase(seat),
                '\n' | '\r' | '\u{2028}' => self.finish(seat),
                letter if letter.is_control() => {}
                letter => self.write(seat, name, letter),
            }
        }
    }

    /// Finishes the line of a writer. An empty one vanishes.
    pub(crate) fn finish(&mut self, seat: Option<u32>) {
        if let Some(line) = self.open(seat) {
            line.done = true;
        }
        self.lines.retain(|line| !(line.done && line.text.is_empty()));
    }

    fn write(&mut self, seat: Option<u32>, name: &str, letter: char) {
        if self.open(seat).is_some_and(|line| line.text.len() >= LONGEST) {
            self.finish(seat);
        }
        if let Some(line) = self.open(seat) {
            return line.text.push(letter);
        }
        let (id, name) = (self.next, name.to_owned());
        self.next += 1;
        self.lines.push(Line { id, seat, name, text: letter.to_string(), done: false });
        if self.lines.len() > MOST {
            self.lines.remove(0);
        }
    }

    fn erase(&mut self, seat: Option<u32>) {
        if let Some(line) = self.open(seat) {
            line.text.pop();
            if line.text.is_empty() {
                line.done = true;
                self.finish(seat);
            }
        }
    }

    fn open(&mut self, seat: Option<u32>) -> Option<&mut Line> {
        self.lines.iter_mut().rfind(|line| line.seat == seat && !line.done)
    }
}

/// Returns the letters that turn one text into another: erasing back to the first difference, then writing.
#[cfg(any(feature = "room", test))]
pub(crate) fn edits(before: &str, after: &str) -> String {
    let same = before.chars().zip(after.chars()).take_while(|(a, b)| a == b).count();
    let erased = before.chars().count() - same;
    std::iter::repeat_n(ERASE, erased).chain(after.chars().skip(same)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(log: &TextLog) -> Vec<(&str, bool)> {
        log.lines().iter().map(|line| (line.text.as_str(), line.done)).collect()
    }

    #[test]
    fn letters_are_shown_as_they_come_and_erased_ones_vanish() {
        let mut log = TextLog::default();
        log.add(Some(1), "Anna", "Hek");
        assert_eq!(texts(&log), [("Hek", false)]);
        log.add(Some(1), "Anna", "\u{8}j!\n");
        assert_eq!(texts(&log), [("Hej!", true)]);
    }

    #[test]
    fn people_who_write_at_once_have_their_own_lines() {
        let mut log = TextLog::default();
        log.add(Some(1), "Anna", "Ja");
        log.add(None, "Kim", "Nej");
        log.add(Some(1), "Anna", "ha\n");
        assert_eq!(texts(&log), [("Jaha", true), ("Nej", false)]);
        assert_eq!(log.lines()[1].seat, None);
    }

    #[test]
    fn a_line_that_was_erased_or_never_written_vanishes() {
        let mut log = TextLog::default();
        log.add(Some(1), "Anna", "ab\u{8}\u{8}\u{8}\n\n\u{7}");
        assert_eq!(texts(&log), []);
    }

    #[test]
    fn an_endless_line_is_cut_and_an_endless_log_forgets() {
        let mut log = TextLog::default();
        log.add(Some(1), "Anna", &"a".repeat(LONGEST + 1));
        assert_eq!(log.lines().len(), 2);
        log.add(Some(1), "Anna", &"a\n".repeat(MOST * 2));
        assert_eq!(log.lines().len(), MOST);
    }

    #[test]
    fn a_letter_in_the_middle_is_written_again_from_there() {
        assert_eq!(edits("", "Hej"), "Hej");
        assert_eq!(edits("Hej", "Hej"), "");
        assert_eq!(edits("Hej", "He"), "\u{8}");
        assert_eq!(edits("Heej", "Hej"), "\u{8}\u{8}j");
        assert_eq!(edits("åä", "åö"), "\u{8}ö");
    }

    proptest! {
        #[test]
        fn the_edits_lead_others_to_the_same_text(before in "[a-dåö]{0,8}", after in "[a-dåö]{1,8}") {
            let mut log = TextLog::default();
            log.add(Some(1), "Anna", &before);
            log.add(Some(1), "Anna", &edits(&before, &after));
            prop_assert_eq!(texts(&log), [(after.as_str(), false)]);
        }
    }
}
