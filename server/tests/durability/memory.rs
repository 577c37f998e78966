//! Reads the database directly, where the program has no interface.

use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use std::{collections::HashMap, path::Path, time::Duration};

pub(crate) enum Memory {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The counts for each invitation that a condition leaves.
macro_rules! counts {
    ($which:literal) => {
        concat!(
            "SELECT i.id,
    (SELECT COUNT(*) FROM attempts t WHERE t.invitation_id = i.id),
    (SELECT COUNT(*) FROM attempts t WHERE t.invitation_id = i.id AND t.wrong),
    (SELECT COUNT(*) FROM challenges c WHERE c.invitation_id = i.id),
    (SELECT COUNT(*) FROM challenges c WHERE c.invitation_id = i.id AND c.consumed_at IS NOT NULL),
    (SELECT COUNT(*) FROM outbox o WHERE o.invitation_id = i.id AND o.kind = 'invitation'),
    (SELECT COUNT(*) FROM outbox o WHERE o.invitation_id = i.id AND o.kind = 'code')
    FROM invitations i ",
            $which
        )
    };
}

type Row = (String, i64, i64, i64, i64, i64, i64);

/// The counts for one invitation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) tries: i64,
    pub(crate) wrong: i64,
    pub(crate) challenges: i64,
    pub(crate) used: i64,
    pub(crate) invitations: i64,
    pub(crate) codes: i64,
}

impl Counts {
    fn of((id, tries, wrong, challenges, used, invitations, codes): Row) -> (String, Self) {
        (id, Self { tries, wrong, challenges, used, invitations, codes })
    }
}

impl Memory {
    /// Opens the database in a file.
    pub(crate) async fn file(path: &Path) -> Self {
        let options =
            SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(20));
        let pool = SqlitePoolOptions::new().max_connections(2).connect_with(options).await;
        Self::Sqlite(pool.expect("the database"))
    }

    /// Opens the database at an address.
    pub(crate) async fn server(url: &str) -> Self {
        let pool = PgPoolOptions::new().max_connections(2).connect(url).await;
        Self::Postgres(pool.expect("the database"))
    }

    /// Returns the counts of every invitation.
    pub(crate) async fn counts(&self) -> HashMap<String, Counts> {
        const ALL: &str = counts!("");
        let rows: Result<Vec<Row>, _> = match self {
            Self::Sqlite(pool) => sqlx::query_as(ALL).fetch_all(pool).await,
            Self::Postgres(pool) => sqlx::query_as(ALL).fetch_all(pool).await,
        };
        rows.expect("counts").into_iter().map(Counts::of).collect()
    }

    /// Returns the counts of an invitation. `None` if there is none with this id.
    pub(crate) async fn counts_of(&self, id: &str) -> Option<Counts> {
        const ONE: &str = counts!("WHERE i.id = $1");
        let row: Result<Option<Row>, _> = match self {
            Self::Sqlite(pool) => sqlx::query_as(ONE).bind(id).fetch_optional(pool).await,
            Self::Postgres(pool) => sqlx::query_as(ONE).bind(id).fetch_optional(pool).await,
        };
        row.expect("counts").map(|row| Counts::of(row).1)
    }

    /// Returns one number.
    pub(crate) async fn number(&self, question: &'static str) -> i64 {
        let row: Result<(i64,), _> = match self {
            Self::Sqlite(pool) => sqlx::query_as(question).fetch_one(pool).await,
            Self::Postgres(pool) => sqlx::query_as(question).fetch_one(pool).await,
        };
        row.expect("a number").0
    }

    /// Ends the leases on messages that a killed program held, as if time had passed.
    pub(crate) async fn release(&self) {
        const RELEASE: &str =
            "UPDATE outbox SET leased_until = 0 WHERE state = 'waiting' AND leased_until > 0";
        match self {
            Self::Sqlite(pool) => drop(sqlx::query(RELEASE).execute(pool).await.expect("done")),
            Self::Postgres(pool) => drop(sqlx::query(RELEASE).execute(pool).await.expect("done")),
        }
    }

    /// Checks the integrity of the database itself. PostgreSQL does so without help.
    pub(crate) async fn is_whole(&self) {
        let Self::Sqlite(pool) = self else { return };
        let (said,): (String,) =
            sqlx::query_as("PRAGMA integrity_check").fetch_one(pool).await.expect("a check");
        assert_eq!(said, "ok");
        let stray = sqlx::query("PRAGMA foreign_key_check").fetch_all(pool).await;
        assert!(stray.expect("a check").is_empty(), "rows that refer to nothing");
    }
}
