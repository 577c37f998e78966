//! Statements: one text for both databases, the values bound to it, and the rows that it returns.
//!
//! Values are bound by number (`$1`). Columns are read by place, in the order of the statement's text, so a
//! row's columns and its fields come from one list (`row!`). Columns are named and never `*`: a newer server
//! beside this one may add some, and PostgreSQL then refuses a prepared `*`.

use super::{StoreError, StoreResult, Tx, counts, postgres::PostgresTx, tx::Conn};
use crate::{clock::Time, model::UnknownRole};
use app::wire::Role;
use rusqlite::{CachedStatement, Connection, ToSql, types::FromSql};
use sqlx::{
    Arguments as _, Postgres, Row as _,
    postgres::{PgArguments, PgRow},
};

/// The text of a statement, for each database.
#[derive(Clone, Copy)]
pub(super) struct Sql {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// A statement that locks the rows that it returns against writes and other locks. Other transactions can
/// still add rows that refer to them. SQLite has no syntax for it and needs none: its writer has the whole
/// database.
macro_rules! locking {
    ($($text:expr),+ $(,)?) => {
        Sql { sqlite: concat!($($text),+), postgres: concat!($($text,)+ " FOR NO KEY UPDATE") }
    };
}
pub(super) use locking;

/// A statement whose first part selects rows, and locks them unless another transaction has them.
macro_rules! skipping_locked {
    ($($first:expr),+ ; $($rest:expr),+ $(,)?) => {
        Sql {
            sqlite: concat!($($first,)+ $($rest),+),
            postgres: concat!($($first,)+ " FOR UPDATE SKIP LOCKED", $($rest),+),
        }
    };
}
pub(super) use skipping_locked;

/// A statement over a list of rows that is bound as one JSON text ([`list`]): an array with an array for each row.
/// `$text` is a macro of the statement's text. It gets the table of the rows, whose column is `value`, and the end of
/// the part that locks the rows of a real table.
macro_rules! over_list {
    ($text:ident, $place:literal, $locked:literal) => {
        Sql {
            sqlite: $text!(concat!("json_each(", $place, ")"), ""),
            postgres: $text!(
                concat!("json_array_elements(CAST(", $place, " AS JSON))"),
                concat!(" FOR NO KEY UPDATE OF ", $locked)
            ),
        }
    };
    ($text:ident, $place:literal) => {
        Sql {
            sqlite: $text!(concat!("json_each(", $place, ")")),
            postgres: $text!(concat!("json_array_elements(CAST(", $place, " AS JSON))")),
        }
    };
}
pub(super) use over_list;

/// Returns the JSON text of a list of rows.
pub(super) fn list(rows: impl Iterator<Item = serde_json::Value>) -> String {
    serde_json::Value::Array(rows.collect()).to_string()
}

/// Declares the columns of a table's row, in their order: a macro that lists them for the text of a statement,
/// and their reading. Without a table it declares the columns of a statement's own row.
macro_rules! row {
    ($columns:ident of $table:ident, $row:ident { $($column:ident),+ $(,)? }) => {
        macro_rules! $columns {
            () => { row!(@list $table $($column),+) };
        }
        row!($row { $($column),+ });
    };
    (@list $table:ident $first:ident $(, $column:ident)*) => {
        concat!(
            stringify!($table), ".", stringify!($first)
            $(, ", ", stringify!($table), ".", stringify!($column))*
        )
    };
    ($row:ident { $($column:ident),+ $(,)? }) => {
        impl $crate::store::query::FromRow for $row {
            fn from_row(
                row: &mut $crate::store::query::Columns<'_>,
            ) -> $crate::store::StoreResult<Self> {
                Ok(Self { $($column: row.next()?),+ })
            }
        }
        impl $crate::store::query::Joined for $row {
            const WIDTH: usize = [$(stringify!($column)),+].len();
        }
    };
}
pub(super) use row;

/// A value that is bound to a statement.
#[derive(Clone, Copy)]
pub(super) enum Value<'a> {
    Integer(Option<i64>),
    Boolean(Option<bool>),
    Text(Option<&'a str>),
    Bytes(Option<&'a [u8]>),
}

macro_rules! values {
    ($($from:ty, $value:ident => $as:expr;)+) => {
        $(impl<'a> From<$from> for Value<'a> {
            fn from($value: $from) -> Self {
                $as
            }
        })+
    };
}

values! {
    i64, value => Self::Integer(Some(value));
    u32, value => Self::Integer(Some(i64::from(value)));
    Time, value => Self::Integer(Some(value.0));
    Option<Time>, value => Self::Integer(value.map(|at| at.0));
    bool, value => Self::Boolean(Some(value));
    Option<bool>, value => Self::Boolean(value);
    &'a str, value => Self::Text(Some(value));
    Option<&'a str>, value => Self::Text(value);
    &'a String, value => Self::Text(Some(value));
    &'a Option<String>, value => Self::Text(value.as_deref());
    &'a [u8], value => Self::Bytes(Some(value));
    Option<&'a [u8]>, value => Self::Bytes(value);
    &'a Vec<u8>, value => Self::Bytes(Some(value));
    &'a Option<Vec<u8>>, value => Self::Bytes(value.as_deref());
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        match self {
            Self::Integer(value) => value.to_sql(),
            Self::Boolean(value) => value.to_sql(),
            Self::Text(value) => value.to_sql(),
            Self::Bytes(value) => value.to_sql(),
        }
    }
}

/// The names by which SQLite knows the bound values. It numbers them by their first place in the text.
const NAMES: [&str; 24] = [
    "$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15",
    "$16", "$17", "$18", "$19", "$20", "$21", "$22", "$23", "$24",
];

/// A statement with its bound values.
pub(super) struct Query<'a> {
    sql: Sql,
    values: Vec<Value<'a>>,
}

/// Creates a statement.
pub(super) fn query<'a>(sql: impl Into<Sql>) -> Query<'a> {
    Query { sql: sql.into(), values: Vec::with_capacity(8) }
}

impl<'a> Query<'a> {
    /// Binds the next value.
    pub(super) fn bind(mut self, value: impl Into<Value<'a>>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds the next values.
    pub(super) fn bind_all(mut self, values: impl IntoIterator<Item = Value<'a>>) -> Self {
        self.values.extend(values);
        self
    }

    /// Runs the statement. Returns the number of rows that it changed.
    pub(super) async fn execute(self, tx: &mut Tx) -> StoreResult<u64> {
        counts::statement();
        match tx.connection() {
            Conn::Sqlite(database) => {
                let mut statement = self.prepare(database)?;
                let changed = statement.raw_execute();
                counts::ran(&statement);
                Ok(changed? as u64)
            }
            Conn::Postgres(tx) => {
                let database = tx.connection().await?;
                Ok(self.on_postgres().execute(database).await?.rows_affected())
            }
        }
    }

    /// Runs a statement that changes rows of one table and reads no other. Returns their number. PostgreSQL gets
    /// it together with the writes that wait.
    pub(super) async fn change(self, tx: &mut Tx) -> StoreResult<u64> {
        match tx.connection() {
            Conn::Sqlite(_) => self.execute(tx).await,
            Conn::Postgres(tx) => {
                self.defer(tx).await?;
                tx.send().await
            }
        }
    }

    /// Runs a statement that adds or changes rows, and of which nobody needs the result. PostgreSQL gets it
    /// together with others: its error may come with a later statement, or with the commit.
    pub(super) async fn write(self, tx: &mut Tx) -> StoreResult<()> {
        match tx.connection() {
            Conn::Sqlite(_) => self.execute(tx).await.map(drop),
            Conn::Postgres(tx) => self.defer(tx).await,
        }
    }

    /// Keeps the statement until it is sent together with others.
    async fn defer(self, tx: &mut PostgresTx) -> StoreResult<()> {
        let sql = self.sql.postgres;
        if tx.deferred.conflicts(sql) {
            tx.send().await?;
        }
        tx.deferred.add(sql, |arguments| {
            self.values.iter().try_for_each(|value| {
                match *value {
                    Value::Integer(value) => arguments.add(value),
                    Value::Boolean(value) => arguments.add(value),
                    Value::Text(value) => arguments.add(value),
                    Value::Bytes(value) => arguments.add(value),
                }
                .map_err(sqlx::Error::Encode)
            })
        })
    }

    /// Runs the statement. Returns all its rows.
    pub(super) async fn fetch_all<T: FromRow>(self, tx: &mut Tx) -> StoreResult<Vec<T>> {
        counts::statement();
        match tx.connection() {
            Conn::Sqlite(database) => self.rows(database, usize::MAX),
            Conn::Postgres(tx) => {
                let rows = self.on_postgres().fetch_all(tx.connection().await?).await?;
                rows.iter()
                    .map(|row| T::from_row(&mut Columns::of(AnyRow::Postgres(row))))
                    .collect()
            }
        }
    }

    /// Runs the statement. Returns its first row. `None` if there is none.
    pub(super) async fn fetch_optional<T: FromRow>(self, tx: &mut Tx) -> StoreResult<Option<T>> {
        counts::statement();
        match tx.connection() {
            Conn::Sqlite(database) => Ok(self.rows(database, 1)?.pop()),
            Conn::Postgres(tx) => {
                let row = self.on_postgres().fetch_optional(tx.connection().await?).await?;
                row.map(|row| T::from_row(&mut Columns::of(AnyRow::Postgres(&row)))).transpose()
            }
        }
    }

    /// Runs the statement. Returns its only row.
    ///
    /// # Errors
    /// There is none.
    pub(super) async fn fetch_one<T: FromRow>(self, tx: &mut Tx) -> StoreResult<T> {
        self.fetch_optional(tx).await?.ok_or_else(|| sqlx::Error::RowNotFound.into())
    }

    /// Returns the statement as SQLite has compiled it, with its values.
    fn prepare<'c>(&self, database: &'c Connection) -> StoreResult<CachedStatement<'c>> {
        let mut statement = database.prepare_cached(self.sql.sqlite)?;
        for (name, value) in NAMES.iter().zip(&self.values) {
            let place = statement.parameter_index(name)?.ok_or(rusqlite::Error::InvalidQuery)?;
            statement.raw_bind_parameter(place, value)?;
        }
        Ok(statement)
    }

    /// Returns up to `most` rows from SQLite.
    fn rows<T: FromRow>(&self, database: &Connection, most: usize) -> StoreResult<Vec<T>> {
        let mut statement = self.prepare(database)?;
        let mut found = Vec::new();
        let mut rows = statement.raw_query();
        while found.len() < most
            && let Some(row) = rows.next()?
        {
            found.push(T::from_row(&mut Columns::of(AnyRow::Sqlite(row)))?);
        }
        drop(rows);
        counts::ran(&statement);
        Ok(found)
    }

    fn on_postgres(&self) -> sqlx::query::Query<'a, Postgres, PgArguments> {
        let statement = sqlx::query(self.sql.postgres);
        self.values.iter().fold(statement, |statement, value| match *value {
            Value::Integer(value) => statement.bind(value),
            Value::Boolean(value) => statement.bind(value),
            Value::Text(value) => statement.bind(value),
            Value::Bytes(value) => statement.bind(value),
        })
    }
}

#[derive(Clone, Copy)]
enum AnyRow<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r PgRow),
}

/// The columns of a row, which are read one after the other.
pub(super) struct Columns<'r> {
    row: AnyRow<'r>,
    next: usize,
}

impl<'r> Columns<'r> {
    const fn of(row: AnyRow<'r>) -> Self {
        Self { row, next: 0 }
    }

    /// Reads the next column.
    ///
    /// # Errors
    /// There is none, or it has another type.
    pub(super) fn next<T: Column>(&mut self) -> StoreResult<T> {
        T::read(self)
    }

    /// Reads the columns of a joined row. `None` if there is none: its first column is then empty. That column
    /// must be a text that is never empty in a row.
    pub(super) fn joined<T: Joined>(&mut self) -> StoreResult<Option<T>> {
        let start = self.next;
        if self.plain::<Option<String>>()?.is_none() {
            self.next = start + T::WIDTH;
            return Ok(None);
        }
        self.next = start;
        T::from_row(self).map(Some)
    }

    fn plain<T>(&mut self) -> StoreResult<T>
    where
        T: FromSql + sqlx::Type<Postgres> + sqlx::Decode<'r, Postgres>,
    {
        let place = self.next;
        self.next += 1;
        match self.row {
            AnyRow::Sqlite(row) => Ok(row.get(place)?),
            AnyRow::Postgres(row) => Ok(row.try_get(place)?),
        }
    }

    /// Returns the error of a value in the last column that means nothing.
    fn unreadable(&self, error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
        let name = match self.row {
            AnyRow::Sqlite(row) => row.as_ref().column_name(self.next - 1).map(str::to_owned).ok(),
            AnyRow::Postgres(row) => row
                .try_column(self.next - 1)
                .map(|column| sqlx::Column::name(column).to_owned())
                .ok(),
        };
        let (index, source) = (name.unwrap_or_default(), Box::new(error));
        sqlx::Error::ColumnDecode { index, source }.into()
    }
}

/// A value of a column.
pub(super) trait Column: Sized {
    /// Reads the next column.
    fn read(columns: &mut Columns<'_>) -> StoreResult<Self>;
}

macro_rules! plain {
    ($($type:ty),+) => {
        $(impl Column for $type {
            fn read(columns: &mut Columns<'_>) -> StoreResult<Self> {
                columns.plain()
            }
        })+
    };
}

plain!(i32, i64, bool, String, Vec<u8>);
plain!(Option<i64>, Option<bool>, Option<String>, Option<Vec<u8>>);

impl Column for Time {
    fn read(columns: &mut Columns<'_>) -> StoreResult<Self> {
        columns.plain().map(Self)
    }
}

impl Column for Option<Time> {
    fn read(columns: &mut Columns<'_>) -> StoreResult<Self> {
        Ok(columns.plain::<Option<i64>>()?.map(Time))
    }
}

/// Reads columns as text that names a value.
macro_rules! named {
    ($($type:ty),+) => {
        $(impl Column for $type {
            fn read(columns: &mut Columns<'_>) -> StoreResult<Self> {
                let name = columns.plain::<String>()?;
                Self::try_from(name).map_err(|error| columns.unreadable(error))
            }
        })+
    };
}

named!(crate::model::OrderState, crate::rooms::Room, crate::rules::room::KnockState);

impl Column for Role {
    fn read(columns: &mut Columns<'_>) -> StoreResult<Self> {
        let name = columns.plain::<String>()?;
        Self::from_name(&name).ok_or_else(|| columns.unreadable(UnknownRole))
    }
}

/// A row of a statement.
pub(super) trait FromRow: Sized {
    /// Reads all columns.
    fn from_row(columns: &mut Columns<'_>) -> StoreResult<Self>;
}

/// A row that may be missing in a join.
pub(super) trait Joined: FromRow {
    /// Number of its columns.
    const WIDTH: usize;
}

macro_rules! tuples {
    ($(($($column:ident),+)),+) => {
        $(impl<$($column: Column),+> FromRow for ($($column,)+) {
            fn from_row(columns: &mut Columns<'_>) -> StoreResult<Self> {
                Ok(($(columns.next::<$column>()?,)+))
            }
        })+
    };
}

tuples!((A), (A, B), (A, B, C), (A, B, C, D), (A, B, C, D, E));
