//! Every text of pages and messages, one folder a language. A missing text does not compile.
//!
//! Texts with parameters are functions. All others are plain statics. The server has all languages, and a bundle
//! one, by the feature of its name.

#![expect(missing_docs, reason = "the names of the texts say what they are")]

mod dates;
#[cfg(feature = "en")]
mod en;
#[cfg(feature = "ssr")]
pub mod messages;
mod phone;
#[cfg(feature = "ssr")]
mod purpose;
#[cfg(not(feature = "hydrate"))]
pub mod room;
#[cfg(feature = "sv")]
mod sv;

pub use phone::{masked as masked_phone, readable as readable_phone};
#[cfg(feature = "ssr")]
pub use purpose::purpose;
#[cfg(not(feature = "hydrate"))]
pub use room::room_texts;

use crate::{
    steps::Track,
    wire::{Failure, Language, LocalTime, Method, Stage},
};

/// The languages that are compiled in, with their texts.
static COMPILED: &[(Language, &Texts)] = &[
    #[cfg(feature = "sv")]
    (Language::Swedish, &sv::TEXTS),
    #[cfg(feature = "en")]
    (Language::English, &en::TEXTS),
];

/// Returns the texts of a language. A bundle has those of one language only.
pub fn texts(language: Language) -> &'static Texts {
    COMPILED.iter().find(|compiled| compiled.0 == language).unwrap_or(&COMPILED[0]).1
}

/// Returns `true` if this bundle has the texts of a language.
#[cfg(feature = "hydrate")]
pub(crate) fn is_compiled(language: Language) -> bool {
    COMPILED.iter().any(|compiled| compiled.0 == language)
}

/// A text with one parameter.
pub type Format1 = fn(&str) -> String;

/// A text of one or more paragraphs or list items.
pub type Paragraphs = &'static [&'static str];

/// A heading and its paragraphs.
pub struct Section {
    pub heading: &'static str,
    pub text: Paragraphs,
}

/// All texts of one language.
pub struct Texts {
    pub frame: Frame,
    pub time: Time,
    pub help: HelpTexts,
    pub method: MethodPage,
    pub address: Address,
    pub code: Code,
    pub e_id: EId,
    pub invitation: Invitation,
    pub meeting: Meeting,
    pub room: Room,
    pub closed: Closed,
    pub notices: Notices,
    pub problems: Problems,
    pub session: Session,
    // The room has its own bundle. The statements, and the first page within an app, are served without one.
    #[cfg(not(feature = "hydrate"))]
    pub in_app: InApp,
    #[cfg(not(feature = "hydrate"))]
    pub room_page: room::RoomPage,
    #[cfg(not(feature = "hydrate"))]
    pub accessibility: Accessibility,
    #[cfg(not(feature = "hydrate"))]
    pub privacy: Privacy,
}

/// The frame of every page.
pub struct Frame {
    pub skip: &'static str,
    pub language: &'static str,
    pub languages: &'static [&'static str; 2],
    /// The names of the places of a track.
    pub steps: fn(Track) -> &'static [&'static str; Track::PLACES],
    pub step_of: fn(usize) -> String,
    pub step_done: &'static str,
    pub error: &'static str,
    pub footer: &'static str,
    pub accessibility: &'static str,
    pub privacy: &'static str,
    pub run_by: Format1,
    pub end: &'static str,
    pub identified: &'static str,
    pub identified_elsewhere: &'static str,
    pub offline: &'static str,
    pub back: &'static str,
}

/// The format of times.
pub struct Time {
    /// `kl. 09.00`
    pub clock: fn(&LocalTime) -> String,
    /// `tisdag 1 december kl. 09.00`
    pub point: fn(&LocalTime) -> String,
    /// `dec`
    pub month: fn(&LocalTime) -> &'static str,
    /// `tisdag 1 december 2026 kl. 09.00–09.45`
    pub span: fn(&LocalTime, &LocalTime) -> String,
    /// `2 minuter`, `40 sekunder`
    pub length: fn(u32) -> String,
    /// The name of a time zone, from its IANA name.
    pub zone: Format1,
}

/// Help for visitors who have problems.
pub struct HelpTexts {
    /// Before identification.
    pub cannot_get_in: &'static str,
    /// Hints for a method.
    pub hints: fn(Method) -> Paragraphs,
    /// After identification.
    pub need_help: &'static str,
    /// Hints for the room: the time at which it opens, or `None` if it is open.
    pub room_hints: fn(Option<&str>) -> [String; 2],
    pub call: fn(&str, &str) -> String,
    pub switchboard: Format1,
    /// The switchboard, if nobody else is known.
    pub switchboard_alone: Format1,
    /// The button by which somebody asks to be called.
    pub ring_me: &'static str,
}

pub struct MethodPage {
    pub title: &'static str,
    pub lead: Format1,
    pub card: &'static str,
    pub email_code: MethodTexts,
    pub sms_code: MethodTexts,
    pub e_id: MethodTexts,
    pub what_happens: &'static str,
    pub sms_to: &'static str,
    pub e_id_what: Section,
    pub e_id_too: &'static str,
    pub use_e_id: &'static str,
    /// The same, on a later step of a code.
    pub use_e_id_instead: &'static str,
    pub go_on: &'static str,
}

/// The texts about a method.
pub struct MethodTexts {
    pub way: &'static str,
    pub chosen: &'static str,
    /// The next steps. The parameter is the number of digits of a code.
    pub steps: fn(u8) -> [String; 3],
}

pub struct Address {
    pub title: &'static str,
    pub lead: fn(Method) -> &'static str,
    pub label: &'static str,
    pub hint: &'static str,
    pub go_on: &'static str,
}

pub struct Code {
    pub email: Channel,
    pub sms: Channel,
    /// The destination of an e-mail.
    pub goes_to: Format1,
    /// The destination of a text message: the phone number and the address.
    pub goes_to_phone: fn(&str, &str) -> String,
    pub change: &'static str,
    pub word: &'static str,
    pub label: &'static str,
    /// The number of digits.
    pub digits: fn(u8) -> String,
    /// The validity: the time of its end and the seconds until then.
    pub valid_until: fn(&str, u32) -> String,
    /// A code without attempts.
    pub dead: &'static str,
    /// A code that has expired, and when.
    pub expired: Format1,
    pub tries: fn(u8) -> String,
    pub identify: &'static str,
    pub slow: &'static str,
    pub unsent: &'static str,
    pub none_came: &'static str,
    pub resend_from: fn(&str, u32) -> String,
    pub resend_now: &'static str,
    /// The same for a code that no longer works.
    pub renew_now: &'static str,
    pub resend: &'static str,
}

/// Texts that differ by the channel of the code.
pub struct Channel {
    pub title: &'static str,
    /// The place of the same check word.
    pub word_where: &'static str,
    pub look: &'static str,
    pub missing: &'static str,
    pub malformed: fn(u8) -> String,
    pub sent_again: &'static str,
    pub still_valid: &'static str,
}

/// Identification by e-ID.
pub struct EId {
    pub choose: &'static str,
    pub choose_lead: &'static str,
    /// Advice against fraud by phone.
    pub warning: &'static str,
    pub here: &'static str,
    pub here_hint: &'static str,
    pub elsewhere: &'static str,
    pub elsewhere_hint: &'static str,
    pub provider_hint: Format1,
    pub no_ways: &'static str,
    /// The link to BankID's app, and the advice before it.
    pub install: &'static str,
    pub install_or: &'static str,
    pub code_instead: &'static str,
    pub title: &'static str,
    pub qr: &'static str,
    pub qr_how: &'static [&'static str; 3],
    pub qr_why: &'static str,
    pub lead_here: &'static str,
    pub open: &'static str,
    pub cancel: &'static str,
    pub go_on: &'static str,
    pub leaving: Format1,
    pub leaving_lead: Format1,
    pub leaving_go: Format1,
    pub stages: fn(Stage) -> &'static str,
    pub failures: fn(Failure) -> &'static str,
}

pub struct Invitation {
    pub title: &'static str,
    /// The greeting, with the recipient's name if it is known.
    pub hello: fn(Option<&str>) -> String,
    pub lead: fn(&str, &str) -> String,
    /// Statement that the identification succeeded, with the name according to the e-ID.
    pub done: fn(Option<&str>) -> String,
    pub your_time: Format1,
    pub from: &'static str,
    pub phone: &'static str,
    pub description: &'static str,
    pub calendar: &'static str,
    pub opens: Format1,
    pub open: &'static str,
    /// Advice to call somebody, before the phone number.
    pub unsuitable: Format1,
    pub who_sees: &'static str,
    pub who_sees_what: Paragraphs,
    pub connect: &'static str,
    pub test: &'static str,
}

pub struct Meeting {
    pub title_closed: &'static str,
    pub title_open: &'static str,
    pub opens: Format1,
    pub by_itself: &'static str,
    pub lead_open: &'static str,
    pub before: &'static str,
    pub tips: Paragraphs,
    pub join: &'static str,
}

pub struct Room {
    pub title: &'static str,
    pub lead: &'static str,
    pub go: &'static str,
    pub fails: &'static str,
}

/// Pages without a further step.
pub struct Closed {
    pub locked: Section,
    pub locked_e_id: Section,
    pub locked_e_id_too: &'static str,
    pub over: Section,
    pub cancelled: Section,
    pub ended: Section,
    pub elsewhere: Section,
    pub open_again: &'static str,
    pub no_cookies: Section,
    pub no_cookies_how: Paragraphs,
    pub try_again: &'static str,
    pub not_found: Section,
    pub not_found_why: Paragraphs,
    pub refused: Section,
    pub trouble: Section,
}

pub struct Notices {
    pub start_here: &'static str,
    pub other_browser: &'static str,
    pub not_yet: &'static str,
    pub meeting_over: &'static str,
    pub step_up: &'static str,
    pub call_wanted: &'static str,
}

pub struct Problems {
    pub address_missing: &'static str,
    pub address_malformed: &'static str,
    pub code_wrong: fn(u8) -> String,
    pub too_soon: fn(&str, u32) -> String,
    pub too_many: Format1,
    pub too_many_addresses: Format1,
    pub no_code: &'static str,
    pub too_many_identifications: Format1,
    pub room_closed: &'static str,
}

/// The warning before the session ends.
pub struct Session {
    pub title: &'static str,
    pub soon: Format1,
    pub why: &'static str,
    pub last: &'static str,
    pub stay: &'static str,
    pub close: &'static str,
}

/// Advice to a visitor whose browser is a part of another app.
#[cfg(not(feature = "hydrate"))]
pub struct InApp {
    pub why: &'static str,
    pub copy: &'static str,
    pub label: &'static str,
    pub copied: &'static str,
}

#[cfg(not(feature = "hydrate"))]
pub struct Accessibility {
    pub title: &'static str,
    pub about: Format1,
    pub how: &'static str,
    pub full: &'static str,
    pub partial: &'static str,
    pub none: &'static str,
    pub contact: &'static str,
    pub contact_how: &'static str,
    pub report: &'static str,
    pub report_hint: &'static str,
    pub report_missing: &'static str,
    pub report_too_long: fn(u32) -> String,
    pub too_many_reports: &'static str,
    pub send: &'static str,
    pub reported: Section,
    pub back: &'static str,
    pub by_mail: &'static str,
    pub by_phone: &'static str,
    pub supervision: &'static str,
    pub supervision_text: &'static str,
    pub supervision_link: &'static str,
    pub supervision_url: &'static str,
    pub shortcomings: &'static str,
    pub shortcomings_none: &'static str,
    pub shortcomings_unlisted: &'static str,
    pub reason: &'static str,
    pub tested: &'static str,
    pub unassessed: &'static str,
    /// Takes the date.
    pub assessed: Format1,
    /// Takes the date, and the assessor.
    pub assessed_by: fn(&str, &str) -> String,
    pub tested_how: Paragraphs,
    pub reviewed: Format1,
}

#[cfg(not(feature = "hydrate"))]
pub struct Privacy {
    pub title: &'static str,
    pub lead: Format1,
    pub controller: &'static str,
    /// Takes the organisation.
    pub controller_who: Format1,
    pub by_phone: &'static str,
    pub officer: &'static str,
    pub what: &'static str,
    pub what_items: Paragraphs,
    pub number_hashed: &'static str,
    pub number_kept: &'static str,
    pub report: &'static str,
    pub source: Paragraphs,
    pub why: Section,
    pub recipients: &'static str,
    /// Takes the organisation.
    pub recipients_inside: Format1,
    pub recipients_more: Paragraphs,
    /// Takes the SMS company, and whether it is in the USA.
    pub recipient_sms: fn(&str, bool) -> String,
    /// Takes the names of the e-IDs.
    pub recipient_e_id: Format1,
    pub or: &'static str,
    pub recipients_not: &'static str,
    pub how_long: &'static str,
    /// Takes the days after the meeting.
    pub kept_meeting: fn(u16) -> String,
    /// Takes the time after the last activity.
    pub kept_session: Format1,
    pub kept_e_id: &'static str,
    pub kept_report: &'static str,
    pub kept_log: &'static str,
    pub cookies: Section,
    pub cookie_items: Paragraphs,
    pub rights: Section,
    pub rights_items: Paragraphs,
    pub rights_how: &'static str,
    pub authority: &'static str,
    pub authority_link: &'static str,
    pub authority_url: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORNING: LocalTime = LocalTime {
        unix: 1_796_112_000,
        offset: 60,
        year: 2026,
        month: 12,
        day: 1,
        weekday: 2,
        hour: 9,
        minute: 0,
    };

    fn later(hour: u8, minute: u8) -> LocalTime {
        let minutes = i64::from(hour) * 60 + i64::from(minute) - 9 * 60;
        LocalTime { unix: MORNING.unix + minutes * 60, hour, minute, ..MORNING }
    }

    #[test]
    fn every_language_has_its_own_texts() {
        for language in Language::ALL {
            assert!(COMPILED.iter().any(|compiled| compiled.0 == language), "{language:?}");
        }
    }

    #[test]
    fn a_meeting_within_a_day_names_the_day_once() {
        let span = texts(Language::Swedish).time.span;
        assert_eq!(span(&MORNING, &later(9, 45)), "tisdag 1 december 2026 kl. 09.00–09.45");
        let span = texts(Language::English).time.span;
        assert_eq!(span(&MORNING, &later(9, 45)), "Tuesday 1 December 2026, 09:00–09:45");
    }

    #[test]
    fn a_meeting_over_midnight_names_both_days() {
        let ends = LocalTime { day: 2, weekday: 3, hour: 0, minute: 30, ..MORNING };
        assert_eq!(
            (texts(Language::Swedish).time.span)(&later(23, 0), &ends),
            "tisdag 1 december 2026 kl. 23.00 – onsdag 2 december 2026 kl. 00.30"
        );
        assert_eq!(
            (texts(Language::English).time.span)(&later(23, 0), &ends),
            "Tuesday 1 December 2026, 23:00 – Wednesday 2 December 2026, 00:30"
        );
    }

    #[test]
    fn a_point_in_time_and_a_clock_are_written_as_people_write_them() {
        let sv = &texts(Language::Swedish).time;
        assert_eq!((sv.clock)(&later(8, 5)), "kl. 08.05");
        assert_eq!((sv.point)(&later(8, 5)), "tisdag 1 december kl. 08.05");
        let en = &texts(Language::English).time;
        assert_eq!((en.clock)(&later(8, 5)), "08:05");
        assert_eq!((en.point)(&later(8, 5)), "Tuesday 1 December at 08:05");
    }

    #[test]
    fn a_moment_of_no_calendar_is_written_without_a_panic() {
        let odd = LocalTime { month: 13, weekday: 0, ..MORNING };
        assert_eq!((texts(Language::Swedish).time.clock)(&odd), "kl. 09.00");
        assert!((texts(Language::Swedish).time.point)(&odd).contains("kl. 09.00"));
    }

    #[test]
    fn a_length_of_time_is_in_minutes_first_and_seconds_last() {
        let sv = texts(Language::Swedish).time.length;
        let en = texts(Language::English).time.length;
        for (seconds, swedish, english) in [
            (1, "1 sekund", "1 second"),
            (59, "59 sekunder", "59 seconds"),
            (60, "1 minut", "1 minute"),
            (61, "2 minuter", "2 minutes"),
            (600, "10 minuter", "10 minutes"),
            (7200, "2 timmar", "2 hours"),
        ] {
            assert_eq!(sv(seconds), swedish);
            assert_eq!(en(seconds), english);
        }
    }

    #[test]
    fn one_try_left_is_said_in_the_singular() {
        assert!((texts(Language::Swedish).problems.code_wrong)(1).contains("1 försök kvar"));
        assert!((texts(Language::English).problems.code_wrong)(1).contains("1 try left"));
        assert!((texts(Language::English).problems.code_wrong)(2).contains("2 tries left"));
    }

    #[test]
    fn names_that_scripts_look_for_are_the_agreed_ones() {
        let words = texts(Language::Swedish);
        assert_eq!(
            [
                words.method.go_on,
                words.method.use_e_id,
                words.address.label,
                words.address.go_on,
                words.code.change,
                words.code.label,
                words.code.identify,
                words.code.resend,
                words.e_id.choose,
                words.e_id.here,
                words.e_id.elsewhere,
                words.e_id.qr,
                words.e_id.open,
                words.e_id.cancel,
                words.invitation.connect,
                words.meeting.join,
                words.frame.end,
                words.session.stay,
                words.frame.error,
            ],
            [
                "Fortsätt",
                "Identifiera med e-legitimation",
                "E-postadress",
                "Fortsätt",
                "Ändra adress",
                "Kod",
                "Identifiera",
                "Skicka koden igen",
                "Välj identifieringsmetod",
                "BankID på den här enheten",
                "BankID på annan enhet",
                "QR-kod",
                "Öppna BankID-appen",
                "Avbryt",
                "Anslut till videomöte",
                "Anslut till mötet",
                "Avsluta",
                "Stanna kvar",
                "Fel: ",
            ]
        );
    }
}
