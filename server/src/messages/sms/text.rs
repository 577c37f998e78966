//! Texts of SMS. A message is always one part.
//!
//! A code ends in a line of the Web OTP format, if there is room: phones then offer the code on our pages only.
//! <https://wicg.github.io/sms-one-time-codes/>

use super::gsm7::{likened, septets};
use crate::messages::{
    content::{CodeContext, MeetingTime, SenderDetails, moment},
    page::line,
};
use app::{
    i18n::{
        messages::{self, SmsFacts},
        texts,
    },
    wire::Language,
};
use jiff::Timestamp;

/// Septets of one part, which has 140 bytes.
const PART: usize = 160;

/// UTF-16 units of one part for text outside the alphabet of SMS.
const WIDE_PART: usize = 70;

/// Returns the message with a code.
pub fn code(sender: &SenderDetails, language: Language, context: &CodeContext) -> String {
    let text = unbound(&sender.name, language, context);
    let bound = host(&sender.origin).map(|host| format!("{text}\n@{host} #{}", context.code));
    bound.filter(|bound| is_one_part(bound)).unwrap_or(text)
}

/// Returns the host of an origin. `None` if it is an IPv6 address, which the format has no place for.
fn host(origin: &str) -> Option<&str> {
    let (_, authority) = origin.split_once("://")?;
    authority.split(':').next().filter(|host| !host.is_empty() && !host.starts_with('['))
}

/// Returns the message with a code, without the line that binds it to our pages.
fn unbound(organisation: &str, language: Language, context: &CodeContext) -> String {
    let sms = &messages::of(language).sms;
    let until = (texts(language).time.clock)(&moment(context.valid_until, &context.zone));
    let word = line(&context.word);
    let facts = SmsFacts { organisation: "", code: &context.code, word: &word, until: &until };
    let full = |name: &str| (sms.code)(&SmsFacts { organisation: name, ..facts });
    let brief = |name: &str| (sms.brief)(&SmsFacts { organisation: name, ..facts });
    // The code, its check word and the sender matter most. That it is the last code is said only if there is
    // room.
    let last = context.again_at.and_then(|at| {
        let last = (sms.last)(&point(at, context, language));
        let name = likened(&line(organisation));
        let mut said = [full(&name), brief(&name)].into_iter().map(|said| said + &last);
        said.find(|text| is_one_part(text))
    });
    last.unwrap_or_else(|| one_part(organisation, full, brief))
}

/// Returns a point in time in few words. The day is left out if the code ends on the same day.
fn point(at: Timestamp, context: &CodeContext, language: Language) -> String {
    let [at, end] = [at, context.valid_until].map(|at| moment(at, &context.zone));
    let same_day = (at.year, at.month, at.day) == (end.year, end.month, end.day);
    let time = &texts(language).time;
    if same_day { (time.clock)(&at) } else { (time.point)(&at) }
}

/// `true` if a text fits into one part.
fn is_one_part(text: &str) -> bool {
    septets(text).map_or(text.encode_utf16().count() <= WIDE_PART, |length| length <= PART)
}

/// Returns the reminder of a meeting. It gives the time and mentions the mail. The link is only in the mail,
/// so that mailbox and phone remain two separate factors.
pub fn reminder(organisation: &str, language: Language, time: &MeetingTime) -> String {
    let words = texts(language);
    let reminder = &messages::of(language).reminder;
    let when = (words.time.point)(&moment(time.starts, &time.zone));
    let zone = time.zone.iana_name().map(words.time.zone);
    // A zone's name may be long. Text outside the alphabet of SMS leaves no room for it.
    let told = zone.map_or_else(|| when.clone(), |zone| format!("{when} ({zone})"));
    one_part(organisation, |name| (reminder.sms)(name, &told), |name| (reminder.brief)(name, &when))
}

/// Returns a message of one part. Cuts a long name to fit. A name outside the alphabet of SMS leaves room for
/// the brief text only.
fn one_part(
    organisation: &str,
    full: impl Fn(&str) -> String,
    brief: impl Fn(&str) -> String,
) -> String {
    let name = likened(&line(organisation));
    let narrow = |text: &str| septets(text).is_some_and(|length| length <= PART);
    let wide = |text: &str| text.encode_utf16().count() <= WIDE_PART;
    if septets(&name).is_some()
        && let Some(text) = fitting(&name, "...", full, narrow)
    {
        return text;
    }
    fitting(&line(organisation), "…", &brief, wide).unwrap_or_else(|| brief(""))
}

/// Returns the text with as much of the name as fits. A cut is marked.
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
    use crate::{authenticators::check_word::check_word, keys::Keys, model::Challenge};
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    fn context(code: &str, word: &str) -> CodeContext {
        CodeContext {
            code: code.to_owned(),
            word: word.to_owned(),
            valid_until: "2026-12-01T08:10:00Z".parse().expect("a time"),
            zone: TimeZone::get("Europe/Stockholm").expect("a zone"),
            link: "https://mote.kommun.example/m/abcdefghijklmnopqrstuvwxyz1/code".to_owned(),
            sender: "Kim Handläggare".to_owned(),
            sender_phone: "+46300834001".to_owned(),
            again_at: None,
        }
    }

    fn sender(name: &str) -> SenderDetails {
        SenderDetails {
            name: name.to_owned(),
            phone: None,
            accent: [0, 80, 120],
            origin: "https://mote.kommun.example:8443".to_owned(),
            address: "mote@kommun.example".to_owned(),
        }
    }

    fn code(name: &str, language: Language, context: &CodeContext) -> String {
        super::code(&sender(name), language, context)
    }

    fn at(starts: &str, zone: &str) -> MeetingTime {
        let starts: Timestamp = starts.parse().expect("a time");
        MeetingTime { starts, ends: starts, zone: TimeZone::get(zone).expect("a zone") }
    }

    #[test]
    fn it_names_the_organisation_the_code_the_word_and_the_end() {
        let context = context("0427", "BJÖRK");
        assert_eq!(
            code("Kungsbacka kommun", Language::Swedish, &context),
            "Din kod till videomötet med Kungsbacka kommun:\n0427\nKontrollord: BJÖRK\n\
             Gäller till kl. 09.10. Ge den inte till någon.\n@mote.kommun.example #0427"
        );
        assert_eq!(
            code("Kungsbacka kommun", Language::English, &context),
            "Your code for the video meeting with Kungsbacka kommun:\n0427\nCheck word: BJÖRK\n\
             Valid until 09:10. Don't give it to anyone.\n@mote.kommun.example #0427"
        );
    }

    #[test]
    fn the_last_code_says_so_where_there_is_room() {
        let on = |at: &str| CodeContext {
            again_at: Some(at.parse().expect("a time")),
            ..context("0427", "BJÖRK")
        };
        let (today, later) = (on("2026-12-01T09:00:00Z"), on("2026-12-02T09:00:00Z"));
        assert_eq!(
            code("Kungsbacka kommun", Language::Swedish, &today),
            "Din kod till videomötet med Kungsbacka kommun:\n0427\nKontrollord: BJÖRK\n\
             Gäller till kl. 09.10. Ge den inte till någon.\nSista koden. Ny tidigast kl. 10.00."
        );
        assert_eq!(
            code("Kungsbacka kommun", Language::English, &later),
            "Kungsbacka kommun:\n0427\nCheck word: BJÖRK\nUntil 09:10\nLast code. Next: Wednesday \
             2 December at 10:00.\n@mote.kommun.example #0427"
        );
        assert_eq!(
            code("Kungsbacka kommun", Language::Swedish, &later),
            "Kungsbacka kommun:\n0427\nKontrollord: BJÖRK\nTill kl. 09.10\nSista koden. Ny tidigast \
             onsdag 2 december kl. 10.00.\n@mote.kommun.example #0427"
        );
        let said = code("Пример города", Language::Swedish, &today);
        assert_eq!(said, "Пример города:\n0427\nKontrollord: BJÖRK\nTill kl. 09.10");
    }

    #[test]
    fn a_code_is_bound_to_our_host_only_where_that_leaves_the_text_whole() {
        let context = context("0427", "BJÖRK");
        let bound = "\n@mote.kommun.example #0427";
        // The text has 127 septets beside the name.
        for (length, fits) in [(33, true), (34, false), (100, false)] {
            let name = "k".repeat(length);
            let said = code(&name, Language::Swedish, &context);
            assert_eq!(said.ends_with(bound), fits, "{said}");
            assert_eq!(said.matches("\n0427\n").count(), 1, "{said}");
            let whole = unbound(&name, Language::Swedish, &context);
            assert_eq!(said.strip_suffix(bound).unwrap_or(&said), whole);
        }
        // A part with other letters is 70 characters long.
        assert!(!code("Пример города", Language::Swedish, &context).contains('@'));
        for (origin, host) in [
            ("https://mote.kommun.example", Some("mote.kommun.example")),
            ("http://127.0.0.1:3000", Some("127.0.0.1")),
            ("http://[::1]:3000", None),
        ] {
            assert_eq!(super::host(origin), host);
            let said = super::code(
                &SenderDetails { origin: origin.to_owned(), ..sender("Mölndals stad") },
                Language::English,
                &context,
            );
            let last = host.map(|host| format!("@{host} #0427"));
            assert_eq!(said.lines().last() == last.as_deref(), host.is_some(), "{said}");
        }
    }

    #[test]
    fn a_long_name_is_cut_and_one_in_other_letters_leaves_fewer_words() {
        let context = context("04270427", "NATTLJUS");
        let long = "Södra Östergötlands gemensamma socialförvaltning och äldreomsorg i samverkan";
        let said = code(long, Language::Swedish, &context);
        assert!(said.starts_with("Din kod till videomötet med Södra Östergötlands"), "{said}");
        assert!(said.contains("...:\n04270427\n") && is_one_part(&said), "{said}");
        let said = code("Ülkü 市政府", Language::Swedish, &context);
        assert!(said.starts_with("Ülkü 市政府:\n04270427\nKontrollord: NATTLJUS\n"), "{said}");
        let said = code("Kiruna kommun – Girona gielda", Language::English, &context);
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
                attempts: 0,
                consumed_at: None,
                expired_at: None,
            };
            let context = context("12345678", &check_word(&keys, &challenge).expect("a word"));
            for language in Language::ALL {
                let said = code("Exempelkommunen i Södra Lappland", language, &context);
                assert!(said.contains("Exempelkommunen i Södra Lappland:"), "{said}");
                assert!(septets(&said).is_some_and(|length| length <= 160), "{said}");
                let said = code("Пример города", language, &context);
                assert!(said.starts_with("Пример города:") && is_one_part(&said), "{said}");
            }
        }
    }

    #[test]
    fn a_reminder_says_who_and_when_and_where_the_link_is() {
        let time = at("2026-12-01T08:00:00Z", "Europe/Stockholm");
        assert_eq!(
            reminder("Kungsbacka kommun", Language::Swedish, &time),
            "Påminnelse från Kungsbacka kommun: du har ett videomöte tisdag 1 december kl. 09.00 \
             (svensk tid). Öppna länken i mejlet med inbjudan."
        );
        assert_eq!(
            reminder("Kungsbacka kommun", Language::English, &time),
            "Reminder from Kungsbacka kommun: video meeting on Tuesday 1 December at 09:00 \
             (Swedish time). Open the link in the invitation email."
        );
        let said = reminder("Пример", Language::Swedish, &time);
        assert_eq!(said, "Пример: videomöte tisdag 1 december kl. 09.00. Se mejlet.");
    }

    #[test]
    fn a_reminder_leaves_room_for_a_name_on_every_day() {
        for day in 0..366 {
            let starts = Timestamp::from_second(1_767_225_600 + day * 86_400 + 36_000);
            let starts = starts.expect("a time");
            let zone = TimeZone::get("Europe/Stockholm").expect("a zone");
            let time = MeetingTime { starts, ends: starts, zone };
            for language in Language::ALL {
                let said = reminder("Kungsbacka kommun", language, &time);
                assert!(said.contains("Kungsbacka kommun:"), "{said}");
                assert!(septets(&said).is_some_and(|length| length <= 160), "{said}");
                let said = reminder("Пример", language, &time);
                assert!(said.starts_with("Пример:") && is_one_part(&said), "{said}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_reminder_is_one_part_of_one_line_without_a_link(
            name in "\\PC{0,120}|[0-9\r\n]{0,9}|[a-zåäö –€\\[\\]]{0,120}|[🙂市á]{0,60}",
            starts in 946_684_800..4_102_444_800_i64,
            zone in 0..1000_usize,
            english: bool,
        ) {
            let language = if english { Language::English } else { Language::Swedish };
            let names: Vec<_> = jiff::tz::db().available().collect();
            let zone = TimeZone::get(names[zone % names.len()].as_str()).expect("a zone");
            let starts = Timestamp::from_second(starts).expect("a time");
            let said = reminder(&name, language, &MeetingTime { starts, ends: starts, zone });
            prop_assert!(is_one_part(&said), "{} {}", said.len(), said);
            prop_assert!(!said.contains(char::is_control), "{}", said);
            prop_assert!(said.contains(char::is_alphabetic), "{}", said);
            prop_assert!(!said.contains("http") || name.contains("http"), "no link");
        }


        #[test]
        fn it_is_one_part_and_the_code_alone_is_a_line_of_digits(
            name in "\\PC{0,120}|[0-9\r\n]{0,9}|[a-zåäö –€\\[\\]]{0,120}|[🙂市á]{0,60}",
            code in "[0-9]{4,8}",
            english: bool,
            again in prop::option::of(1_796_112_000..1_796_212_000_i64),
        ) {
            let language = if english { Language::English } else { Language::Swedish };
            let again_at = again.map(|at| Timestamp::from_second(at).expect("a time"));
            let context = CodeContext { again_at, ..context(&code, "IGELKOTT") };
            let said = super::code(&sender(&name), language, &context);
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
