//! `secrets.*`: the installation key, from which every other key is derived.

use super::{
    Database, Error, Mode,
    keys::Keys,
    read::{list, parsed},
    reference::{Key, Section},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretBox};
use serde::{Deserialize, Deserializer};
use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

pub(super) const SECTION: Section = Section {
    name: "secrets",
    about: "",
    keys: &[
        Key::required(
            "secrets.key",
            "/etc/anslut/key",
            "the installation key: 32 random bytes in base64, as `openssl rand -base64 32` prints. All other keys \
             are derived from it. Without it, waiting messages can't be rendered, and codes that were sent can't \
             be checked",
        )
        .in_file(),
        Key::optional(
            "secrets.previous",
            "[]",
            "previous keys that are still accepted: see [Change the key](keys.md)",
        ),
    ],
};

/// Length of a key, in bytes.
pub const KEY_LENGTH: usize = 32;

/// An installation key. Its `Debug` output hides the value.
pub type MasterKey = SecretBox<[u8; KEY_LENGTH]>;

/// The installation keys.
#[derive(Debug)]
pub struct Secrets {
    /// The key in use.
    pub key: MasterKey,
    /// Previous keys, which are still accepted.
    pub previous: Vec<MasterKey>,
}

impl From<&Secrets> for crate::keys::Keys {
    fn from(secrets: &Secrets) -> Self {
        let previous: Vec<_> = secrets.previous.iter().map(|key| *key.expose_secret()).collect();
        Self::new(*secrets.key.expose_secret(), &previous)
    }
}

impl Secrets {
    /// Reads the section. If no key is set, a demo uses one in a file beside its database, so that its links
    /// survive a restart.
    pub(super) fn read(
        keys: &mut Keys,
        database: &Database,
        mode: Mode,
        fresh_key: impl FnOnce() -> Option<[u8; KEY_LENGTH]>,
    ) -> Result<Self, Error> {
        let Set { key, previous } = keys.section(SECTION.name)?;
        let key = match (key, mode) {
            (Some(key), _) => key,
            (None, Mode::Demo) => kept_beside(database, fresh_key)?,
            (None, Mode::Product) => return Err(Error::missing().below("secrets.key")),
        };
        Ok(Self { key, previous })
    }

    /// Returns the names of the keys that are not random: those with fewer than 8 different bytes. Of random
    /// keys, not one in 10²⁰ is like that.
    pub fn weak(&self) -> Vec<&'static str> {
        let few = |key: &MasterKey| {
            let bytes: BTreeSet<u8> = key.expose_secret().iter().copied().collect();
            bytes.len() < 8
        };
        [("secrets.key", few(&self.key)), ("secrets.previous", self.previous.iter().any(few))]
            .into_iter()
            .filter_map(|(name, weak)| weak.then_some(name))
            .collect()
    }
}

#[derive(Deserialize)]
struct Set {
    #[serde(default, deserialize_with = "key")]
    key: Option<MasterKey>,
    #[serde(default, deserialize_with = "previous")]
    previous: Vec<MasterKey>,
}

fn key<'de, D: Deserializer<'de>>(value: D) -> Result<Option<MasterKey>, D::Error> {
    let wrong = "must be 32 random bytes in base64, such as `openssl rand -base64 32` makes";
    parsed(value, |text| decode(text).map(Some).ok_or(wrong))
}

fn previous<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<MasterKey>, D::Error> {
    list(value, |text| decode(text).ok_or("must list keys of 32 bytes in base64"))
}

fn decode(text: &str) -> Option<MasterKey> {
    let decoded = SecretBox::new(Box::new(STANDARD.decode(text.trim()).ok()?));
    let bytes = <[u8; KEY_LENGTH]>::try_from(decoded.expose_secret().as_slice()).ok()?;
    Some(SecretBox::new(Box::new(bytes)))
}

fn kept_beside(
    database: &Database,
    fresh_key: impl FnOnce() -> Option<[u8; KEY_LENGTH]>,
) -> Result<MasterKey, Error> {
    let Database::Sqlite(path) = database else {
        return Err(Error::missing().below("secrets.key"));
    };
    let path = with_ending(path, ".key");
    match fs::read_to_string(&path) {
        Ok(text) => decode(&text)
            .ok_or_else(|| Error::file(&path, "holds no key: remove it and the demo's database")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = fresh_key()
                .ok_or_else(|| Error::key("secrets.key", "can't be made: no randomness here"))?;
            OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .and_then(|mut file| writeln!(file, "{}", STANDARD.encode(key)))
                .map_err(|error| {
                    Error::file(&path, format!("can't be written: {}", error.kind()))
                })?;
            Ok(SecretBox::new(Box::new(key)))
        }
        Err(error) => Err(Error::file(&path, format!("can't be read: {}", error.kind()))),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
