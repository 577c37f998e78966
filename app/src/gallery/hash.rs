//! The gallery's state in the fragment of the address.

use crate::wire::Language;
use web_sys::window;

/// The state to show, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hash {
    /// The name of the state.
    pub(super) state: String,
    /// `true` if the screen is shown without the frame.
    pub(super) bare: bool,
    /// The language.
    pub(super) language: Language,
    /// Light or dark. `None` for the browser's choice.
    pub(super) theme: Option<&'static str>,
    /// The frame's width in pixels. `None` for the whole width.
    pub(super) width: Option<u16>,
}

/// The widths offered.
pub(super) const WIDTHS: [Option<u16>; 4] = [Some(320), Some(360), Some(768), None];

/// The colours offered.
pub(super) const THEMES: [&str; 2] = ["light", "dark"];

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
        let mut hash = Self {
            state: parts.next().unwrap_or(super::states::FIRST).to_owned(),
            bare: false,
            language: Language::Swedish,
            theme: None,
            width: None,
        };
        for part in parts {
            if part == "bare" {
                hash.bare = true;
            } else if let Some(language) = Language::from_tag(part) {
                hash.language = language;
            } else if let Some(theme) = THEMES.into_iter().find(|theme| *theme == part) {
                hash.theme = Some(theme);
            } else {
                hash.width = part.parse().ok();
            }
        }
        hash
    }

    /// Returns the address for this state.
    pub(super) fn address(&self) -> String {
        let mut address = format!("#{}/{}", self.state, self.language.tag());
        for part in [self.bare.then_some("bare"), self.theme].into_iter().flatten() {
            address.push('/');
            address.push_str(part);
        }
        if let Some(width) = self.width {
            address.push('/');
            address.push_str(&width.to_string());
        }
        address
    }
}
