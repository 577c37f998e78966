//! Database upkeep for operators: migrations and health checks.

use super::{Store, StoreResult, error::Unfit, postgres, sqlite};
use crate::config::Database;
use secrecy::ExposeSecret;
use sqlx::migrate::{Migrate, Migrator};

/// The refusal of a database that was created before the first release.
const UNRELEASED: &str =
    "it was created by a version before the first release: remove it, and start again";

/// The health of a database that can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Up to date, undamaged and writable.
    Sound {
        /// The version, which is the program's.
        version: i64,
    },
    /// Behind the program.
    Behind {
        /// Number of missing versions.
        by: usize,
    },
    /// Of a version that the program doesn't know.
    Newer,
    /// Damaged.
    Damaged,
    /// On a full disk.
    Full,
}

impl Health {
    /// Returns the health that follows from the applied versions.
    pub(super) fn of(known: &Migrator, versions: &[i64]) -> Self {
        if versions.iter().any(|version| !known.version_exists(*version)) {
            return Self::Newer;
        }
        let missing = known.iter().filter(|it| !versions.contains(&it.version)).count();
        match (missing, versions.last()) {
            (0, Some(version)) => Self::Sound { version: *version },
            _ => Self::Behind { by: missing },
        }
    }
}

/// The result of a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Migrated {
    /// Number of applied versions.
    pub by: usize,
    /// The version afterwards.
    pub version: i64,
}

/// Checks a database. Changes nothing and creates nothing.
pub async fn check(database: &Database) -> StoreResult<Health> {
    match database {
        Database::Sqlite(path) => sqlite::upkeep::check(path).await,
        Database::Postgres(url) => postgres::upkeep::check(url.expose_secret()).await,
    }
}

/// Migrates a database. Creates it if there is none.
pub async fn migrate(database: &Database) -> StoreResult<Migrated> {
    let before = versions(database).await?;
    drop(Store::open(database).await?);
    let after = versions(database).await?;
    Ok(Migrated {
        by: after.len().saturating_sub(before.len()),
        version: after.last().copied().unwrap_or_default(),
    })
}

async fn versions(database: &Database) -> StoreResult<Vec<i64>> {
    match database {
        Database::Sqlite(path) => sqlite::upkeep::versions(path).await,
        Database::Postgres(url) => postgres::upkeep::versions(url.expose_secret()).await,
    }
}

/// Returns the versions that were applied to a database.
///
/// # Errors
/// Fails if the database's first version is another one than the program's: it was created before the first
/// release, and can't be migrated.
pub(super) async fn applied(
    known: &Migrator,
    database: &mut impl Migrate,
) -> StoreResult<Vec<i64>> {
    let applied = database.list_applied_migrations("_sqlx_migrations").await?;
    let differs = known.iter().any(|ours| {
        applied.iter().any(|it| it.version == ours.version && it.checksum != ours.checksum)
    });
    if differs {
        return Err(Unfit(UNRELEASED).into());
    }
    Ok(applied.iter().map(|migration| migration.version).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SqliteStore;
    use std::{fs, path::Path};

    fn database(folder: &Path) -> Database {
        Database::Sqlite(folder.join("a.db"))
    }

    #[tokio::test]
    async fn a_database_is_made_and_brought_up_to_date_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = database(folder.path());
        assert!(check(&database).await.is_err(), "there is none");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "and none is made");
        let all = sqlite::upkeep::MIGRATIONS.iter().count();
        let last = sqlite::upkeep::MIGRATIONS.iter().last().expect("a version").version;
        let made = migrate(&database).await.expect("made");
        assert_eq!(made, Migrated { by: all, version: last });
        let again = migrate(&database).await.expect("made");
        assert_eq!(again, Migrated { by: 0, version: last });
        assert_eq!(check(&database).await.expect("looked at"), Health::Sound { version: last });
    }

    #[tokio::test]
    async fn a_database_from_before_the_first_release_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = database(folder.path());
        let Database::Sqlite(path) = &database else { panic!("a file") };
        migrate(&database).await.expect("made");
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let pool = sqlx::SqlitePool::connect_with(options).await.expect("the database");
        for statement in [
            "UPDATE _sqlx_migrations SET checksum = x'00'",
            "INSERT INTO _sqlx_migrations SELECT 2, description, installed_on, success, checksum,
                execution_time FROM _sqlx_migrations",
        ] {
            sqlx::query(statement).execute(&pool).await.expect("done");
        }
        pool.close().await;
        let before = fs::read(path).expect("a file");
        let refused = [
            migrate(&database).await.err(),
            check(&database).await.err(),
            SqliteStore::open(path).await.err(),
        ];
        for error in refused {
            assert!(error.expect("refused").to_string().contains("remove it"));
        }
        assert_eq!(fs::read(path).expect("a file"), before);
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_database_is_told_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = database(folder.path());
        let Database::Sqlite(path) = &database else { panic!("a file") };
        fs::write(path, "").expect("a file");
        let all = sqlite::upkeep::MIGRATIONS.iter().count();
        assert_eq!(check(&database).await.expect("looked at"), Health::Behind { by: all });
        migrate(&database).await.expect("made");
        let meddle = async |statement: &'static str| {
            let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
            let pool = sqlx::SqlitePool::connect_with(options).await.expect("the database");
            sqlx::query(statement).execute(&pool).await.expect("done");
            pool.close().await;
        };
        meddle(
            "UPDATE _sqlx_migrations SET version = 9999
             WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)",
        )
        .await;
        assert_eq!(check(&database).await.expect("looked at"), Health::Newer);
        assert!(migrate(&database).await.is_err());
        meddle("DELETE FROM _sqlx_migrations WHERE version = 9999").await;
        assert_eq!(check(&database).await.expect("looked at"), Health::Behind { by: 1 });

        let folder = tempfile::tempdir().expect("a folder");
        let database = self::database(folder.path());
        migrate(&database).await.expect("made");
        let Database::Sqlite(path) = &database else { panic!("a file") };
        // The store closes its file in the background, and moves the journal into it.
        let mut journal = path.clone().into_os_string();
        journal.push("-wal");
        while fs::exists(&journal).expect("a folder") {
            tokio::task::yield_now().await;
        }
        let mut bytes = fs::read(path).expect("a file");
        let from = bytes.len() / 2;
        bytes.iter_mut().skip(from).step_by(7).for_each(|byte| *byte ^= 0x55);
        fs::write(path, bytes).expect("written");
        let found = check(&database).await;
        assert!(!matches!(found, Ok(Health::Sound { .. })), "{found:?}");
    }
}
