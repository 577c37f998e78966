//! `organisation.*`: the organisation's name, phone number, logo and colour.

use super::{
    Error, Mode,
    accent::{self, Accent},
    files::unread_value,
    keys::{DEMO_NAME, Keys},
    read::{line, parsed},
    reference::{Key, Section},
};
use crate::rules::phone;
use serde::{Deserialize, Deserializer};
use std::{fmt, fs::File, io::Read};

pub(super) const SECTION: Section = Section {
    name: "organisation",
    about: "",
    keys: &[
        Key::required(
            "organisation.name",
            "Exempelkommunen",
            "name of the organisation, on every page and in every message",
        ),
        Key::optional("organisation.phone", "+46300834000", "its switchboard, as `+46300834000`"),
        Key::optional(
            "organisation.logo",
            "/etc/anslut/logo.svg",
            "path of an SVG or PNG file of at most 100 kB, shown in place of the name",
        ),
        Key::optional(
            "organisation.logo_dark",
            "/etc/anslut/logo-dark.svg",
            "the same for dark pages. Without it, dark pages show the logo on a light plate",
        ),
        Key::new(
            "organisation.accent",
            "#0b5d6e",
            "colour of buttons, as `#rrggbb`. A colour that is too pale to see is rejected. Dark pages use a paler \
             shade",
        ),
    ],
};

/// Maximum size of a logo, in bytes. Every page shows it, also on phones.
const HEAVIEST_LOGO: usize = 100_000;

/// The organisation that runs the installation.
#[derive(Debug, Deserialize)]
pub struct Organisation {
    /// Its name, shown on every page and in every message.
    #[serde(deserialize_with = "line::<_, _, 100>")]
    pub name: String,
    /// Its switchboard, in E.164.
    #[serde(default, deserialize_with = "phone")]
    pub phone: Option<String>,
    /// Its logo.
    #[serde(default, deserialize_with = "logo")]
    pub logo: Option<Logo>,
    /// Its logo for dark pages. Only if there is a logo.
    #[serde(default, deserialize_with = "logo")]
    pub logo_dark: Option<Logo>,
    /// Its accent colour.
    #[serde(deserialize_with = "accent")]
    pub accent: Accent,
}

/// A picture, read at the start.
pub struct Logo {
    /// Its media type.
    pub media_type: &'static str,
    /// The file's content.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Logo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Logo({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

impl Organisation {
    /// Reads the section.
    pub(super) fn read(keys: &mut Keys, mode: Mode) -> Result<Self, Error> {
        let organisation: Self = keys.section(SECTION.name)?;
        match (&organisation.logo, &organisation.logo_dark) {
            (None, Some(_)) => Err(Error::key("organisation.logo_dark", "needs organisation.logo")),
            (None, None) if mode == Mode::Demo && organisation.name == DEMO_NAME => {
                let (logo, logo_dark) = demo_logos();
                Ok(Self { logo, logo_dark, ..organisation })
            }
            _ => Ok(organisation),
        }
    }
}

/// Returns the coat of arms of the demo's organisation: its logos for light pages and for dark ones.
#[cfg(feature = "demo")]
fn demo_logos() -> (Option<Logo>, Option<Logo>) {
    const LIGHT: &str = include_str!("demo-arms.svg");
    let dark = LIGHT.replace("#0b5d6e", "#2b8799").replace("#1d2b36", "#f2f5f7");
    let logo = |text: String| Logo { media_type: "image/svg+xml", bytes: text.into_bytes() };
    (Some(logo(LIGHT.to_owned())), Some(logo(dark)))
}

#[cfg(not(feature = "demo"))]
const fn demo_logos() -> (Option<Logo>, Option<Logo>) {
    (None, None)
}

/// Reads a phone number that can be called.
fn phone<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    parsed(value, phone::sender).map(Some)
}

fn accent<'de, D: Deserializer<'de>>(value: D) -> Result<Accent, D::Error> {
    parsed(value, accent::parse)
}

fn logo<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Logo>, D::Error> {
    parsed(value, Logo::read).map(Some)
}

impl Logo {
    fn read(path: &str) -> Result<Self, String> {
        let mut bytes = Vec::new();
        File::open(path)
            .and_then(|file| file.take(HEAVIEST_LOGO as u64 + 1).read_to_end(&mut bytes))
            .map_err(|error| unread_value(path, &error))?;
        if bytes.len() > HEAVIEST_LOGO {
            return Err(format!("must not be larger than {} kB", HEAVIEST_LOGO / 1000));
        }
        let media_type = picture(&bytes).ok_or("must be an SVG or PNG picture")?;
        Ok(Self { media_type, bytes })
    }
}

/// Returns the media type of a picture, by its content. `None` for other files.
fn picture(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim_start();
    let begins = ["<svg", "<?xml", "<!--", "<!DOCTYPE svg"].iter().any(|b| text.starts_with(b));
    (begins && text.contains("<svg")).then_some("image/svg+xml")
}
