//! `database.url`: the database.

use super::{
    Error, Mode,
    keys::Keys,
    reference::{Key, Section},
};
use crate::rules::{loopback::is_loopback, text};
use secrecy::SecretString;
use serde::Deserialize;
use std::path::PathBuf;
use url::Url;

pub(super) const SECTION: Section = Section {
    name: "database",
    about: "An address with a password can be in a file (url_file). A database on another machine must have a \
            trusted certificate (?sslrootcert=/path), unless ?sslmode= says otherwise.",
    keys: &[Key::new(
        "database.url",
        "sqlite://anslut.db",
        "`sqlite://PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`: see [Database](database.md)",
    )],
};

/// The database.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub enum Database {
    /// An `SQLite` file.
    Sqlite(PathBuf),
    /// A PostgreSQL database: its address with `sslmode` set. It may hold a password.
    Postgres(SecretString),
}

/// Parameters that may follow the name of a PostgreSQL database.
const PARAMETERS: [&str; 5] = ["host", "sslmode", "sslrootcert", "sslcert", "sslkey"];

/// Modes of encryption for a connection to PostgreSQL.
const SSL_MODES: [&str; 6] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

#[derive(Deserialize)]
struct Set {
    url: Database,
}

impl Database {
    /// Reads the section.
    pub(super) fn read(keys: &mut Keys, mode: Mode) -> Result<Self, Error> {
        let Set { url } = keys.section(SECTION.name)?;
        // A demo creates meetings and shows every message. It must not use an installation's database.
        if mode == Mode::Demo && matches!(url, Self::Postgres(_)) {
            return Err(Error::key("database.url", "must be sqlite://PATH in a demo"));
        }
        Ok(url)
    }
}

impl TryFrom<String> for Database {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let text = text::line(&text, 4096)?;
        if text.starts_with("postgres:") || text.starts_with("postgresql:") {
            return Ok(Self::Postgres(postgres(&text)?));
        }
        let path = text
            .strip_prefix("sqlite://")
            .ok_or("must be sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE")?;
        if path.is_empty() || path.contains(['?', '#']) || path.starts_with(':') {
            return Err("must be sqlite://PATH, the path of a file and nothing more".into());
        }
        Ok(Self::Sqlite(path.into()))
    }
}

/// Checks the address of a PostgreSQL database. A server on another machine must prove its identity over an
/// encrypted connection, unless the address says otherwise.
fn postgres(text: &str) -> Result<SecretString, String> {
    let mut url = Url::parse(text).map_err(|_| "must be postgres://USER:PASSWORD@HOST/DATABASE")?;
    let name = url.path().trim_start_matches('/');
    if url.cannot_be_a_base() || name.is_empty() || name.contains('/') || url.fragment().is_some() {
        return Err("must be postgres://USER:PASSWORD@HOST/DATABASE".into());
    }
    let mut found: Vec<(String, String)> = Vec::new();
    for (key, value) in url.query_pairs() {
        if !PARAMETERS.contains(&&*key) || found.iter().any(|(known, _)| *known == key) {
            let parameters = PARAMETERS.join(", ");
            return Err(format!(
                "must have nothing after the database but {parameters}, once each"
            ));
        }
        found.push((key.into_owned(), value.into_owned()));
    }
    let parameter = |name| found.iter().find(|(key, _)| key == name).map(|(_, value)| value);
    match parameter("sslmode") {
        Some(stated) if SSL_MODES.contains(&stated.as_str()) => {}
        Some(_) => return Err(format!("must have one of sslmode={}", SSL_MODES.join(", "))),
        None => {
            let named = url.host_str().unwrap_or_default().to_ascii_lowercase();
            let near = match parameter("host") {
                Some(host) => host.starts_with('/') || host == "localhost",
                None => named.is_empty() || named.starts_with("%2f") || is_loopback(&url),
            };
            let mode = if near { "prefer" } else { "verify-full" };
            url.query_pairs_mut().append_pair("sslmode", mode);
        }
    }
    Ok(String::from(url).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn read(text: &str) -> Result<String, String> {
        postgres(text).map(|url| url.expose_secret().to_owned())
    }

    #[test]
    fn a_database_on_another_machine_must_prove_who_it_is() {
        for near in [
            "postgres:///anslut",
            "postgres:///anslut?host=/run/postgresql",
            "postgres://u@%2Frun%2Fpostgresql/anslut",
            "postgresql://u:p@localhost/anslut",
            "postgres://u:p@127.0.0.1:5433/anslut",
            "postgres://u:p@[::1]/anslut",
        ] {
            let url = read(near).expect(near);
            assert!(url.ends_with("sslmode=prefer"), "{near}");
        }
        for far in [
            "postgres://u:p@db.kommun.example/anslut",
            "postgres://u:p@10.0.0.7/anslut?sslrootcert=/etc/anslut/ca.pem",
            "postgres://u:p@localhost/anslut?host=db.kommun.example",
        ] {
            let url = read(far).expect(far);
            assert!(url.ends_with("sslmode=verify-full"), "{far}");
        }
        let stated = "postgres://u:p@db.kommun.example/anslut?sslmode=require";
        assert_eq!(read(stated).as_deref(), Ok(stated));
    }

    #[test]
    fn what_is_no_database_is_refused_and_never_repeated() {
        for text in [
            "postgres:",
            "postgres://",
            "postgres:anslut",
            "postgres://u:hemligt@h",
            "postgres://u:hemligt@h/",
            "postgres://u:hemligt@h/d/e",
            "postgres://u:hemligt@h/d#e",
            "postgres://u:hemligt@h:99999/d",
            "postgres://u:hemligt@h/d?sslmode=maybe",
            "postgres://u:hemligt@h/d?sslmode=require&sslmode=disable",
            "postgres://u@h/d?passwd=hemligt",
            "postgres://u@h/d?options=-c%20hemligt",
        ] {
            let wrong = read(text).expect_err(text);
            assert!(!wrong.contains("hemligt"), "{wrong}");
        }
    }
}
