//! The gallery's state in the fragment of the address.

use super::{
    brand::{ACCENTS, Accent, LOGOS, Logo},
    states,
};
use crate::wire::Language;
use web_sys::window;

/// The subject of the page, and its appearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hash {
    /// The subject.
    pub(super) subject: Subject,
    /// `true` if the subject is shown without the frame.
    pub(super) bare: bool,
    /// The language.
    pub(super) language: Language,
    /// Light or dark. `None` for the browser's choice.
    pub(super) theme: Option<&'static str>,
    /// The organisation's colour. `None` for the default.
    pub(super) accent: Option<&'static Accent>,
    /// The organisation's logo.
    pub(super) logo: Option<&'static Logo>,
    /// `true` if the text has twice its size.
    pub(super) large: bool,
    /// The screens' width in pixels. `None` for the whole width, which only a single screen can have.
    pub(super) width: Option<u16>,
}

/// The subject of a page of the gallery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The state with this name.
    State(String),
    /// The states of the group with this name, side by side.
    Sheet(String),
}

/// The widths offered.
pub(super) const WIDTHS: [Option<u16>; 4] = [Some(320), Some(360), Some(768), None];

/// The colours offered.
pub(super) const THEMES: [&str; 2] = ["light", "dark"];

/// The width of a sheet's screens, if none is given.
const PHONE: u16 = 360;

/// The first part of a sheet's address.
const SHEET: &str = "sheet";

/// The part for text of twice the size.
const LARGE: &str = "text-200";

impl Hash {
    /// Reads the current address.
    pub(super) fn now() -> Self {
        let text = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
        let search = window().and_then(|window| window.location().search().ok());
        let hash = Self::parse(text.trim_start_matches('#'));
        Self { bare: hash.bare || search.is_some_and(|search| search == "?bare"), ..hash }
    }

    fn parse(text: &str) -> Self {
        let mut parts = text.split('/').filter(|part| !part.is_empty());
        let subject = match parts.next() {
            Some(SHEET) => Subject::Sheet(parts.next().unwrap_or_default().to_owned()),
            name => Subject::State(name.unwrap_or(states::FIRST).to_owned()),
        };
        let mut hash = Self {
            subject,
            bare: false,
            language: Language::Swedish,
            theme: None,
            accent: None,
            logo: None,
            large: false,
            width: None,
        };
        for part in parts {
            if part == "bare" {
                hash.bare = true;
            } else if part == LARGE {
                hash.large = true;
            } else if let Some(language) = Language::from_tag(part) {
                hash.language = language;
            } else if let Some(theme) = THEMES.into_iter().find(|theme| *theme == part) {
                hash.theme = Some(theme);
            } else if let Some(accent) = ACCENTS.iter().find(|accent| accent.part == part) {
                hash.accent = Some(accent);
            } else if let Some(logo) = LOGOS.iter().find(|logo| logo.part == part) {
                hash.logo = Some(logo);
            } else {
                hash.width = part.parse().ok();
            }
        }
        if matches!(hash.subject, Subject::Sheet(_)) {
            hash.width.get_or_insert(PHONE);
        }
        hash
    }

    /// Returns the address for this state.
    pub(super) fn address(&self) -> String {
        let mut address = match &self.subject {
            Subject::State(name) => format!("#{name}"),
            Subject::Sheet(group) => format!("#{SHEET}/{group}"),
        };
        let parts = [
            Some(self.language.tag()),
            self.bare.then_some("bare"),
            self.theme,
            self.accent.map(|accent| accent.part),
            self.logo.map(|logo| logo.part),
            self.large.then_some(LARGE),
        ];
        for part in parts.into_iter().flatten() {
            address.push('/');
            address.push_str(part);
        }
        if let Some(width) = self.width {
            address.push('/');
            address.push_str(&width.to_string());
        }
        address
    }

    /// Returns the same for another state.
    pub(super) fn of_state(&self, state: &str) -> Self {
        Self { subject: Subject::State(state.to_owned()), ..self.clone() }
    }

    /// Returns the address of a state alone, for a frame within this page.
    pub(super) fn framed(&self, state: &str) -> String {
        let alone = Self { bare: false, width: None, ..self.of_state(state) };
        // A browser doesn't load a frame whose address is the page's, whatever follows the `#`.
        ["?bare", &alone.address()].concat()
    }
}

impl Subject {
    /// Returns the name of the state or group.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::State(name) | Self::Sheet(name) => name,
        }
    }
}
