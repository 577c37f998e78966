//! `secrets.*`: the installation key, from which every other key is derived.

use super::{
    Database, Error,
    keys::{Keys, Value},
    read,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use std::{
    collections::BTreeSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

pub(super) const KEYS: [&str; 2] = ["secrets.key", "secrets.previous"];

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
    pub(super) fn take(keys: &mut Keys) -> Result<Self, Error> {
        let key = keys.take_required("secrets.key", None, key)?;
        Ok(Self { key, previous: Self::take_previous(keys)? })
    }

    /// Takes the keys like [`Self::take`]. If no key is set, uses one in a file beside the demo's database,
    /// so that the demo's links survive a restart.
    pub(super) fn take_in_demo(
        keys: &mut Keys,
        database: &Database,
        fresh_key: impl FnOnce() -> Option<[u8; KEY_LENGTH]>,
    ) -> Result<Self, Error> {
        let key = match keys.take("secrets.key", key)? {
            Some(key) => key,
            None => kept_beside(database, fresh_key)?,
        };
        Ok(Self { key, previous: Self::take_previous(keys)? })
    }

    /// Returns the names of the keys that are not random: those with fewer than 8 different bytes. Of random
    /// keys, not one in 10²⁰ is like that.
    pub fn weak(&self) -> Vec<&'static str> {
        let few = |key: &MasterKey| {
            let bytes: BTreeSet<u8> = key.expose_secret().iter().copied().collect();
            bytes.len() < 8
        };
        let [key, previous] = KEYS;
        [(key, few(&self.key)), (previous, self.previous.iter().any(few))]
            .into_iter()
            .filter_map(|(name, weak)| weak.then_some(name))
            .collect()
    }

    fn take_previous(keys: &mut Keys) -> Result<Vec<MasterKey>, Error> {
        let previous = keys.take("secrets.previous", |value| {
            read::list(value)?
                .into_iter()
                .map(|item| key(Value::Text(item)).map_err(|_| MANY.to_owned()))
                .collect::<Result<_, _>>()
        })?;
        Ok(previous.unwrap_or_default())
    }
}

const ONE: &str = "must be 32 random bytes in base64, such as `openssl rand -base64 32` makes";
const MANY: &str = "must list keys of 32 bytes in base64";

fn key(value: Value) -> Result<MasterKey, String> {
    decode(&SecretString::from(read::text(value)?)).ok_or_else(|| ONE.to_owned())
}

fn decode(text: &SecretString) -> Option<MasterKey> {
    let decoded = SecretBox::new(Box::new(STANDARD.decode(text.expose_secret().trim()).ok()?));
    let bytes = <[u8; KEY_LENGTH]>::try_from(decoded.expose_secret().as_slice()).ok()?;
    Some(SecretBox::new(Box::new(bytes)))
}

fn kept_beside(
    database: &Database,
    fresh_key: impl FnOnce() -> Option<[u8; KEY_LENGTH]>,
) -> Result<MasterKey, Error> {
    let Database::Sqlite(path) = database else {
        return Err(Error::key("secrets.key", "must be set"));
    };
    let path = with_ending(path, ".key");
    match fs::read_to_string(&path) {
        Ok(text) => decode(&text.into())
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
