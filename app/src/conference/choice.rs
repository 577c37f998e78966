//! The devices to choose from, and those that come and go.

#[cfg(any(feature = "room", test))]
use crate::i18n::room::CallTexts;

/// The kind of a device that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A camera.
    Camera,
    /// A microphone.
    Microphone,
    /// A loudspeaker.
    Speaker,
}

/// A device that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Its kind.
    pub(crate) kind: Kind,
    /// Its id.
    pub(crate) id: String,
    /// Its name. Empty if the browser does not say.
    pub(crate) name: String,
    /// `true` if it is in use.
    pub(crate) chosen: bool,
}

/// Returns what has come and gone between two lists, in words. A headset with several parts is named once.
#[cfg(any(feature = "room", test))]
pub(crate) fn came_and_went(before: &[Choice], after: &[Choice], texts: &CallTexts) -> String {
    let mut words = Vec::new();
    // The first list comes with the visitor's permission: nothing has been plugged in.
    if before.is_empty() {
        return String::new();
    }
    for (mine, others, text) in [(after, before, texts.plugged), (before, after, texts.unplugged)] {
        for device in mine {
            // Browsers have more entries for the system's choice.
            let real = !matches!(device.id.as_str(), "default" | "communications");
            let stays = others.iter().any(|it| it.kind == device.kind && it.id == device.id);
            let said = text(&device.name);
            if real && !stays && !device.name.is_empty() && !words.contains(&said) {
                words.push(said);
            }
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{i18n::room_texts, wire::Language};

    fn device(kind: Kind, id: &str, name: &str) -> Choice {
        Choice { kind, id: id.to_owned(), name: name.to_owned(), chosen: false }
    }

    fn told(before: &[Choice], after: &[Choice]) -> String {
        came_and_went(before, after, &room_texts(Language::Swedish).call)
    }

    #[test]
    fn a_headset_that_comes_and_goes_is_told_once() {
        let own = device(Kind::Microphone, "default", "Standard – intern mikrofon");
        let other = device(Kind::Microphone, "default", "Standard – Hörlurar");
        let [ears, mouth] =
            [Kind::Speaker, Kind::Microphone].map(|kind| device(kind, "h", "Hörlurar"));
        let with = [other, ears, mouth];
        let without = [own];
        assert_eq!(told(&without, &with), "Hörlurar är inkopplad.");
        assert_eq!(told(&with, &without), "Hörlurar är urkopplad.");
        assert_eq!(told(&with, &with), "");
        assert_eq!(told(&[], &with), "", "the first list");
        let camera = [device(Kind::Camera, "c", "Kamera 2"), device(Kind::Camera, "d", "")];
        assert_eq!(told(&with, &camera), "Kamera 2 är inkopplad. Hörlurar är urkopplad.");
    }
}
