//! The reasons why a camera or microphone can't be used, from the browser's errors.

use crate::i18n::room::TroubleTexts;

/// Advice for the browser and the system at hand: on how to allow the page to use a device, and the browser.
pub(crate) type Advice = [String; 2];

/// A device that takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    /// The camera.
    Camera,
    /// The microphone.
    Microphone,
}

/// The reason why a device can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The visitor, or a setting, does not allow it.
    Denied,
    /// The browser's question was closed.
    Dismissed,
    /// The operating system does not allow it.
    System,
    /// Another program uses it.
    InUse,
    /// There is none.
    Missing,
    /// The page is not secure.
    Insecure,
    /// The browser knows no devices.
    Old,
    /// It was unplugged or taken away.
    Ended,
    /// Any other reason.
    Other,
}

impl Trouble {
    /// Returns the reason from the name and message of the browser's error. Browsers agree on names only.
    #[cfg(any(feature = "room", test))]
    pub(crate) fn of(name: &str, message: &str) -> Self {
        match name {
            "NotAllowedError" | "PermissionDeniedError" if message.ends_with("dismissed") => {
                Self::Dismissed
            }
            "NotAllowedError" | "PermissionDeniedError" if message.ends_with("by system") => {
                Self::System
            }
            "NotAllowedError" | "PermissionDeniedError" | "SecurityError" => Self::Denied,
            "NotReadableError" | "TrackStartError" | "AbortError" => Self::InUse,
            "NotFoundError" | "DevicesNotFoundError" | "OverconstrainedError" => Self::Missing,
            _ => Self::Other,
        }
    }

    /// `true` if the other device may work although this one fails.
    #[cfg(any(feature = "room", test))]
    pub(crate) const fn is_of_one_device(self) -> bool {
        matches!(self, Self::InUse | Self::Missing | Self::Ended | Self::Other)
    }

    /// `true` if it ends in another window or program, which the browser does not report.
    #[cfg(any(feature = "room", test))]
    pub(crate) const fn ends_elsewhere(self) -> bool {
        matches!(self, Self::InUse | Self::System)
    }

    /// Returns its text for a device, with the page's advice on how to allow the page and the browser to use it.
    pub(crate) fn text(self, texts: &TroubleTexts, device: Device, advice: &Advice) -> String {
        let both = match self {
            Self::Denied => texts.denied,
            Self::Dismissed => texts.dismissed,
            Self::System => texts.system,
            Self::InUse => texts.in_use,
            Self::Missing => texts.missing,
            Self::Insecure => return texts.insecure.to_owned(),
            Self::Old => return texts.old.to_owned(),
            Self::Ended => texts.ended,
            Self::Other => texts.other,
        };
        let text = match device {
            Device::Camera => both[0],
            Device::Microphone => both[1],
        };
        let how = match self {
            Self::Denied => &advice[0],
            Self::System => &advice[1],
            _ => return text.to_owned(),
        };
        [text, " ", how].concat()
    }
}

/// The state of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kit {
    /// Not asked for yet.
    #[default]
    Unasked,
    /// The browser is asking.
    Asking,
    /// On.
    On,
    /// Works, and is off.
    Off,
    /// Does not work.
    Failed(Trouble),
}

impl Kit {
    /// Returns its trouble, if there is one.
    pub(crate) const fn trouble(self) -> Option<Trouble> {
        match self {
            Self::Failed(trouble) => Some(trouble),
            _ => None,
        }
    }

    /// `true` if it must be asked for before a visitor joins with it. A device that is known to fail is not: its
    /// text is there already, and nobody is kept out by it.
    #[cfg(any(feature = "room", test))]
    pub(crate) const fn is_missing(self, wanted: bool) -> bool {
        wanted && matches!(self, Self::Unasked | Self::Off)
    }

    /// Returns `yes` or `no` for the host, once it was tried.
    #[cfg(any(feature = "room", test))]
    pub(crate) const fn works(self) -> Option<bool> {
        match self {
            Self::On | Self::Off => Some(true),
            Self::Failed(_) => Some(false),
            Self::Unasked | Self::Asking => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{i18n::room_texts, wire::Language};

    #[test]
    fn each_error_of_a_browser_has_its_own_trouble() {
        for (name, message, trouble) in [
            ("NotAllowedError", "Permission denied", Trouble::Denied),
            ("NotAllowedError", "Permission dismissed", Trouble::Dismissed),
            ("NotAllowedError", "Permission denied by system", Trouble::System),
            ("NotAllowedError", "", Trouble::Denied),
            ("SecurityError", "", Trouble::Denied),
            ("NotReadableError", "Could not start video source", Trouble::InUse),
            ("AbortError", "Starting videoinput failed", Trouble::InUse),
            ("NotFoundError", "Requested device not found", Trouble::Missing),
            ("OverconstrainedError", "", Trouble::Missing),
            ("WeirdError", "dismissed", Trouble::Other),
        ] {
            assert_eq!(Trouble::of(name, message), trouble, "{name}: {message}");
        }
    }

    #[test]
    fn each_trouble_of_each_device_has_its_own_text() {
        let troubles = [
            Trouble::Denied,
            Trouble::Dismissed,
            Trouble::System,
            Trouble::InUse,
            Trouble::Missing,
            Trouble::Ended,
            Trouble::Other,
        ];
        for language in Language::ALL {
            let texts = &room_texts(language).trouble;
            let mut seen = vec![texts.silent.to_owned()];
            let of = |trouble: Trouble, device| trouble.text(texts, device, &Advice::default());
            for device in [Device::Camera, Device::Microphone] {
                seen.extend(troubles.map(|it| of(Kit::Failed(it).trouble().unwrap(), device)));
            }
            for trouble in [Trouble::Insecure, Trouble::Old] {
                let text = of(trouble, Device::Camera);
                assert_eq!(text, of(trouble, Device::Microphone));
                seen.push(text);
            }
            for (index, text) in seen.iter().enumerate() {
                assert!(!seen[..index].contains(text), "{text}");
            }
        }
        assert!(Trouble::Missing.is_of_one_device() && !Trouble::Insecure.is_of_one_device());
    }

    #[test]
    fn what_is_not_allowed_has_the_advice_of_the_page() {
        let texts = &room_texts(Language::Swedish).trouble;
        let advice = ["Tillåt den.", "Tillåt den i Windows."].map(str::to_owned);
        let of = |trouble: Trouble| trouble.text(texts, Device::Camera, &advice);
        assert!(of(Trouble::Denied).ends_with("kameran. Tillåt den."));
        assert!(of(Trouble::System).ends_with("kameran. Tillåt den i Windows."));
        assert_eq!(of(Trouble::Missing), texts.missing[0]);
        assert!(Trouble::System.ends_elsewhere() && !Trouble::Denied.ends_elsewhere());
    }

    #[test]
    fn a_device_that_fails_keeps_nobody_out() {
        assert!(Kit::Unasked.is_missing(true));
        assert!(Kit::Off.is_missing(true));
        assert!(!Kit::Unasked.is_missing(false));
        assert!(!Kit::On.is_missing(true));
        assert!(!Kit::Failed(Trouble::Denied).is_missing(true));
    }

    #[test]
    fn a_device_is_reported_once_it_was_tried() {
        assert_eq!(Kit::Unasked.works(), None);
        assert_eq!(Kit::Asking.works(), None);
        assert_eq!(Kit::Off.works(), Some(true));
        assert_eq!(Kit::Failed(Trouble::Missing).works(), Some(false));
    }
}
