//! Reads and changes a service's database directly.

use crate::fresh_postgres::FreshPostgres;
use server::clock::Time;
use sqlx::{AssertSqlSafe, PgPool, Row, SqlitePool, sqlite::SqliteConnectOptions};
use std::{collections::BTreeMap, path::Path, sync::Mutex};
use tempfile::TempDir;

/// Kind of a service's database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SQLite, in a temporary folder.
    Sqlite,
    /// PostgreSQL, on the server of `scripts/postgres`.
    Postgres,
}

/// Tables and columns that `memory` leaves out, since they belong to no visitor: the last use of sessions and
/// tokens, and leases.
const VARYING: [&str; 3] = ["sessions.last_active_at", "api_tokens.used_at", "leases"];

/// The database of one service. It goes when this is dropped.
pub struct Database {
    place: Place,
    /// For the service's other files.
    folder: TempDir,
    /// The orders that `last_order` has returned.
    told: Mutex<Vec<String>>,
}

enum Place {
    Sqlite,
    Postgres(FreshPostgres, PgPool),
}

/// An order's id, and BankID's response to `auth`, sealed.
pub type OpenOrder = (String, Vec<u8>);

impl Database {
    /// Returns a new database. On PostgreSQL it has all tables already.
    pub async fn fresh(kind: Kind) -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        let place = match kind {
            Kind::Sqlite => Place::Sqlite,
            Kind::Postgres => {
                let fresh = FreshPostgres::with_tables().await;
                let pool = PgPool::connect_lazy(&fresh.url).expect("an address");
                Place::Postgres(fresh, pool)
            }
        };
        Self { place, folder, told: Mutex::default() }
    }

    /// Returns a folder that goes with the database.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the database's address for the configuration.
    pub fn url(&self) -> String {
        match &self.place {
            Place::Sqlite => format!("sqlite://{}", self.folder.path().join("anslut.db").display()),
            Place::Postgres(fresh, _) => fresh.url.clone(),
        }
    }

    async fn file(&self) -> SqlitePool {
        let options = SqliteConnectOptions::new().filename(self.folder.path().join("anslut.db"));
        SqlitePool::connect_with(options).await.expect("the database")
    }

    /// Executes a statement.
    pub async fn execute_sql(&self, statement: &'static str) {
        match &self.place {
            Place::Sqlite => {
                let pool = self.file().await;
                sqlx::query(statement).execute(&pool).await.expect("done");
                pool.close().await;
            }
            Place::Postgres(_, pool) => {
                sqlx::query(statement).execute(pool).await.expect("done");
            }
        }
    }

    /// Returns the count of a statement, which may use the time as `$1`.
    pub async fn count(&self, statement: &str, now: Time) -> i64 {
        let statement = AssertSqlSafe(statement.to_owned());
        let (count,): (i64,) = match &self.place {
            Place::Sqlite => {
                let pool = self.file().await;
                let count = sqlx::query_as(statement).bind(now.0).fetch_one(&pool).await;
                pool.close().await;
                count.expect("a count")
            }
            Place::Postgres(_, pool) => {
                sqlx::query_as(statement).bind(now.0).fetch_one(pool).await.expect("a count")
            }
        };
        count
    }

    /// Returns the open order that was started last.
    pub async fn last_order(&self) -> OpenOrder {
        match &self.place {
            Place::Sqlite => {
                let last = "SELECT id, started FROM bankid_orders WHERE state = 'open'
                    ORDER BY begun_at DESC, rowid DESC";
                let pool = self.file().await;
                let order = sqlx::query_as(last).fetch_one(&pool).await;
                pool.close().await;
                order.expect("an order")
            }
            Place::Postgres(_, pool) => {
                // PostgreSQL returns rows of the same moment in no order. The newest is one not returned yet,
                // or the one returned last.
                let last =
                    "SELECT id, started FROM bankid_orders WHERE state = 'open' AND begun_at = (
                    SELECT MAX(begun_at) FROM bankid_orders WHERE state = 'open')";
                let orders: Vec<OpenOrder> =
                    sqlx::query_as(last).fetch_all(pool).await.expect("the orders");
                let mut told = self.told.lock().expect("a lock");
                let place = |order: &OpenOrder| told.iter().rposition(|id| *id == order.0);
                let newest = |order: &OpenOrder| place(order).unwrap_or(usize::MAX);
                let order = orders.into_iter().max_by_key(newest).expect("an order");
                told.push(order.0.clone());
                order
            }
        }
    }

    /// Returns all rows about visitors, by table.
    pub async fn memory(&self) -> BTreeMap<String, Vec<String>> {
        let mut memory = BTreeMap::new();
        match &self.place {
            Place::Sqlite => {
                let pool = self.file().await;
                let columns =
                    "SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p
                    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, p.cid";
                let columns = sqlx::query_as(columns).fetch_all(&pool).await;
                for (table, columns) in by_table(columns.expect("the tables")) {
                    let columns: Vec<_> =
                        columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                    let row = columns.join(" || ',' || ");
                    let statement = format!("SELECT {row} FROM \"{table}\" ORDER BY 1");
                    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(&pool).await;
                    let rows = rows.expect("the rows").iter().map(|row| row.get(0)).collect();
                    memory.insert(table, rows);
                }
                pool.close().await;
            }
            Place::Postgres(_, pool) => {
                let columns = "SELECT table_name::TEXT, column_name::TEXT
                    FROM information_schema.columns WHERE table_schema = 'public'
                    ORDER BY table_name, ordinal_position";
                let columns = sqlx::query_as(columns).fetch_all(pool).await;
                for (table, columns) in by_table(columns.expect("the tables")) {
                    let columns: Vec<_> =
                        columns.iter().map(|column| format!("\"{column}\"")).collect();
                    let row = columns.join(", ");
                    let statement = format!("SELECT ROW({row})::TEXT FROM \"{table}\" ORDER BY 1");
                    let rows = sqlx::query(AssertSqlSafe(statement)).fetch_all(pool).await;
                    let rows = rows.expect("the rows").iter().map(|row| row.get(0)).collect();
                    memory.insert(table, rows);
                }
            }
        }
        memory
    }
}

fn by_table(columns: Vec<(String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (table, column) in columns {
        if !VARYING.contains(&table.as_str()) && !VARYING.contains(&&*format!("{table}.{column}")) {
            tables.entry(table).or_default().push(column);
        }
    }
    tables
}
