//! Database errors, in words that operators may read.
//!
//! A database's own words repeat statements, rows and values, such as a duplicate key or a text that is no
//! number. They never leave this file. An error reports its kind, the database's code and the place in the
//! tables. Every error passes through here, so errors are counted here too.

use crate::clock::Stopwatch;
use sqlx::{
    Error,
    error::{DatabaseError, ErrorKind},
    migrate::MigrateError,
};
use std::{
    borrow::Cow,
    fmt, io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// An error of the store: it can't be reached, or does not answer as it should. Carries what operators need.
pub struct StoreError(Cause);

/// The library that reports an error.
enum Cause {
    /// PostgreSQL, migrations, or this store itself.
    Sqlx(Error),
    /// SQLite.
    Sqlite(rusqlite::Error),
    /// None: a job of the writer waits for something else than the database.
    Waits,
}

/// A database that can be reached but not used, with the reason in our own words.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unfit(pub(super) &'static str);

impl From<Unfit> for StoreError {
    fn from(unfit: Unfit) -> Self {
        Error::Configuration(Box::new(unfit)).into()
    }
}

/// Message about a pooler that shares connections, for operators.
pub(super) const POOLED: &str = "PgBouncer or another pooler is in between and does not leave a connection as it was begun: \
                                 connect to the database itself";

/// Word for a full disk, the same in all outputs.
pub const DISK_FULL: &str = "disk-full";

/// The loss of a write, because its shared commit failed with this kind of error.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("lost")]
struct Lost(Trouble);

/// A kind of database error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Database unreachable, or connection broken.
    Unreachable,
    /// Others held what was needed for too long.
    Busy,
    /// No room on the disk, or within a quota.
    DiskFull,
    /// Disk failing or read-only.
    Storage,
    /// Write that contradicts what is there.
    Constraint,
    /// Data that is not as it should be.
    Unreadable,
    /// Tables that are not this program's.
    Schema,
    /// Database that this program can't use.
    Unfit,
    /// Any other error.
    Other,
}

impl Trouble {
    const ALL: [Self; 9] = [
        Self::Unreachable,
        Self::Busy,
        Self::DiskFull,
        Self::Storage,
        Self::Constraint,
        Self::Unreadable,
        Self::Schema,
        Self::Unfit,
        Self::Other,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::Busy => "busy",
            Self::DiskFull => DISK_FULL,
            Self::Storage => "storage",
            Self::Constraint => "constraint",
            Self::Unreadable => "unreadable",
            Self::Schema => "schema",
            Self::Unfit => "unfit",
            Self::Other => "other",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Unreachable => "the database can't be reached",
            Self::Busy => "the database was busy for too long",
            Self::DiskFull => "disk-full: the database has no room to write",
            Self::Storage => "the database can't be written to, or its disk fails",
            Self::Constraint => "the database refuses what contradicts what it holds",
            Self::Unreadable => "what the database holds can't be understood",
            Self::Schema => "the database's tables are not those of this program",
            Self::Unfit => "the database can't be used",
            Self::Other => "the database failed",
        }
    }

    fn of_cause(cause: &Cause) -> Self {
        match cause {
            Cause::Sqlx(error) => Self::of(error),
            Cause::Sqlite(error) => Self::of_sqlite(error),
            Cause::Waits => Self::Other,
        }
    }

    fn of_sqlite(error: &rusqlite::Error) -> Self {
        use rusqlite::Error;
        match error {
            Error::FromSqlConversionFailure(..)
            | Error::InvalidColumnType(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
            | Error::QueryReturnedNoRows => Self::Unreadable,
            Error::InvalidColumnIndex(_) | Error::InvalidColumnName(_) | Error::InvalidQuery => {
                Self::Schema
            }
            _ => error.sqlite_error().map_or(Self::Other, |error| {
                Self::of_sqlite_code(error.extended_code.unsigned_abs())
            }),
        }
    }

    fn of(error: &Error) -> Self {
        match error {
            Error::Database(error) => Self::said(error.as_ref()),
            Error::Configuration(error) if error.is::<Unfit>() => Self::Unfit,
            Error::Configuration(error) if error.is::<Lost>() => {
                error.downcast_ref().map_or(Self::Other, |Lost(trouble)| *trouble)
            }
            Error::Io(error) => match error.kind() {
                io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge => Self::DiskFull,
                io::ErrorKind::ReadOnlyFilesystem => Self::Storage,
                _ => Self::Unreachable,
            },
            Error::Tls(_)
            | Error::Configuration(_)
            | Error::PoolTimedOut
            | Error::PoolClosed
            | Error::WorkerCrashed => Self::Unreachable,
            Error::ColumnDecode { .. } | Error::Decode(_) | Error::RowNotFound => Self::Unreadable,
            Error::ColumnNotFound(_)
            | Error::ColumnIndexOutOfBounds { .. }
            | Error::TypeNotFound { .. } => Self::Schema,
            Error::Migrate(error) => match error.as_ref() {
                MigrateError::Execute(error) => Self::of(error),
                _ => Self::Schema,
            },
            _ => Self::Other,
        }
    }

    /// Returns the kind for the database's code: SQLite's numbers, or PostgreSQL's five characters.
    fn said(error: &dyn DatabaseError) -> Self {
        if !matches!(error.kind(), ErrorKind::Other) {
            return Self::Constraint;
        }
        let code = error.code().unwrap_or(Cow::Borrowed(""));
        if let (5.., Some(class)) = (code.len(), code.get(..2)) {
            return match class {
                _ if is_pooled(error) => Self::Unfit,
                "53" if code == "53100" => Self::DiskFull,
                // Class 57 is an operator's intervention, but 57014 is a statement that took too long. Class
                // 25 is the state of a transaction, but 25P03 is one that was left open.
                "57" if code == "57014" => Self::Busy,
                "25" if code == "25P03" => Self::Busy,
                "08" | "57" | "28" | "3D" => Self::Unreachable,
                "40" | "53" | "55" => Self::Busy,
                "25" | "58" => Self::Storage,
                "23" => Self::Constraint,
                "22" => Self::Unreadable,
                "42" => Self::Schema,
                _ => Self::Other,
            };
        }
        code.parse().map_or(Self::Other, Self::of_sqlite_code)
    }

    /// Returns the kind for SQLite's extended result code (<https://www.sqlite.org/rescode.html>).
    const fn of_sqlite_code(code: u32) -> Self {
        // The low byte is the error, the rest its variant.
        match (code, code & 0xff) {
            // A write that failed at a quota or a file size limit, or the file beside the journal that has no
            // room.
            (778 | 4874, _) | (_, 13) => Self::DiskFull,
            (_, 5 | 6) => Self::Busy,
            (_, 8 | 10) => Self::Storage,
            (_, 14) => Self::Unreachable,
            (_, 11 | 26) => Self::Unreadable,
            (_, 19) => Self::Constraint,
            (_, 1 | 17) => Self::Schema,
            _ => Self::Other,
        }
    }
}

/// `true` if a pooler caused this: it does not know a startup setting, or the connection has another client's
/// prepared statements.
fn is_pooled(error: &dyn DatabaseError) -> bool {
    match error.code().as_deref() {
        Some("26000" | "42P05") => true,
        Some("08P01") => error.message().contains("unsupported startup parameter"),
        _ => false,
    }
}

/// `true` if others held what was needed.
pub(super) fn is_busy(error: &Error) -> bool {
    Trouble::of(error) == Trouble::Busy
}

/// Number of errors of each kind. A process has one database.
static MET: [AtomicU64; Trouble::ALL.len()] = [const { AtomicU64::new(0) }; Trouble::ALL.len()];

/// Returns the name of each kind of error, with the number of errors since the process started.
pub fn troubles() -> impl Iterator<Item = (&'static str, u64)> {
    Trouble::ALL
        .into_iter()
        .zip(&MET)
        .map(|(trouble, met)| (trouble.name(), met.load(Ordering::Relaxed)))
}

fn count(trouble: Trouble) {
    if let Some(met) = MET.get(trouble as usize) {
        met.fetch_add(1, Ordering::Relaxed);
    }
}

/// Time for which the disk counts as full after a write found no room. A small write may find some where the
/// next large one does not.
const STAYS_FULL: Duration = Duration::from_secs(2);

/// Time of the last write that found no room.
static FULL: Mutex<Option<Stopwatch>> = Mutex::new(None);

/// Fails if a write found no room just now.
pub(super) fn not_full() -> Result<(), StoreError> {
    let last = *FULL.lock().unwrap_or_else(PoisonError::into_inner);
    match last {
        Some(last) if last.elapsed() < STAYS_FULL => Err(StoreError::no_room()),
        _ => Ok(()),
    }
}

impl StoreError {
    /// Creates the error of a disk that is full before anything is written.
    pub(super) fn no_room() -> Self {
        count(Trouble::DiskFull);
        Self(Cause::Sqlx(Error::Configuration(Box::new(Lost(Trouble::DiskFull)))))
    }

    /// Creates the error of a job that waits for something else than the database.
    pub(super) fn waits() -> Self {
        Cause::Waits.into()
    }

    /// Creates the error of a write whose shared commit failed with this kind of error.
    pub(super) fn lost(trouble: Trouble) -> Self {
        Error::Configuration(Box::new(Lost(trouble))).into()
    }

    /// Returns the kind of error.
    pub(super) fn trouble(&self) -> Trouble {
        Trouble::of_cause(&self.0)
    }

    /// `true` if the disk is full.
    pub fn is_full(&self) -> bool {
        self.trouble() == Trouble::DiskFull
    }
}

impl From<Cause> for StoreError {
    fn from(cause: Cause) -> Self {
        let trouble = Trouble::of_cause(&cause);
        count(trouble);
        if trouble == Trouble::DiskFull {
            *FULL.lock().unwrap_or_else(PoisonError::into_inner) = Some(Stopwatch::start());
        }
        Self(cause)
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        Cause::Sqlx(error).into()
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Cause::Sqlite(error).into()
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        Error::Migrate(Box::new(error)).into()
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.trouble().words())?;
        let error = match &self.0 {
            Cause::Sqlx(error) => error,
            Cause::Waits => return f.write_str(": a transaction waits for something else"),
            Cause::Sqlite(rusqlite::Error::InvalidColumnType(_, name, _)) => {
                return column(f, name);
            }
            Cause::Sqlite(error) => {
                return match error.sqlite_error() {
                    Some(error) => write!(f, " (code {})", error.extended_code),
                    None => Ok(()),
                };
            }
        };
        match error {
            Error::Database(error) => {
                if let Some(code) = error.code().filter(|code| plain(code)) {
                    write!(f, " (code {code})")?;
                }
                if is_pooled(error.as_ref()) {
                    write!(f, ": {POOLED}")?;
                }
                if let Some(table) = error.table().filter(|table| plain(table)) {
                    write!(f, " in {table}")?;
                }
                Ok(())
            }
            Error::Configuration(error) => match error.downcast_ref::<Unfit>() {
                Some(unfit) => write!(f, ": {unfit}"),
                None => Ok(()),
            },
            Error::ColumnDecode { index, .. } => column(f, index),
            Error::ColumnNotFound(name) => column(f, name),
            Error::Io(error) => write!(f, ": {}", error.kind()),
            Error::PoolTimedOut => f.write_str(": no connection was free in time"),
            Error::Migrate(error) => match error.as_ref() {
                MigrateError::VersionMissing(version) => {
                    write!(f, ": version {version} was made by a newer one")
                }
                MigrateError::VersionMismatch(version) => {
                    write!(f, ": version {version} was made by another one")
                }
                MigrateError::ExecuteMigration(_, version) => {
                    write!(f, ": they can't be brought to version {version}")
                }
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

fn column(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if plain(name.trim_matches('"')) { write!(f, " in {}", name.trim_matches('"')) } else { Ok(()) }
}

/// `true` for a name or code as the tables have them, and no value.
fn plain(name: &str) -> bool {
    (1..=40).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreError({self})")
    }
}

// It has no source, which would print the database's own words after all.
impl std::error::Error for StoreError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::BankIdOrder,
        store::{Tx, query::query},
    };
    use rusqlite::Connection;

    const PERSON: &str = "anna@example.org";

    async fn failing(statement: &'static str) -> StoreError {
        let database = Connection::open_in_memory().expect("a database");
        let people = "CREATE TABLE people (email TEXT PRIMARY KEY CHECK (email <> ''));
            INSERT INTO people VALUES ('anna@example.org')";
        database.execute_batch(people).expect("a table with a row");
        let failed = query(statement).bind(PERSON).execute(&mut Tx::writing(database)).await;
        failed.expect_err("a failure")
    }

    fn is_safe(error: &StoreError) {
        for told in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
            assert!(!told.contains("anna") && !told.contains("people"), "{told}");
        }
        assert!(std::error::Error::source(error).is_none());
    }

    #[tokio::test]
    async fn nothing_that_a_database_repeats_is_told() {
        for (statement, words) in [
            ("INSERT INTO people VALUES ($1)", "contradicts what it holds (code 1555)"),
            ("INSERT INTO people SELECT '' WHERE $1 <> ''", "contradicts what it holds (code 275)"),
            ("SELECT * FROM people WHERE anna@example.org = $1", "not those of this program"),
            ("SELECT json('anna@example.org'), $1", "not those of this program (code 1)"),
        ] {
            let error = failing(statement).await;
            is_safe(&error);
            assert!(error.to_string().contains(words), "{error}");
        }
    }

    #[tokio::test]
    async fn a_value_that_can_not_be_understood_is_not_repeated() {
        let mut tx = Tx::writing(Connection::open_in_memory().expect("a database"));
        let row = "SELECT 'o' AS id, 's' AS session_id, 'i' AS invitation_id,
            'anna@example.org' AS generation";
        let failed: Result<BankIdOrder, _> = query(row).fetch_one(&mut tx).await;
        let error = failed.expect_err("a failure");
        is_safe(&error);
        assert_eq!(error.to_string(), "what the database holds can't be understood in generation");
    }

    #[test]
    fn what_is_no_answer_of_the_database_is_told_without_its_words() {
        let before: u64 = troubles().map(|(_, count)| count).sum();
        for (error, words) in [
            (Error::Io(io::Error::other(PERSON)), "the database can't be reached: other error"),
            (Error::Io(io::ErrorKind::StorageFull.into()), "disk-full: "),
            (Error::Io(io::ErrorKind::QuotaExceeded.into()), "disk-full: "),
            (Error::Io(io::ErrorKind::ReadOnlyFilesystem.into()), "can't be written to"),
            (Error::Protocol(PERSON.into()), "the database failed"),
            (Error::ColumnNotFound(PERSON.into()), "tables are not those of this program"),
            (Error::Configuration(PERSON.into()), "the database can't be reached"),
            (Error::Configuration(Box::new(Unfit("it is none"))), "can't be used: it is none"),
            (Error::PoolTimedOut, "no connection was free in time"),
            (Error::Decode(PERSON.into()), "can't be understood"),
            (Error::InvalidArgument(PERSON.into()), "the database failed"),
            (Error::Tls(PERSON.into()), "can't be reached"),
            (
                Error::Migrate(Box::new(MigrateError::Source(PERSON.into()))),
                "not those of this program",
            ),
            (
                Error::Migrate(Box::new(MigrateError::ExecuteMigration(
                    Error::Protocol(PERSON.into()),
                    7,
                ))),
                "can't be brought to version 7",
            ),
        ] {
            let error = StoreError::from(error);
            is_safe(&error);
            assert!(error.to_string().contains(words), "{error}");
        }
        let after: u64 = troubles().map(|(_, count)| count).sum();
        assert!(after >= before + 14, "each is counted");
    }
}
