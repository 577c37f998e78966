//! `organisation.*`: the organisation's name, phone number, logo and colour.

use super::{
    Error, Mode,
    accent::{self, Accent},
    files::unread_value,
    keys::{Keys, Value},
    read,
};
use crate::rules::phone;
use std::{fmt, fs::File, io::Read};

pub(super) const KEYS: [&str; 4] =
    ["organisation.name", "organisation.phone", "organisation.logo", "organisation.accent"];

/// Maximum size of a logo, in bytes. Every page shows it, also on phones.
const HEAVIEST_LOGO: usize = 100_000;

/// The organisation that runs the installation.
#[derive(Debug)]
pub struct Organisation {
    /// Its name, shown on every page and in every message.
    pub name: String,
    /// Its switchboard, in E.164.
    pub phone: Option<String>,
    /// Its logo.
    pub logo: Option<Logo>,
    /// Its accent colour.
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
    pub(super) fn take(keys: &mut Keys, mode: Mode) -> Result<Self, Error> {
        let demo = mode == Mode::Demo;
        let name = keys.take_required(
            "organisation.name",
            demo.then(|| "Exempelkommunen".to_owned()),
            |value| read::line(value, 100),
        )?;
        let phone = keys
            .take("organisation.phone", phone)?
            .or_else(|| demo.then(|| "+46300834000".to_owned()));
        let logo = keys.take("organisation.logo", logo)?;
        let default = Value::Text(accent::DEFAULT.to_owned());
        let accent = read::text(keys.take("organisation.accent", Ok)?.unwrap_or(default))
            .and_then(|text| accent::parse(&text))
            .map_err(|wrong| Error::key("organisation.accent", wrong))?;
        Ok(Self { name, phone, logo, accent })
    }
}

/// Reads a phone number that can be called.
fn phone(value: Value) -> Result<String, String> {
    phone::sender(&read::text(value)?)
}

fn logo(value: Value) -> Result<Logo, String> {
    let mut bytes = Vec::new();
    let path = read::text(value)?;
    File::open(&path)
        .and_then(|file| file.take(HEAVIEST_LOGO as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| unread_value(&path, &error))?;
    if bytes.len() > HEAVIEST_LOGO {
        return Err(format!("must not be larger than {} kB", HEAVIEST_LOGO / 1000));
    }
    let media_type = picture(&bytes).ok_or("must be an SVG or PNG picture")?;
    Ok(Logo { media_type, bytes })
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
