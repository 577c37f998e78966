//! The organisations' colours and logos, to try the screens with.

use js_sys::encode_uri_component;

/// A colour of an organisation, as the service would serve it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Accent {
    /// Its part of the address.
    pub(super) part: &'static str,
    /// The name in the gallery.
    pub(super) name: &'static str,
    /// The service's `brand.css`.
    pub(super) style: &'static str,
}

/// The colours offered beside the default.
pub(super) static ACCENTS: &[Accent] = &[
    Accent { part: "accent-navy", name: "navy", style: include_str!("accents/navy.css") },
    Accent { part: "accent-orange", name: "orange", style: include_str!("accents/orange.css") },
];

/// A logo of an organisation.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Logo {
    /// Its part of the address.
    pub(super) part: &'static str,
    /// The name in the gallery.
    pub(super) name: &'static str,
    svg: &'static str,
}

/// The logos offered.
pub(super) static LOGOS: &[Logo] = &[
    Logo { part: "logo-dark", name: "dark letters", svg: include_str!("logos/dark.svg") },
    Logo { part: "logo-light", name: "light letters", svg: include_str!("logos/light.svg") },
    Logo { part: "logo-wide", name: "wide", svg: include_str!("logos/wide.svg") },
    Logo { part: "logo-square", name: "square", svg: include_str!("logos/square.svg") },
];

impl Logo {
    /// Returns the logo as an address.
    pub(super) fn address(&self) -> String {
        format!("data:image/svg+xml,{}", encode_uri_component(self.svg))
    }
}
