//! The texts of the built-in room: of its page, and of what the room's bundle shows on it.

use super::{Format1, Paragraphs, Section};
use crate::wire::{Identified, Language, LocalTime, Machine};

/// The texts that the server writes on the room's page.
pub struct RoomPage {
    pub title: &'static str,
    pub lead: &'static str,
    pub hosts: &'static str,
    /// A host's name and how the host identified.
    pub host: fn(&str, Identified) -> String,
    /// The name of a host who has not identified.
    pub absent: Format1,
    pub closes: Format1,
    pub who_sees: Section,
    pub without_scripts: &'static str,
    /// The room's bundle does not start.
    pub late: &'static str,
    pub needs: Section,
    pub stuck: &'static str,
    pub stuck_lead: &'static str,
    pub ring_me: &'static str,
    /// Advice on how to let a page use a device, in the browser at hand.
    pub allow: fn(Machine) -> &'static str,
    /// Advice on how to let a browser use a device, in the system at hand.
    pub allow_browser: fn(Machine) -> &'static str,
    /// The same page without a way to join, before the day of the meeting.
    pub test_lead: &'static str,
    pub test_sees: Section,
}

/// The texts of the room's bundle.
pub struct RoomTexts {
    pub clock: fn(&LocalTime) -> String,
    pub identified: fn(Identified) -> &'static str,
    pub check: CheckTexts,
    pub trouble: TroubleTexts,
    pub waiting: WaitingTexts,
    pub host: HostTexts,
    pub call: CallTexts,
    pub over: OverTexts,
}

/// The check of camera and microphone.
pub struct CheckTexts {
    pub why: &'static str,
    pub turn_on: &'static str,
    pub asking: &'static str,
    pub picture: &'static str,
    pub level: &'static str,
    pub camera: &'static str,
    pub microphone: &'static str,
    pub speaker: &'static str,
    pub unnamed: fn(usize) -> String,
    pub test_sound: &'static str,
    pub join: &'static str,
    pub join_without_camera: &'static str,
    pub join_without_microphone: &'static str,
    pub join_hint: &'static str,
    pub offline: &'static str,
    /// The way that works, such as UDP, comes behind.
    pub way_works: &'static str,
    pub way_fails: &'static str,
    pub way_tried: &'static str,
    pub try_way: &'static str,
}

/// The ways in which a device can fail. Each has the camera's text and the microphone's.
pub struct TroubleTexts {
    pub denied: [&'static str; 2],
    pub dismissed: [&'static str; 2],
    pub system: [&'static str; 2],
    pub in_use: [&'static str; 2],
    pub missing: [&'static str; 2],
    pub insecure: &'static str,
    pub old: &'static str,
    pub other: [&'static str; 2],
    pub ended: [&'static str; 2],
    pub silent: &'static str,
}

/// The waiting room, for a guest.
pub struct WaitingTexts {
    pub title: &'static str,
    /// The host's name where it is not known, at the beginning of a sentence.
    pub host: &'static str,
    /// The host's name, and the time since when the guest has waited, for a host who is there.
    pub seen: fn(&str, &str) -> String,
    pub not_here: Format1,
    pub by_itself: &'static str,
    pub locked: Format1,
    /// The host was there and has left.
    pub left: Format1,
    /// The host is not there although the meeting has begun. A phone number follows.
    pub late: Format1,
    pub full: &'static str,
    /// The room has no seat for the host.
    pub full_host: &'static str,
    pub full_by_itself: &'static str,
    pub chime: &'static str,
    /// The host's name, and what the host writes.
    pub message: fn(&str, &str) -> String,
    pub leave: &'static str,
}

/// The host's part.
pub struct HostTexts {
    pub title: &'static str,
    pub waiting: &'static str,
    pub nobody: &'static str,
    pub inside: &'static str,
    pub calls: &'static str,
    /// The worth of a wish to be called.
    pub calls_hint: &'static str,
    /// The name of somebody who wishes to be called.
    pub call_wanted: Format1,
    /// The step, by the last part of its address.
    pub stuck_at: fn(&str) -> &'static str,
    pub unnamed: &'static str,
    pub admit: Format1,
    pub refuse: Format1,
    pub tell: Format1,
    pub ready_made: &'static str,
    pub mute: Format1,
    pub wait: Format1,
    pub remove: Format1,
    pub lock: &'static str,
    pub end: &'static str,
    pub end_sure: &'static str,
    pub end_what: &'static str,
    pub end_yes: &'static str,
    pub cancel: &'static str,
    pub send: &'static str,
    pub knocks: Format1,
    pub chime: &'static str,
    pub since: Format1,
    pub name_proven: &'static str,
    pub name_booked: &'static str,
    pub level: fn(&str) -> &'static str,
    pub number_matches: &'static str,
    pub number_unchecked: &'static str,
    /// Camera, microphone or connection works, or doesn't.
    pub works: [&'static str; 3],
    pub fails: [&'static str; 3],
    pub failed: &'static str,
}

/// The call.
pub struct CallTexts {
    pub title: &'static str,
    pub buttons: &'static str,
    pub microphone: &'static str,
    pub camera: &'static str,
    pub screen: &'static str,
    pub hand: &'static str,
    pub text: &'static str,
    pub people: &'static str,
    pub settings: &'static str,
    pub leave: &'static str,
    pub connecting: &'static str,
    pub broken: &'static str,
    pub back: &'static str,
    pub hear: &'static str,
    /// Pictures are off for want of bandwidth.
    pub low: &'static str,
    pub sound_only: &'static str,
    pub sound_only_hint: &'static str,
    /// Pictures are off by the visitor's choice.
    pub sound_only_chosen: &'static str,
    /// The name of a device that has come.
    pub plugged: Format1,
    /// The name of a device that is gone.
    pub unplugged: Format1,
    pub muted_by_host: &'static str,
    pub you: &'static str,
    /// A name with the mark of the visitor's own.
    pub own: Format1,
    pub host: &'static str,
    pub speaks: &'static str,
    pub muted: &'static str,
    pub camera_off: &'static str,
    pub hand_up: &'static str,
    pub away: &'static str,
    pub shared_by: Format1,
    pub came: Format1,
    pub went: Format1,
    pub raised: Format1,
    pub shares: Format1,
    pub stopped_sharing: Format1,
    pub alone: &'static str,
    pub log: &'static str,
    pub write: &'static str,
    pub write_hint: &'static str,
    pub send: &'static str,
    pub no_screen: &'static str,
    /// Minutes until the room closes.
    pub soon_over: fn(usize) -> String,
}

/// The pages after the call, each with its heading and text.
pub struct OverTexts {
    pub left: Section,
    pub ended: Section,
    pub removed: Section,
    pub refused: Section,
    pub taken_over: Section,
    pub signed_out: Section,
    pub unreachable: Section,
    pub rejoin: &'static str,
    pub take_back: &'static str,
}

/// The texts of each language that is compiled in.
static COMPILED: &[(Language, &RoomTexts)] = &[
    #[cfg(feature = "sv")]
    (Language::Swedish, &super::sv::room::TEXTS),
    #[cfg(feature = "en")]
    (Language::English, &super::en::room::TEXTS),
];

/// Returns the room's texts in a language. A bundle has those of one language only.
pub fn room_texts(language: Language) -> &'static RoomTexts {
    COMPILED.iter().find(|compiled| compiled.0 == language).unwrap_or(&COMPILED[0]).1
}

/// Returns a plain list of paragraphs.
pub(crate) const fn section(heading: &'static str, text: Paragraphs) -> Section {
    Section { heading, text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::texts;

    #[test]
    fn names_that_scripts_look_for_are_the_agreed_ones() {
        let words = room_texts(Language::Swedish);
        let (check, call, host) = (&words.check, &words.call, &words.host);
        for (name, agreed) in [
            (texts(Language::Swedish).room_page.title, "Kontrollera bild och ljud"),
            (texts(Language::Swedish).room_page.ring_me, "Jag kommer inte in – ring mig"),
            (check.turn_on, "Slå på kamera och mikrofon"),
            (check.picture, "Din bild"),
            (check.level, "Mikrofonnivå"),
            (check.camera, "Kamera"),
            (check.microphone, "Mikrofon"),
            (check.speaker, "Högtalare"),
            (check.test_sound, "Spela upp testljud"),
            (check.join, "Anslut till mötet"),
            (check.join_without_camera, "Anslut utan kamera"),
            (check.join_without_microphone, "Anslut utan mikrofon"),
            (words.waiting.title, "Väntrum"),
            (words.waiting.leave, "Lämna väntrummet"),
            (host.waiting, "Väntar"),
            (host.lock, "Lås mötet"),
            (host.end, "Avsluta mötet för alla"),
            (call.title, "Mötet"),
            (call.microphone, "Mikrofon"),
            (call.camera, "Kamera"),
            (call.screen, "Dela skärm"),
            (call.hand, "Räck upp handen"),
            (call.text, "Text"),
            (call.people, "Deltagare"),
            (call.settings, "Inställningar"),
            (call.leave, "Lämna mötet"),
            (call.write, "Skriv"),
            (call.log, "Textsamtal"),
            (call.hear, "Tryck för att höra"),
            (call.sound_only, "Bara ljud"),
        ] {
            assert_eq!(name, agreed);
        }
        for (name, agreed) in [
            (host.admit, "Släpp in Anna"),
            (host.refuse, "Avvisa Anna"),
            (host.tell, "Meddelande till Anna"),
            (host.mute, "Stäng av mikrofonen för Anna"),
            (host.wait, "Flytta Anna till väntrummet"),
            (host.remove, "Ta bort Anna"),
        ] {
            assert_eq!(name("Anna"), agreed);
        }
    }
}
