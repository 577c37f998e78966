//! A code as a text message: one part, always.

use super::gsm7::{likened, septets};
use crate::deliver::{
    letter::{CodeLetter, moment},
    page::line,
};
use app::{
    wire::Language,
    words::{
        messages::{self, SmsFacts},
        words,
    },
};

/// Septets of one part, which is 140 bytes.
const PART: usize = 160;

/// UTF-16 units of one part where the alphabet of text messages does not do.
const WIDE_PART: usize = 70;

/// The message that carries a code. A long name is cut, so that the message stays one part; one in
/// letters that the alphabet of text messages lacks leaves fewer words.
pub fn text(organisation: &str, language: Language, letter: &CodeLetter) -> String {
    let sms = &messages::of(language).sms;
    let until = (words(language).time.clock)(&moment(letter.valid_until, &letter.zone));
    let word = line(&letter.word);
    let facts = SmsFacts { organisation: "", code: &letter.code, word: &word, until: &until };
    let name = likened(&line(organisation));
    let narrow = |text: &str| septets(text).is_some_and(|length| length <= PART);
    let wide = |text: &str| text.encode_utf16().count() <= WIDE_PART;
    let full = |name: &str| (sms.code)(&SmsFacts { organisation: name, ..facts });
    let brief = |name: &str| (sms.brief)(&SmsFacts { organisation: name, ..facts });
    if septets(&name).is_some()
        && let Some(text) = fitting(&name, "...", full, narrow)
    {
        return text;
    }
    fitting(&line(organisation), "…", brief, wide).unwrap_or_else(|| brief(""))
}

/// What is said with as much of the name as fits; a cut is marked.
fn fitting(
    name: &str,
    mark: &str,
    say: impl Fn(&str) -> String,
    fits: impl Fn(&str) -> bool,
) -> Option<String> {
    let whole = Some(say(name)).filter(|text| fits(text));
    whole.or_else(|| {
        let cuts = name.char_indices().rev().filter_map(|(at, _)| name.get(..at));
        cuts.map(|cut| say(&[cut.trim_end(), mark].concat())).find(|text| fits(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{keys::Keys, prove::word::word_of, store::records::Challenge};
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn letter(code: &str, word: &str) -> CodeLetter {
        CodeLetter {
            code: code.to_owned(),
            word: word.to_owned(),
            valid_until: "2026-12-01T08:10:00Z".parse().expect("a time"),
            zone: TimeZone::get("Europe/Stockholm").expect("a zone"),
            link: "https://mote.kommun.example/m/abcdefghijklmnopqrstuvwxyz1/code".to_owned(),
            sender: "Kim Handläggare".to_owned(),
            sender_phone: "+46300834001".to_owned(),
        }
    }

    fn is_one_part(text: &str) -> bool {
        septets(text).map_or(text.encode_utf16().count() <= 70, |length| length <= 160)
    }

    #[test]
    fn it_names_the_organisation_the_code_the_word_and_the_end() {
        let letter = letter("0427", "BJÖRK");
        assert_eq!(
            text("Kungsbacka kommun", Language::Swedish, &letter),
            "Din kod till videomötet med Kungsbacka kommun:\n0427\nKontrollord: BJÖRK\n\
             Gäller till kl. 09.10. Ge den inte till någon."
        );
        assert_eq!(
            text("Kungsbacka kommun", Language::English, &letter),
            "Your code for the video meeting with Kungsbacka kommun:\n0427\nCheck word: BJÖRK\n\
             Valid until 09:10. Give it to nobody."
        );
    }

    #[test]
    fn a_long_name_is_cut_and_one_in_other_letters_leaves_fewer_words() {
        let letter = letter("04270427", "NATTLJUS");
        let long = "Södra Östergötlands gemensamma socialförvaltning och äldreomsorg i samverkan";
        let said = text(long, Language::Swedish, &letter);
        assert!(said.starts_with("Din kod till videomötet med Södra Östergötlands"), "{said}");
        assert!(said.contains("...:\n04270427\n") && is_one_part(&said), "{said}");
        let said = text("Ülkü 市政府", Language::Swedish, &letter);
        assert!(said.starts_with("Ülkü 市政府:\n04270427\nKontrollord: NATTLJUS\n"), "{said}");
        let said = text("Kiruna kommun – Girona gielda", Language::English, &letter);
        assert!(said.contains("Kiruna kommun - Girona gielda:"), "{said}");
    }

    #[test]
    fn every_word_leaves_room_for_a_name() {
        let keys = Keys::new([5; 32], &[]);
        for n in 0..1_000_u32 {
            let challenge = Challenge {
                id: n.to_string(),
                session_id: String::new(),
                invitation_id: String::new(),
                address: String::new(),
                decoy: false,
                key_id: keys.current_id().to_owned(),
                made_at: crate::clock::Time(0),
                sent_at: crate::clock::Time(0),
                expires_at: crate::clock::Time(0),
                sends: 0,
                tries: 0,
                consumed_at: None,
            };
            let letter = letter("12345678", &word_of(&keys, &challenge).expect("a word"));
            for language in Language::ALL {
                let said = text("Exempelkommunen i Södra Lappland", language, &letter);
                assert!(said.contains("Exempelkommunen i Södra Lappland:"), "{said}");
                assert!(septets(&said).is_some_and(|length| length <= 160), "{said}");
                let said = text("Пример города", language, &letter);
                assert!(said.starts_with("Пример города:") && is_one_part(&said), "{said}");
            }
        }
    }

    proptest! {
        #[test]
        fn it_is_one_part_and_the_code_alone_is_a_line_of_digits(
            name in "\\PC{0,120}|[0-9\r\n]{0,9}|[a-zåäö –€\\[\\]]{0,120}|[🙂市á]{0,60}",
            code in "[0-9]{4,8}",
            english: bool,
        ) {
            let language = if english { Language::English } else { Language::Swedish };
            let said = text(&name, language, &letter(&code, "IGELKOTT"));
            prop_assert!(is_one_part(&said), "{} {}", said.len(), said);
            let breaks = ['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
            let digits = |line: &&str| {
                !line.trim().is_empty() && line.trim().chars().all(char::is_numeric)
            };
            let lines: Vec<_> = said.split(breaks).filter(digits).collect();
            prop_assert_eq!(lines, vec![code.as_str()], "{}", said);
            prop_assert!(!said.contains("http") || name.contains("http"), "no link");
        }
    }
}
