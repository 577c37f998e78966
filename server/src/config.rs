//! The configuration: a TOML file below the environment, read once at the start.
//!
//! Each section is a struct that serde reads, beside the list of its keys with their defaults and meanings. The
//! documents are generated from that list. An error is one line. It names the key and never repeats a value.

mod accent;
mod bankid;
mod code;
mod database;
mod files;
mod http;
mod jitsi;
mod keys;
mod livekit;
mod mail;
mod meeting;
mod metrics;
mod oidc;
mod organisation;
mod privacy;
mod read;
pub mod reference;
mod reminder;
mod retention;
mod room;
mod secrets;
mod session;
mod sms;
mod statement;
#[cfg(test)]
mod tests;
mod value;

pub use accent::{Accent, Shade};
pub use bankid::{BankId, Certificates};
pub use database::Database;
pub use files::SourceFile;
pub use http::{Http, Origin};
pub use jitsi::Jitsi;
pub use livekit::LiveKit;
pub use mail::Mail;
pub use metrics::Metrics;
pub use oidc::{ClaimNames, ClientAuthentication, OidcProvider};
pub use organisation::{Logo, Organisation};
pub use privacy::Privacy;
pub use reminder::Reminder;
pub use retention::Retention;
pub use room::{HostMethod, Media, Room, Turn};
pub use secrets::{KEY_LENGTH, MasterKey, Secrets};
pub use sms::{Sms, SmsProvider};
pub use statement::Statement;

use crate::rules::{invitation::MeetingLimits, limits::CodeLimits, session::SessionLimits};
use keys::Keys;
use reference::Section;
use std::{
    ffi::OsString,
    fmt, fs, io, mem,
    path::{Path, PathBuf},
};

/// The file that is read if none is named.
const FILE: &str = "anslut.toml";

/// The mode of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Real use, by people.
    Product,
    /// A trial on the machine itself.
    Demo,
}

/// The operator's settings.
#[derive(Debug)]
pub struct Config {
    /// The mode of the program.
    pub mode: Mode,
    /// The organisation that runs the service.
    pub organisation: Organisation,
    /// The address of the service.
    pub http: Http,
    /// The listener for metrics.
    pub metrics: Metrics,
    /// The database.
    pub database: Database,
    /// The mail server and the `From` address.
    pub mail: Mail,
    /// The gateway for SMS. `None` if SMS is not offered. A demo keeps its messages.
    pub sms: Option<Sms>,
    /// The settings of BankID. `None` if BankID is not offered.
    pub bankid: Option<BankId>,
    /// The providers of OpenID Connect that people can identify with.
    pub oidc: Vec<OidcProvider>,
    /// The installation key and the previous keys.
    pub secrets: Secrets,
    /// The one-time code and its limits.
    pub code: CodeLimits,
    /// The duration of sessions.
    pub session: SessionLimits,
    /// The retention of personal data.
    pub retention: Retention,
    /// The times when a meeting's room opens and its invitation closes.
    pub meeting: MeetingLimits,
    /// The built-in rooms, and what is common to all that have hosts.
    pub room: Room,
    /// The LiveKit server. `None` if rooms can't use it.
    pub livekit: Option<LiveKit>,
    /// The Jitsi Meet. `None` if rooms can't be there.
    pub jitsi: Option<Jitsi>,
    /// The times of reminders.
    pub reminder: Reminder,
    /// The installation's facts for the accessibility statement.
    pub statement: Statement,
    /// The installation's facts for the privacy notice.
    pub privacy: Privacy,
    /// The files that the configuration was read from.
    pub files: Vec<SourceFile>,
}

impl Config {
    /// Reads the configuration from the environment and a file: the named one, or `anslut.toml` if it exists.
    /// A demo reads a file only if it is named. It could otherwise open the database of an installation by
    /// mistake.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        mode: Mode,
        fresh_key: impl FnOnce() -> Option<[u8; KEY_LENGTH]>,
    ) -> Result<Self, Error> {
        let path = match (file, mode) {
            (Some(path), _) => Some(path),
            (None, Mode::Product) => Some(Path::new(FILE)),
            (None, Mode::Demo) => None,
        };
        let text = match path.map(|path| (path, fs::read_to_string(path))) {
            None => None,
            Some((path, Ok(text))) => Some((path, text)),
            Some((_, Err(error))) if file.is_none() && error.kind() == io::ErrorKind::NotFound => {
                None
            }
            Some((path, Err(error))) => {
                return Err(Error::file(path, format!("can't be read: {}", error.kind())));
            }
        };
        let text = text.as_ref().map(|(path, text)| (*path, text.as_str()));
        Self::read(text, environment, mode, fresh_key)
    }

    fn read(
        file: Option<(&Path, &str)>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
        mode: Mode,
        fresh_key: impl FnOnce() -> Option<[u8; KEY_LENGTH]>,
    ) -> Result<Self, Error> {
        let mut keys = Keys::gather(file, environment, mode)?;
        Self::from_keys(&mut keys, mode, fresh_key)
    }

    fn from_keys(
        keys: &mut Keys,
        mode: Mode,
        fresh_key: impl FnOnce() -> Option<[u8; KEY_LENGTH]>,
    ) -> Result<Self, Error> {
        let organisation = Organisation::read(keys, mode)?;
        let http = Http::read(keys, mode)?;
        let metrics = Metrics::read(keys, &http, mode)?;
        let database = Database::read(keys, mode)?;
        let mail = Mail::read(keys, mode)?;
        let sms = Sms::read(keys)?;
        let bankid = BankId::read(keys, &http, mode)?;
        let oidc = oidc::read(keys)?;
        let code = code::read(keys)?;
        let session = session::read(keys)?;
        let retention = keys.section(retention::SECTION.name)?;
        let meeting = meeting::read(keys, &session, &retention)?;
        let room = Room::read(keys, &http, &oidc, mode)?;
        let livekit = LiveKit::read(keys)?;
        let jitsi = Jitsi::read(keys, mode)?;
        let reminder = keys.section(reminder::SECTION.name)?;
        let statement = Statement::read(keys)?;
        let privacy = keys.section(privacy::SECTION.name)?;
        // Last, since a demo writes its key to a file.
        let secrets = Secrets::read(keys, &database, mode, fresh_key)?;
        Ok(Self {
            mode,
            organisation,
            http,
            metrics,
            database,
            mail,
            sms,
            bankid,
            oidc,
            secrets,
            code,
            session,
            retention,
            meeting,
            room,
            livekit,
            jitsi,
            reminder,
            statement,
            privacy,
            files: mem::take(&mut keys.files),
        })
    }
}

/// The sections, in the order of the documents. Providers are apart, because there may be several.
const SECTIONS: [&Section; 18] = [
    &organisation::SECTION,
    &http::SECTION,
    &metrics::SECTION,
    &database::SECTION,
    &mail::SECTION,
    &sms::SECTION,
    &bankid::SECTION,
    &secrets::SECTION,
    &code::SECTION,
    &session::SECTION,
    &meeting::SECTION,
    &room::SECTION,
    &livekit::SECTION,
    &jitsi::SECTION,
    &reminder::SECTION,
    &retention::SECTION,
    &statement::SECTION,
    &privacy::SECTION,
];

/// An error in the configuration, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    place: String,
    wrong: String,
}

impl Error {
    fn key(key: &str, wrong: impl Into<String>) -> Self {
        // A quoted key in the file may hold anything.
        let place = key.chars().take(100).flat_map(char::escape_debug).collect();
        Self { place, wrong: wrong.into() }
    }

    /// Fails with an error of the first of these keys that is set.
    fn of_any<const N: usize>(keys: [(&str, bool); N], wrong: &str) -> Result<(), Self> {
        match keys.into_iter().find(|(_, set)| *set) {
            Some((key, _)) => Err(Self::key(key, wrong)),
            None => Ok(()),
        }
    }

    /// An error of a value whose key is not known yet.
    fn value(wrong: impl Into<String>) -> Self {
        Self { place: String::new(), wrong: wrong.into() }
    }

    fn missing() -> Self {
        Self::value("must be set")
    }

    /// Puts the name of a key or a section before the place.
    fn below(self, name: &str) -> Self {
        let dot = if self.place.is_empty() { "" } else { "." };
        Self { place: format!("{name}{dot}{}", self.place), ..self }
    }

    fn file(path: &Path, wrong: impl Into<String>) -> Self {
        let place = PathBuf::from(path).display().to_string().escape_debug().to_string();
        Self { place, wrong: wrong.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.wrong)
    }
}

impl std::error::Error for Error {}
