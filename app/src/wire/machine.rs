//! The browser and the system at hand, as far as advice on their settings differs.

use serde::{Deserialize, Serialize};

/// A browser.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Browser {
    /// Chrome, Edge, and others that are made of the same.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari.
    Safari,
    /// Any other.
    #[default]
    Other,
}

/// An operating system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum System {
    /// Windows.
    Windows,
    /// macOS.
    Mac,
    /// iOS and iPadOS, where every browser has the same settings.
    Ios,
    /// Android.
    Android,
    /// Any other.
    #[default]
    Other,
}

/// A browser on its system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// The browser.
    pub browser: Browser,
    /// The system.
    pub system: System,
}

impl Machine {
    /// Returns the machine of a `User-Agent`. An iPad may call itself a Mac.
    #[cfg(feature = "ssr")]
    pub fn of(agent: &str) -> Self {
        let has = |mark: &str| agent.contains(mark);
        let system = if has("iPhone") || has("iPad") {
            System::Ios
        } else if has("Android") {
            System::Android
        } else if has("Macintosh") {
            System::Mac
        } else if has("Windows") {
            System::Windows
        } else {
            System::Other
        };
        // Others call themselves Chrome and Safari too, so the order matters.
        let browser = if has("Firefox/") || has("FxiOS/") {
            Browser::Firefox
        } else if has("Chrome/") || has("CriOS/") || has("EdgiOS/") {
            Browser::Chromium
        } else if has("Safari/") {
            Browser::Safari
        } else {
            Browser::Other
        };
        Self { browser, system }
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_browser_and_its_system_are_known() {
        const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                              Gecko)";
        const MAC: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
        const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)";
        for (agent, browser, system) in [
            (format!("{IPHONE} Version/17.4 Mobile/15E148 Safari/604.1"), Browser::Safari, System::Ios),
            (format!("{IPHONE} CriOS/122.0 Mobile/15E148 Safari/604.1"), Browser::Chromium, System::Ios),
            (format!("{IPHONE} FxiOS/123.0 Mobile/15E148 Safari/605.1.15"), Browser::Firefox, System::Ios),
            (format!("{MAC} Version/17.4 Safari/605.1.15"), Browser::Safari, System::Mac),
            (format!("{MAC} Chrome/122.0.0.0 Safari/537.36"), Browser::Chromium, System::Mac),
            (format!("{WINDOWS} Chrome/122.0 Safari/537.36 Edg/122.0"), Browser::Chromium, System::Windows),
            (
                "Mozilla/5.0 (Windows NT 10.0; rv:123.0) Gecko/20100101 Firefox/123.0".to_owned(),
                Browser::Firefox,
                System::Windows,
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/122.0 Mobile Safari/537.36".to_owned(),
                Browser::Chromium,
                System::Android,
            ),
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0".to_owned(),
                Browser::Firefox,
                System::Other,
            ),
            (String::new(), Browser::Other, System::Other),
        ] {
            assert_eq!(Machine::of(&agent), Machine { browser, system }, "{agent}");
        }
    }
}
