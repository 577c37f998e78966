//! Writes that PostgreSQL gets together. Each statement is a round trip, and most writes of a transaction
//! concern different tables and have no result that anybody needs. They are kept until the next statement that
//! has one, or the commit, and sent as one statement: `WITH a AS (INSERT ...), b AS (UPDATE ...) INSERT ...`.
//! If all that is needed of the next one is the number of rows that it changes, it is the last of them.
//!
//! All parts of such a statement see the tables as they were before it, and run in any order. So two changes
//! of one table never share a statement.

use crate::store::{StoreResult, counts};
use sqlx::{Arguments as _, AssertSqlSafe, PgConnection, postgres::PgArguments};
use std::fmt::Write as _;

/// Number of writes in one statement. Bounds the number of different texts, which PostgreSQL plans once each.
const MOST: usize = 8;

/// Writes that are yet to be sent.
#[derive(Default)]
pub(in crate::store) struct Deferred {
    parts: Vec<Part>,
    arguments: PgArguments,
}

struct Part {
    sql: &'static str,
    /// Number of values that are bound to the parts before it.
    offset: usize,
}

impl Deferred {
    /// Returns `true` if this statement must not be sent along with those that wait.
    pub(in crate::store) fn conflicts(&self, sql: &'static str) -> bool {
        let table = table(sql);
        self.parts.len() >= MOST || self.parts.iter().any(|part| self::table(part.sql) == table)
    }

    /// Keeps a statement with its values.
    pub(in crate::store) fn add(
        &mut self,
        sql: &'static str,
        bind: impl FnOnce(&mut PgArguments) -> sqlx::Result<()>,
    ) -> StoreResult<()> {
        let offset = self.arguments.len();
        bind(&mut self.arguments)?;
        self.parts.push(Part { sql, offset });
        Ok(())
    }

    /// Sends what waits. Returns the number of rows that the last part changed.
    pub(in crate::store) async fn flush(
        &mut self,
        connection: &mut PgConnection,
    ) -> StoreResult<u64> {
        if self.parts.is_empty() {
            return Ok(0);
        }
        let parts = std::mem::take(&mut self.parts);
        let arguments = std::mem::take(&mut self.arguments);
        counts::statement();
        // The text is made of the program's statements alone.
        let text = AssertSqlSafe(joined(&parts));
        Ok(sqlx::query_with(text, arguments).execute(connection).await?.rows_affected())
    }
}

/// Returns the table that a statement changes: `INSERT INTO table`, `UPDATE table`.
fn table(sql: &str) -> &str {
    sql.split_whitespace().skip(1).find(|word| *word != "INTO").unwrap_or_default()
}

/// Joins statements to one.
fn joined(parts: &[Part]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.sql.len() + 16).sum());
    let Some((last, others)) = parts.split_last() else { return text };
    for (number, part) in others.iter().enumerate() {
        text.push_str(if number == 0 { "WITH " } else { ", " });
        // Writing to a text can't fail.
        write!(text, "w{number} AS (").ok();
        shift(part, &mut text);
        text.push(')');
    }
    if !others.is_empty() {
        text.push(' ');
    }
    shift(last, &mut text);
    text
}

/// Writes a statement whose values are numbered after those of the parts before it.
fn shift(part: &Part, text: &mut String) {
    let mut pieces = part.sql.split('$');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = piece.split_at(digits);
        let number = number.parse::<usize>().unwrap_or_default() + part.offset;
        write!(text, "${number}{rest}").ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_joined_with_their_values_in_order() {
        let part = |sql, offset| Part { sql, offset };
        let parts = [
            part("INSERT INTO a (x, y) VALUES ($1, $2)", 0),
            part("UPDATE b SET x = $2 WHERE id = $1", 2),
            part("INSERT INTO c (x) VALUES ($1)", 4),
        ];
        assert_eq!(
            joined(&parts),
            "WITH w0 AS (INSERT INTO a (x, y) VALUES ($1, $2)), \
             w1 AS (UPDATE b SET x = $4 WHERE id = $3) INSERT INTO c (x) VALUES ($5)"
        );
        assert_eq!(joined(&parts[..1]), parts[0].sql);
    }

    #[test]
    fn a_table_is_changed_once_in_a_statement() {
        let insert = "INSERT INTO a (x) VALUES ($1)";
        let update = "UPDATE a SET x = 1";
        for (first, second, conflict) in [
            (insert, insert, true),
            (insert, update, true),
            (update, insert, true),
            (update, "UPDATE b SET x = 1", false),
        ] {
            let mut deferred = Deferred::default();
            assert!(!deferred.conflicts(first));
            deferred.parts.push(Part { sql: first, offset: 0 });
            assert_eq!(deferred.conflicts(second), conflict, "{first}; {second}");
        }
    }
}
