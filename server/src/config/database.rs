//! `database.url`: where everything is remembered.

use super::{Error, Mode, keys::Keys, read};
use std::path::PathBuf;

pub(super) const KEYS: [&str; 1] = ["database.url"];

/// The database.
#[derive(Debug)]
pub enum Database {
    /// An `SQLite` file.
    Sqlite(PathBuf),
}

impl Database {
    pub(super) fn take(keys: &mut Keys, mode: Mode) -> Result<Self, Error> {
        let default = match mode {
            Mode::Product => "anslut.db",
            Mode::Demo => "anslut-demo.db",
        };
        keys.take_or("database.url", Self::Sqlite(default.into()), |value| {
            let text = read::line(value, 4096)?;
            if text.starts_with("postgres://") || text.starts_with("postgresql://") {
                return Err("can't be PostgreSQL in this version: use sqlite://PATH".into());
            }
            let path = text.strip_prefix("sqlite://").ok_or("must be sqlite://PATH")?;
            if path.is_empty() || path.contains(['?', '#']) || path.starts_with(':') {
                return Err("must be sqlite://PATH, the path of a file and nothing more".into());
            }
            Ok(Self::Sqlite(path.into()))
        })
    }
}
