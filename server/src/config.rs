//! The configuration: a TOML file under the environment, read once at the start.
//!
//! What is wrong with it is said in one line that names the key and never repeats a value.

mod accent;
mod bankid;
mod code;
mod database;
mod files;
mod http;
mod keys;
mod mail;
mod meeting;
mod metrics;
mod oidc;
mod organisation;
mod privacy;
mod read;
mod reminder;
mod retention;
mod secrets;
mod session;
mod sms;
mod statement;
#[cfg(test)]
mod tests;

pub use {
    accent::{Accent, Shade},
    bankid::{BankId, Certificates},
    code::Code,
    database::Database,
    files::SourceFile,
    http::{Http, Origin},
    mail::Mail,
    meeting::Meeting,
    metrics::Metrics,
    oidc::{ClaimNames, ClientAuthentication, OidcProvider},
    organisation::{Logo, Organisation},
    privacy::Privacy,
    reminder::Reminder,
    retention::Retention,
    secrets::{KEY_LENGTH, MasterKey, Secrets},
    session::Session,
    sms::{Sms, SmsProvider},
    statement::Statement,
};

use keys::Keys;
use std::{
    ffi::OsString,
    fmt, fs, io,
    path::{Path, PathBuf},
};

/// The file that is read when none is named.
const FILE: &str = "anslut.toml";

/// What the program is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// People.
    Product,
    /// Trying it out, on the machine itself.
    Demo,
}

/// Everything that an operator decides.
#[derive(Debug)]
pub struct Config {
    /// What the program is run for.
    pub mode: Mode,
    /// Who the service belongs to.
    pub organisation: Organisation,
    /// Where it is found.
    pub http: Http,
    /// Where its figures are told.
    pub metrics: Metrics,
    /// Where everything is remembered.
    pub database: Database,
    /// How messages leave.
    pub mail: Mail,
    /// How codes by SMS leave; none where they are not offered. A demo keeps what it would send.
    pub sms: Option<Sms>,
    /// How people identify with BankID, where they can.
    pub bankid: Option<BankId>,
    /// The providers of OpenID Connect that people can identify with.
    pub oidc: Vec<OidcProvider>,
    /// What every key is derived from.
    pub secrets: Secrets,
    /// The one-time code and its limits.
    pub code: Code,
    /// How long a browser stays known.
    pub session: Session,
    /// How long personal data is kept.
    pub retention: Retention,
    /// When a meeting's doors open and close.
    pub meeting: Meeting,
    /// When recipients are reminded of a meeting.
    pub reminder: Reminder,
    /// What the accessibility statement says.
    pub statement: Statement,
    /// What the privacy notice says.
    pub privacy: Privacy,
    /// The files that all this was read from.
    pub files: Vec<SourceFile>,
}

impl Config {
    /// Reads the configuration from the file named, or `anslut.toml` where there is one, and the
    /// environment. A demo reads only a file that is named, so that it never opens the database
    /// of an installation by chance.
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
        let mut keys = Keys::gather(file, environment, &known())?;
        Self::take(&mut keys, mode, fresh_key)
    }

    fn take(
        keys: &mut Keys,
        mode: Mode,
        fresh_key: impl FnOnce() -> Option<[u8; KEY_LENGTH]>,
    ) -> Result<Self, Error> {
        let organisation = Organisation::take(keys, mode)?;
        let http = Http::take(keys, mode)?;
        let metrics = Metrics::take(keys, &http, mode)?;
        let database = Database::take(keys, mode)?;
        let mail = Mail::take(keys, mode)?;
        let sms = Sms::take(keys)?;
        let bankid = BankId::take(keys, &http, mode)?;
        let oidc = oidc::take(keys)?;
        let code = Code::take(keys)?;
        let session = Session::take(keys)?;
        let retention = Retention::take(keys)?;
        let meeting = Meeting::take(keys, &retention)?;
        let reminder = Reminder::take(keys)?;
        let statement = Statement::take(keys)?;
        let privacy = Privacy::take(keys)?;
        // Last, since a demo writes its key to a file.
        let secrets = match mode {
            Mode::Product => Secrets::take(keys),
            Mode::Demo => Secrets::take_in_demo(keys, &database, fresh_key),
        }?;
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
            reminder,
            statement,
            privacy,
            files: keys.files(),
        })
    }
}

/// Every key that there is.
fn known() -> Vec<&'static str> {
    [
        &organisation::KEYS[..],
        &http::KEYS,
        &metrics::KEYS,
        &database::KEYS,
        &mail::KEYS,
        &sms::KEYS,
        &bankid::KEYS,
        &secrets::KEYS,
        &code::KEYS,
        &session::KEYS,
        &retention::KEYS,
        &meeting::KEYS,
        &reminder::KEYS,
        &statement::KEYS,
        &privacy::KEYS,
    ]
    .concat()
}

/// What is wrong with the configuration, in one line.
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
